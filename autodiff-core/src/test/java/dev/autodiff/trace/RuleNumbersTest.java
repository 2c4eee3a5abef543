package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.TableWalk;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.Trigonometry;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Formulas and rules with numbers in them, computed as they stand, result in what the engine computed. */
class RuleNumbersTest {
    private static final Tensor ONE = Tensors.scalar(1, DType.FLOAT64);

    private static Arguments op(String name, BinaryOperator<Tensor> function) {
        return Arguments.of(name, function);
    }

    static Stream<Arguments> ops() {
        return Stream.of(
                op("add", Tensor::add),
                op("sub", Tensor::sub),
                op("mul", Tensor::mul),
                op("div", Tensor::div),
                op("pow", (a, b) -> a.abs().add(0.1).pow(b)),
                op("remainder", (a, b) -> Arithmetic.remainder(a, b.abs().add(0.3))),
                op("minimum", Arithmetic::minimum),
                op("maximum", Arithmetic::maximum),
                op("clip", (a, b) -> Arithmetic.clip(a, -0.5, 0.5).mul(b)),
                op("neg", (a, b) -> a.neg().mul(b)),
                op("abs", (a, b) -> a.abs().mul(b)),
                op("square", (a, b) -> a.square().mul(b)),
                op("sqrt", (a, b) -> a.abs().sqrt().mul(b)),
                op("cbrt", (a, b) -> Arithmetic.cbrt(a).mul(b)),
                op("exp", (a, b) -> a.exp().mul(b)),
                op("expm1", (a, b) -> Arithmetic.expm1(a).mul(b)),
                op("log", (a, b) -> a.abs().log().mul(b)),
                op("log1p", (a, b) -> Arithmetic.log1p(a.abs()).mul(b)),
                op("erf", (a, b) -> Arithmetic.erf(a).mul(b)),
                op("normalCdf", (a, b) -> Arithmetic.normalCdf(a).mul(b)),
                op("sin", (a, b) -> Trigonometry.sin(a).mul(b)),
                op("cos", (a, b) -> Trigonometry.cos(a).mul(b)),
                op("tan", (a, b) -> Trigonometry.tan(a.mul(0.5)).mul(b)),
                op("asin", (a, b) -> Trigonometry.asin(a.mul(0.4)).mul(b)),
                op("acos", (a, b) -> Trigonometry.acos(a.mul(0.4)).mul(b)),
                op("atan", (a, b) -> Trigonometry.atan(a).mul(b)),
                op("atan2", Trigonometry::atan2),
                op("sinh", (a, b) -> Trigonometry.sinh(a).mul(b)),
                op("cosh", (a, b) -> Trigonometry.cosh(a).mul(b)),
                op("asinh", (a, b) -> Trigonometry.asinh(a).mul(b)),
                op("acosh", (a, b) -> Trigonometry.acosh(a.abs().add(1.2)).mul(b)),
                op("atanh", (a, b) -> Trigonometry.atanh(a.mul(0.4)).mul(b)),
                op("softsign", (a, b) -> Activations.softsign(a).mul(b)),
                op("relu", (a, b) -> a.relu().mul(b)),
                op("leakyRelu", (a, b) -> Activations.leakyRelu(a, 0.1).mul(b)),
                op("sigmoid", (a, b) -> a.sigmoid().mul(b)),
                op("tanh", (a, b) -> a.tanh().mul(b)),
                op("softplus", (a, b) -> Activations.softplus(a).mul(b)),
                op("elu", (a, b) -> Activations.elu(a, 1).mul(b)),
                op("gelu", (a, b) -> Activations.gelu(a).mul(b)),
                op("geluTanh", (a, b) -> Activations.geluTanh(a).mul(b)),
                op("silu", (a, b) -> Activations.silu(a).mul(b)),
                op("mish", (a, b) -> Activations.mish(a).mul(b)),
                op("gaussian", (a, b) -> Arithmetic.gaussian(a).mul(b)),
                op("where", (a, b) -> Comparisons.where(ONE, a, b)),
                op("where not", (a, b) -> Comparisons.where(ONE.sub(1), a, b)),
                op("sigmoid cross-entropy", (a, b) -> CrossEntropy.sigmoid(a, b.sigmoid())));
    }

    @Test
    void everyOperationOnElementsIsMet() {
        Set<String> missing = TableWalk.elementwise();
        ops().map(row -> row.get()[1]).forEach(function -> {
            @SuppressWarnings("unchecked")
            Tensor y = ((BinaryOperator<Tensor>) function).apply(ONE, ONE);
            Topology.order(List.of(y))
                    .forEach(tensor -> missing.remove(tensor.op().name()));
        });
        assertEquals(Set.of(), missing, "operations that need a row in RuleNumbersTest.ops");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ops")
    void saysWhatWasComputed(String name, BinaryOperator<Tensor> function) {
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 20; i++) {
            double a = 4 * random.nextDouble() - 2;
            double b = 4 * random.nextDouble() - 2;
            Tensor y = function.apply(Tensors.scalar(a, DType.FLOAT64), Tensors.scalar(b, DType.FLOAT64));
            Trace trace = Trace.of(y.mul(-1.5));
            trace.last().forward().forEach(RuleNumbersTest::check);
            trace.last().backward().forEach(backward -> backward.given().forEach(RuleNumbersTest::check));
        }
    }

    private static void check(Trace.Forward forward) {
        boolean comparison = List.of("greater", "eq").contains(forward.node().op());
        if (forward.node().kind() == Trace.Kind.OPERATION && !comparison) {
            assertFalse(forward.numbers().isEmpty(), forward.node().op());
            assertSame(
                    forward.node().op() + ": " + forward.numbers(),
                    forward.value().item(),
                    forward.numbers());
        }
    }

    private static void check(Trace.Flow flow) {
        String what = flow.from().op() + " to operand " + flow.operand() + ": " + flow.rule() + " = " + flow.numbers();
        assertFalse(flow.numbers().isEmpty(), what);
        assertSame(what, flow.reduced().item(), flow.numbers());
    }

    /** Compares within the error of numbers that are rounded to four digits. */
    private static void assertSame(String what, double expected, String formula) {
        assertEquals(expected, FormulaReader.compute(formula), 0.02 * Math.max(0.02, Math.abs(expected)), what);
    }
}
