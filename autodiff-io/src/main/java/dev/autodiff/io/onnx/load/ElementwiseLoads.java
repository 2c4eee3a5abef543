package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Functions of one element at a time. Truth values are 1 and 0 in the type of what was compared. */
final class ElementwiseLoads {
    private ElementwiseLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        functions(rules);
        arithmetic(rules);
        truths(rules);
    }

    private static void functions(Map<String, LoadRule> rules) {
        rules.put("Identity", LoadRule.unary(x -> x));
        rules.put("Abs", LoadRule.unary(Arithmetic::abs));
        rules.put("Neg", LoadRule.unary(Arithmetic::neg));
        rules.put("Exp", LoadRule.unary(Arithmetic::exp));
        rules.put("Log", LoadRule.unary(Arithmetic::log));
        rules.put("Sqrt", LoadRule.unary(Arithmetic::sqrt));
        rules.put("Reciprocal", LoadRule.unary(x -> Tensors.scalar(1, x.dtype()).div(x)));
        rules.put("Sign", LoadRule.unary(Arithmetic::sign));
        rules.put("Erf", LoadRule.unary(Arithmetic::erf));
        rules.put("Floor", LoadRule.unary(Rounding::floor));
        rules.put("Ceil", LoadRule.unary(Rounding::ceil));
        rules.put("Round", LoadRule.unary(Rounding::round));
        rules.put("Sin", LoadRule.unary(Trigonometry::sin));
        rules.put("Cos", LoadRule.unary(Trigonometry::cos));
        rules.put("Tan", LoadRule.unary(Trigonometry::tan));
        rules.put("Asin", LoadRule.unary(Trigonometry::asin));
        rules.put("Acos", LoadRule.unary(Trigonometry::acos));
        rules.put("Atan", LoadRule.unary(Trigonometry::atan));
        rules.put("Sinh", LoadRule.unary(Trigonometry::sinh));
        rules.put("Cosh", LoadRule.unary(Trigonometry::cosh));
        rules.put("Asinh", LoadRule.unary(Trigonometry::asinh));
        rules.put("Acosh", LoadRule.unary(Trigonometry::acosh));
        rules.put("Atanh", LoadRule.unary(Trigonometry::atanh));
        rules.put("Tanh", LoadRule.unary(Activations::tanh));
        rules.put("Sigmoid", LoadRule.unary(Activations::sigmoid));
        rules.put("Relu", LoadRule.unary(Activations::relu));
        rules.put("Softplus", LoadRule.unary(Activations::softplus));
        rules.put("Softsign", LoadRule.unary(Activations::softsign));
        rules.put("Mish", LoadRule.unary(Activations::mish));
        rules.put(
                "HardSwish", LoadRule.unary(x -> x.mul(Arithmetic.clip(x.div(6).add(0.5), 0, 1))));
        rules.put("LeakyRelu", LoadRule.one(n -> Activations.leakyRelu(n.in(0), n.number("alpha", 0.01f))));
        rules.put("Elu", LoadRule.one(n -> Activations.elu(n.in(0), n.number("alpha", 1))));
        rules.put("Selu", LoadRule.one(n -> Activations.elu(n.in(0), n.number("alpha", 1.6732631921768188))
                .mul(n.number("gamma", 1.0507010221481323))));
        rules.put("Celu", LoadRule.one(n -> {
            double alpha = n.number("alpha", 1);
            return Activations.elu(n.in(0).div(alpha), 1).mul(alpha);
        }));
        rules.put(
                "HardSigmoid", LoadRule.one(n -> hardSigmoid(n.in(0), n.number("alpha", 0.2f), n.number("beta", 0.5))));
        rules.put("ThresholdedRelu", LoadRule.one(n -> thresholdedRelu(n.in(0), n.number("alpha", 1))));
        rules.put("Shrink", LoadRule.one(ElementwiseLoads::shrink));
        rules.put("Swish", LoadRule.one(n -> swish(n.in(0), n.number("alpha", 1))));
        rules.put("Gelu", LoadRule.one(ElementwiseLoads::gelu));
        rules.put(
                "PRelu",
                LoadRule.one(n -> Comparisons.where(n.in(0).less(0), n.in(0).mul(n.in(1)), n.in(0))));
        rules.put("Clip", LoadRule.one(ElementwiseLoads::clip));
        rules.put(
                "SwiGLU", LoadRule.one(n -> swish(n.in(0), n.number("alpha", 1)).mul(n.in(1))));
        rules.put("Dropout", n -> {
            Tensor x = dropout(n);
            Tensor all = Comparisons.ne(x, x).add(x.eq(x)); // ones, as nothing is dropped
            return List.of(Item.of(x), Item.of(all));
        });
    }

    /** Returns alpha * x + beta within 0 and 1. */
    static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
        return Arithmetic.clip(x.mul(alpha).add(beta), 0, 1);
    }

    /** Returns x where it is above alpha, else 0. */
    static Tensor thresholdedRelu(Tensor x, double alpha) {
        return Comparisons.where(x.greater(alpha), x, Tensors.scalar(0, x.dtype()));
    }

    private static Tensor swish(Tensor x, double alpha) {
        return alpha == 1 ? Activations.silu(x) : x.mul(x.mul(alpha).sigmoid());
    }

    private static Tensor shrink(LoadNode n) {
        Tensor x = n.in(0);
        double bias = n.number("bias", 0);
        double lambda = n.number("lambd", 0.5);
        Tensor low = Comparisons.where(x.less(-lambda), x.add(bias), n.constant(0, x));
        return Comparisons.where(x.greater(lambda), x.sub(bias), low);
    }

    private static Tensor gelu(LoadNode n) {
        boolean isApproximate = n.text("approximate", "none").equals("tanh");
        return isApproximate ? Activations.geluTanh(n.in(0)) : Activations.gelu(n.in(0));
    }

    private static Tensor clip(LoadNode n) {
        Tensor x = n.in(0);
        boolean known = (!n.has(1) || n.item(1).array().isPresent())
                && (!n.has(2) || n.item(2).array().isPresent());
        if (known && x.dtype().isFloating()) {
            double low = n.has(1) ? n.number(1) : Double.NEGATIVE_INFINITY;
            double high = n.has(2) ? n.number(2) : Double.POSITIVE_INFINITY;
            if (low <= high) {
                return low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY
                        ? x
                        : Arithmetic.clip(x, low, high);
            }
        }
        Tensor raised = n.has(1) ? Arithmetic.maximum(x, n.likeOther(1, 0)) : x;
        return n.has(2) ? Arithmetic.minimum(raised, n.likeOther(2, 0)) : raised;
    }

    private static Tensor dropout(LoadNode n) {
        boolean off = !n.has(2) || (n.item(2).array().isPresent() && n.number(2) == 0);
        boolean none = n.has(1) && n.item(1).array().isPresent() && n.number(1) == 0;
        if (!off && !none) {
            throw new CannotLoad("drops at random, as in training: export the model for inference");
        }
        return n.in(0);
    }

    private static LoadRule variadic(BinaryOperator<Tensor> function) {
        return LoadRule.one(n -> {
            Tensor result = n.in(0);
            for (int i = 1; i < n.items().size(); i++) {
                result = function.apply(result, n.in(i));
            }
            return result;
        });
    }

    private static void arithmetic(Map<String, LoadRule> rules) {
        rules.put("Add", LoadRule.binary(Arithmetic::add));
        rules.put("Sub", LoadRule.binary(Arithmetic::sub));
        rules.put("Mul", LoadRule.binary(Arithmetic::mul));
        rules.put("Div", LoadRule.binary(Arithmetic::div));
        rules.put("Pow", LoadRule.one(ElementwiseLoads::pow));
        rules.put("Mod", LoadRule.one(ElementwiseLoads::mod));
        rules.put("Sum", variadic(Arithmetic::add));
        rules.put("Max", variadic(Arithmetic::maximum));
        rules.put("Min", variadic(Arithmetic::minimum));
        rules.put("Mean", LoadRule.one(n -> variadic(Arithmetic::add)
                .load(n)
                .get(0)
                .tensor()
                .div(n.items().size())));
    }

    /** Powers have the type of their base. */
    private static Tensor pow(LoadNode n) {
        Tensor base = n.in(0);
        boolean known = n.item(1)
                .array()
                .filter(array -> array.size() == 1 && array.shape().isScalar())
                .isPresent();
        if (!base.dtype().isFloating()) {
            return Arithmetic.pow(base.cast(DType.FLOAT64), n.in(1).cast(DType.FLOAT64))
                    .cast(DType.INT32);
        }
        return known ? base.pow(n.number(1)) : base.pow(n.in(1).cast(base.dtype()));
    }

    /**
     * Returns the remainder, which has the sign of the divisor, or with fmod that of the dividend. A number that is
     * smaller than an infinite divisor is its own remainder.
     */
    private static Tensor mod(LoadNode n) {
        Tensor a = n.likeOther(0, 1);
        Tensor b = n.likeOther(1, 0);
        if (!n.flag("fmod", false)) {
            return Arithmetic.remainder(a, b);
        }
        Tensor quotient = a.div(b);
        Tensor whole = a.dtype().isFloating()
                ? Comparisons.where(quotient.less(0), Rounding.ceil(quotient), Rounding.floor(quotient))
                : quotient;
        Tensor product = whole.mul(b);
        return a.dtype().isFloating() ? Comparisons.where(whole.eq(0).mul(b.eq(b)), a, a.sub(product)) : a.sub(product);
    }

    private static void truths(Map<String, LoadRule> rules) {
        rules.put("Equal", LoadRule.binary(Comparisons::eq));
        rules.put("Greater", LoadRule.binary(Comparisons::greater));
        rules.put("GreaterOrEqual", LoadRule.binary(Comparisons::greaterEqual));
        rules.put("Less", LoadRule.binary(Comparisons::less));
        rules.put("LessOrEqual", LoadRule.binary(Comparisons::lessEqual));
        rules.put("And", LoadRule.binary((a, b) -> isTrue(a).mul(isTrue(b))));
        rules.put("Or", LoadRule.binary((a, b) -> Arithmetic.maximum(isTrue(a), isTrue(b))));
        rules.put("Xor", LoadRule.binary((a, b) -> Comparisons.ne(isTrue(a), isTrue(b))));
        rules.put("Not", LoadRule.unary(x -> x.eq(0)));
        rules.put("IsNaN", LoadRule.unary(x -> Comparisons.ne(x, x)));
        rules.put("IsInf", LoadRule.one(n -> {
            Tensor x = n.in(0);
            Tensor up = x.eq(Double.POSITIVE_INFINITY).mul(n.whole("detect_positive", 1));
            return up.add(x.eq(Double.NEGATIVE_INFINITY).mul(n.whole("detect_negative", 1)));
        }));
        rules.put("Where", LoadRule.one(n -> {
            Tensor a = n.likeOther(1, 2);
            return Comparisons.where(n.in(0), a, n.likeOther(2, 1));
        }));
        rules.put(
                "Cast",
                LoadRule.one(n -> cast(
                        n,
                        Elements.type(n.whole("to", 0)) == ElementType.BOOL,
                        Elements.dtype(Elements.type(n.whole("to", 0))))));
        rules.put("CastLike", LoadRule.one(n -> n.in(0).cast(n.in(1).dtype())));
    }

    private static Tensor isTrue(Tensor x) {
        return Comparisons.ne(x, 0);
    }

    private static Tensor cast(LoadNode n, boolean toTruth, DType dtype) {
        return (toTruth ? isTrue(n.in(0)) : n.in(0)).cast(dtype);
    }
}
