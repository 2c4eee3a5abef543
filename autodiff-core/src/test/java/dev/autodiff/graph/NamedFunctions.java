package dev.autodiff.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
            Map.entry("cbrt", Arithmetic::cbrt),
            Map.entry("mish", Activations::mish),
            Map.entry("silu", Activations::silu),
            Map.entry("selu", Activations::selu),
            Map.entry("geluTanh", Activations::geluTanh),
            Map.entry("gelu", Activations::gelu),
            Map.entry("l2Loss", Reductions::l2Loss),
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
        Tensor x = in.get(0);
        if (unary != null) {
            return unary.apply(x);
        }
        List<String> words = new ArrayList<>(List.of(name.split(" ", -1)));
        String function = words.remove(0);
        boolean flag = words.remove("keep") || words.remove("down");
        if (function.equals("einsum")) {
            return Einsum.einsum(words.get(0), in.toArray(Tensor[]::new));
        }
        if (function.startsWith("pad")) {
            return pad(function, x, String.join(" ", words).split(" : ", -1));
        }
        boolean known = words.stream().allMatch(word -> word.matches("-?[0-9]+"));
        int[] numbers =
                !known ? new int[0] : words.stream().mapToInt(Integer::parseInt).toArray();
        return switch (function) {
            case "norm" -> Statistics.norm(x, flag, numbers);
            case "variance:0" -> Statistics.variance(x, 0, flag, numbers);
            case "variance:1" -> Statistics.variance(x, 1, flag, numbers);
            case "std:0" -> Statistics.std(x, 0, flag, numbers);
            case "std:1" -> Statistics.std(x, 1, flag, numbers);
            case "any" -> Statistics.any(x, flag, numbers);
            case "all" -> Statistics.all(x, flag, numbers);
            case "prod" -> Scans.prod(x, flag, numbers);
            case "cumsum" -> Scans.cumsum(x, numbers[0]);
            case "cumprod" -> Scans.cumprod(x, numbers[0]);
            case "expandDims" -> Shaping.expandDims(x, numbers[0]);
            case "squeeze" -> Shaping.squeeze(x, numbers);
            case "tile" -> Arrangement.tile(x, numbers);
            case "flip" -> Arrangement.flip(x, numbers);
            case "tril" -> Triangles.tril(x, numbers[0]);
            case "triu" -> Triangles.triu(x, numbers[0]);
            case "sort" -> Sorting.sort(x, numbers[0], flag);
            case "argsort" -> Sorting.argsort(x, numbers[0], flag);
            case "topK" -> Sorting.topK(x, numbers[0], numbers[1]);
            case "takeAlong" -> Sorting.takeAlong(x, in.get(1), numbers[0]);
            case "addAlong" -> Sorting.addAlong(x, in.get(1), in.get(2), numbers[0]);
            case "addAt" -> Indexing.addAt(x, in.get(1), in.get(2), numbers[0]);
            case "argTopK" -> Sorting.argTopK(x, numbers[0], numbers[1]);
            default -> null;
        };
    }

    private static Tensor pad(String function, Tensor x, String... parts) {
        int[] before = numbers(parts[0]);
        int[] after = numbers(parts[1]);
        return switch (function) {
            case "padReflect" -> Arrangement.pad(x, before, after, PadMode.REFLECT);
            case "padEdge" -> Arrangement.pad(x, before, after, PadMode.EDGE);
            default -> Arrangement.pad(x, before, after, Double.parseDouble(parts[2]));
        };
    }

    private static int[] numbers(String text) {
        return Stream.of(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
