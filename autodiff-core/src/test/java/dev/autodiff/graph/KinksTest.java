package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Values, first and second derivatives at kinks, zeros, infinities, NaN and the smallest and largest numbers, as
 * kinks.py computes them with mpmath.
 */
class KinksTest {
    private static final Set<String> WITHOUT = Set.of(
            // what IEEE 754 says they are
            "add",
            "sub",
            "mul",
            // changes in steps with a quotient; OpValuesTest has its values at and beside them
            "remainder",
            // computes nothing
            "where",
            // without kinks; OpValuesTest has their values at zeros and infinities and at the ends of their domains
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "sinh",
            "cosh",
            "asinh",
            "acosh",
            "atanh");

    /** The points of one function: columns of operands, and of what is expected. */
    private record Rows(DType dtype, String name, List<double[]> operands, List<String[]> expected) {
        NDArray operand(int operand) {
            double[] numbers = new double[operands.size()];
            Arrays.setAll(numbers, i -> operands.get(i)[operand]);
            return NDArray.wrap(numbers, numbers.length).cast(dtype);
        }

        int arity() {
            return operands.get(0).length;
        }
    }

    private static Map<String, Rows> read() throws IOException {
        try (InputStream file = Objects.requireNonNull(KinksTest.class.getResourceAsStream("kinks.txt"))) {
            Map<String, Rows> functions = new LinkedHashMap<>();
            new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] fields = line.split("\t", -1);
                Rows rows = functions.computeIfAbsent(
                        fields[0] + " " + fields[1],
                        key -> new Rows(DType.valueOf(fields[0]), fields[1], new ArrayList<>(), new ArrayList<>()));
                rows.operands.add(Arrays.stream(fields[2].split(",", -1))
                        .mapToDouble(KinksTest::number)
                        .toArray());
                rows.expected.add(Arrays.copyOfRange(fields, 3, fields.length));
            });
            return functions;
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    @TestFactory
    Stream<DynamicTest> agree() throws IOException {
        Map<String, Rows> functions = read();
        assertTrue(functions.size() > 40);
        return functions.values().stream()
                .map(rows -> DynamicTest.dynamicTest(rows.dtype + " " + rows.name, () -> check(rows)));
    }

    @Test
    void everyOperationOnElementsHasPoints() throws IOException {
        Set<String> missing = TableWalk.elementwise();
        Tensor one = Tensors.scalar(1, DType.FLOAT64);
        for (Rows rows : read().values()) {
            missing.remove(apply(rows.name, List.of(one, one)).op().name());
        }
        Set<String> superfluous = new TreeSet<>(WITHOUT);
        superfluous.removeAll(missing);
        missing.removeAll(WITHOUT);
        assertEquals(Set.of(), missing, "operations that need points in kinks.py, or a name in WITHOUT and a reason");
        assertEquals(Set.of(), superfluous, "names in WITHOUT that have points, or are no operations");
    }

    private static void check(Rows rows) {
        List<Tensor> in = new ArrayList<>();
        for (int i = 0; i < rows.arity(); i++) {
            in.add(Tensors.constant(rows.operand(i)));
        }
        Tensor y = apply(rows.name, in);
        Gradients first = Gradients.of(y.sum(), in);
        List<Tensor> computed = new ArrayList<>(List.of(y));
        in.forEach(x -> computed.add(first.of(x)));
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < computed.size(); i++) {
            compare(rows, i, computed.get(i), failures);
        }
        int column = computed.size();
        for (int i = 0; i < in.size(); i++) {
            Gradients second = Gradients.of(first.of(in.get(i)).sum(), in);
            for (int j = i; j < in.size(); j++) {
                Tensor derivative = second.find(in.get(j)).orElse(null);
                compare(rows, column++, derivative, failures);
            }
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    private static void compare(Rows rows, int column, @Nullable Tensor computed, List<String> failures) {
        NDArray actual = computed == null ? null : computed.eval();
        for (int i = 0; i < rows.operands.size(); i++) {
            String text = rows.expected.get(i)[column];
            if (text.equals("-")) {
                continue;
            }
            double found = actual == null ? 0 : actual.at(i);
            double expected = text.equals("none") ? 0 : number(text);
            if (text.equals("none") && Double.isNaN(found)) {
                continue; // at NaN, where it is connected all the same
            }
            if (!isNear(rows.dtype, column == 0, expected, found)) {
                failures.add("%s of %s, column %d: %s, not %s"
                        .formatted(rows.name, Arrays.toString(rows.operands.get(i)), column, found, expected));
            }
        }
    }

    /**
     * Tells whether a number is as expected, to a few units in the last place of values; derivatives have some more,
     * and lose digits of their own where they are computed from a result that is near 1, as in PyTorch.
     */
    private static boolean isNear(DType dtype, boolean value, double expected, double found) {
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
            return Double.compare(expected, found) == 0;
        }
        boolean single = dtype == DType.FLOAT32;
        double unit = single ? 0x1p-23 : 0x1p-52;
        double least = single ? Float.MIN_VALUE : Double.MIN_VALUE;
        double slack = value ? 8 * unit * Math.abs(expected) : 40 * unit * Math.abs(expected) + unit;
        return Math.abs(expected - found) <= slack + 4 * least;
    }

    private static Tensor apply(String name, List<Tensor> in) {
        Tensor x = in.get(0);
        return switch (name) {
            case "neg" -> x.neg();
            case "abs" -> x.abs();
            case "square" -> x.square();
            case "exp" -> x.exp();
            case "expm1" -> Arithmetic.expm1(x);
            case "erf" -> Arithmetic.erf(x);
            case "normalCdf" -> Arithmetic.normalCdf(x);
            case "gaussian" -> Arithmetic.gaussian(x);
            case "relu" -> x.relu();
            case "leakyRelu" -> Activations.leakyRelu(x, 0.25);
            case "elu" -> Activations.elu(x, 2);
            case "gelu" -> Activations.gelu(x);
            case "clip" -> Arithmetic.clip(x, -1, 3);
            case "sigmoid" -> x.sigmoid();
            case "tanh" -> x.tanh();
            case "softsign" -> Activations.softsign(x);
            case "softplus" -> Activations.softplus(x);
            case "sqrt" -> x.sqrt();
            case "cbrt" -> Arithmetic.cbrt(x);
            case "mish" -> Activations.mish(x);
            case "silu" -> Activations.silu(x);
            case "geluTanh" -> Activations.geluTanh(x);
            case "log" -> x.log();
            case "log1p" -> Arithmetic.log1p(x);
            case "pow" -> x.pow(in.get(1));
            case "minimum" -> Arithmetic.minimum(x, in.get(1));
            case "maximum" -> Arithmetic.maximum(x, in.get(1));
            case "div" -> x.div(in.get(1));
            case "sigmoidCrossEntropy" -> CrossEntropy.sigmoid(x, in.get(1));
            default -> throw new IllegalArgumentException("add a case to KinksTest.apply: " + name);
        };
    }
}
