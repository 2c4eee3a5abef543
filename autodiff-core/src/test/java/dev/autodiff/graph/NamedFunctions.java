package dev.autodiff.graph;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions whose values are in functions.txt, by their names there. */
final class NamedFunctions {
    private static final Map<String, UnaryOperator<Tensor>> UNARY = Map.ofEntries(
            Map.entry("sin", Trigonometry::sin),
            Map.entry("cos", Trigonometry::cos),
            Map.entry("tan", Trigonometry::tan),
            Map.entry("asin", Trigonometry::asin),
            Map.entry("acos", Trigonometry::acos),
            Map.entry("atan", Trigonometry::atan),
            Map.entry("sinh", Trigonometry::sinh),
            Map.entry("cosh", Trigonometry::cosh),
            Map.entry("asinh", Trigonometry::asinh),
            Map.entry("acosh", Trigonometry::acosh),
            Map.entry("atanh", Trigonometry::atanh),
            Map.entry("floor", Rounding::floor),
            Map.entry("ceil", Rounding::ceil),
            Map.entry("round", Rounding::round),
            Map.entry("softsign", Activations::softsign));

    private NamedFunctions() {}

    /**
     * Applies a function.
     *
     * @param name the name and parameters, such as {@code cumsum 1}
     * @return the result; null if no function has this name
     */
    static @Nullable Tensor apply(String name, List<Tensor> in) {
        UnaryOperator<Tensor> unary = UNARY.get(name);
        return unary == null ? null : unary.apply(in.get(0));
    }
}
