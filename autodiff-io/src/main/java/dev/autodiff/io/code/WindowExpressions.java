package dev.autodiff.io.code;

import static dev.autodiff.io.code.Expressions.get;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.AutoPad;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The expressions for convolutions, pooling and attention. */
final class WindowExpressions {
    private WindowExpressions() {}

    static void addTo(Map<OpType, Function<Tensor, Expression>> rules) {
        rules.put(
                Convolutions.CONVOLUTION,
                y -> Expression.function("Convolutions.conv2d", y.inputs(), options(y, true)));
        rules.put(Convolutions.CONVOLUTION_TRANSPOSE, y -> {
            List<Integer> more = get(y, Convolutions.OUTPUT_PADDING);
            return Expression.function(
                    "Convolutions.conv2dTranspose", y.inputs(), options(y, true), Literals.ints(more));
        });
        rules.put(
                Pooling.MAX_POOL,
                y -> Expression.function(
                        "Pooling.maxPool2d",
                        y.inputs(),
                        Literals.ints(get(y, Convolutions.WINDOW)),
                        options(y, false)));
        rules.put(Attention.ATTENTION, WindowExpressions::attention);
        // A mean of windows is a quotient of two nodes, the second of which has no function of its own.
        Function<Tensor, Expression> quotient = rules.getOrDefault(Arithmetic.DIV, y -> Expressions.none());
        rules.put(Arithmetic.DIV, y -> isMean(y) ? mean(y) : quotient.apply(y));
    }

    private static boolean isMean(Tensor y) {
        Tensor sums = y.inputs().get(0);
        Tensor counts = y.inputs().get(1);
        return counts.op().type() == Pooling.WINDOW_COUNTS
                && sums.op().type() == Convolutions.CONVOLUTION
                && sums.inputs().get(0).equals(counts.inputs().get(0));
    }

    private static Expression mean(Tensor y) {
        Tensor counts = y.inputs().get(1);
        return Expression.function(
                "Pooling.averagePool2d",
                counts.inputs(),
                Literals.ints(get(counts, Convolutions.WINDOW)),
                options(counts, false),
                "" + get(counts, Pooling.COUNT_INCLUDE_PAD));
    }

    private static String options(Tensor y, boolean hasGroups) {
        StringBuilder text = new StringBuilder("new WindowOptions()");
        text.append(".strides(")
                .append(Literals.ints(get(y, Convolutions.STRIDES)))
                .append(")");
        if (!get(y, Convolutions.DILATIONS).equals(List.of(1, 1))) {
            text.append(".dilation(")
                    .append(Literals.ints(get(y, Convolutions.DILATIONS)))
                    .append(")");
        }
        AutoPad auto = get(y, Convolutions.AUTO_PAD);
        List<Integer> padding = get(y, Convolutions.PADDING);
        if (auto != AutoPad.NONE) {
            text.append(auto == AutoPad.SAME_UPPER ? ".same()" : ".sameLower()");
        } else if (!padding.equals(List.of(0, 0, 0, 0))) {
            text.append(".padding(").append(Literals.ints(padding)).append(")");
        }
        if (get(y, Convolutions.CEIL_MODE)) {
            text.append(".ceilMode()");
        }
        if (hasGroups && get(y, Convolutions.GROUPS) != 1) {
            text.append(".groups(").append(get(y, Convolutions.GROUPS)).append(")");
        }
        return text.toString();
    }

    private static Expression attention(Tensor y) {
        boolean packed = get(y, Attention.PACKED);
        boolean hasMask = y.inputs().size() == (packed ? 2 : 4);
        return Expression.function(
                packed ? "Attention.selfAttention" : "Attention.multiHead",
                y.inputs(),
                hasMask ? "" : "null",
                "" + get(y, Attention.HEADS),
                "" + get(y, Attention.CAUSAL));
    }
}
