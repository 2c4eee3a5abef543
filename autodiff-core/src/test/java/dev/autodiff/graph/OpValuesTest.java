package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Values and gradients as PyTorch and NumPy have them; values.py and functions.py say how they were recorded. */
class OpValuesTest {
    private static final Set<String> ELSEWHERE = Set.of(
            // values are in KinksTest
            "Arithmetic.gaussian",
            "Arithmetic.normalCdf",
            // values are in AttentionTest
            "Attention.causal",
            "Attention.multiHead",
            "Attention.rotary",
            "Attention.scaledDotProduct",
            "Attention.selfAttention",
            "Attention.weights",
            // values are in ImageValuesTest
            "Convolutions.conv1d",
            "Convolutions.conv1dTranspose",
            "Convolutions.conv2d",
            "Convolutions.conv2dTranspose",
            "Pooling.averagePool1d",
            "Pooling.averagePool2d",
            "Pooling.maxPool1d",
            "Pooling.maxPool2d",
            "Pooling.upsample2d",
            // values are in RecurrenceTest
            "Recurrence.scan",
            "Recurrence.stepNumbers",
            "Recurrence.zeroState",
            // no functions of the elements alone
            "Reductions.count",
            "Shaping.stopGradient",
            "Tensors.assign",
            "Tensors.onesLike",
            "Tensors.randomNormalLike",
            "Tensors.randomUniformLike",
            "Tensors.zerosLike");

    private record Line(int number, String name, List<NDArray> inputs, NDArray expected, List<NDArray> gradient) {}

    private static List<Line> lines(String resource) throws IOException {
        try (InputStream file = Objects.requireNonNull(OpValuesTest.class.getResourceAsStream(resource))) {
            String[] rows = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\n", -1);
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                String[] fields = rows[i].split("\t", -1);
                List<NDArray> inputs = Arrays.stream(fields[1].split(" ", -1))
                        .map(OpValuesTest::array)
                        .toList();
                List<NDArray> gradient = fields.length > 3 ? List.of(array(fields[3])) : List.of();
                lines.add(new Line(i + 1, fields[0], inputs, array(fields[2]), gradient));
            }
            return lines;
        }
    }

    private static NDArray array(String text) {
        DType dtype = DType.valueOf(text.substring(0, text.indexOf('[')));
        int[] dims = numbers(text.substring(text.indexOf('[') + 1, text.indexOf(']')))
                .mapToInt(Integer::parseInt)
                .toArray();
        double[] values = numbers(text.substring(text.indexOf(':') + 1))
                .mapToDouble(word ->
                        Double.parseDouble(word.replace("inf", "Infinity").replace("nan", "NaN")))
                .toArray();
        return NDArray.wrap(values, dims).cast(dtype);
    }

    private static Stream<String> numbers(String text) {
        return text.isEmpty() ? Stream.of() : Arrays.stream(text.split(",", -1));
    }

    @TestFactory
    Stream<DynamicTest> agree() throws IOException {
        List<Line> lines = lines("values.txt");
        assertTrue(lines.size() > 350);
        return tests(lines);
    }

    @TestFactory
    Stream<DynamicTest> functionsAgree() throws IOException {
        return tests(lines("functions.txt"));
    }

    @Test
    void everyFunctionHasLines() throws IOException {
        Set<String> recorded = new HashSet<>();
        for (String file : List.of("values.txt", "functions.txt")) {
            lines(file).forEach(line -> recorded.add(line.name.replaceAll("[ :].*|Edge|Reflect", "")));
        }
        Set<String> missing = OpWalk.functions()
                .filter(m -> !recorded.contains(m.getName()) || m.getDeclaringClass() == CrossEntropy.class)
                .filter(m ->
                        !recorded.contains(m.getName() + m.getDeclaringClass().getSimpleName()))
                .map(OpWalk::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> superfluous = new TreeSet<>(ELSEWHERE);
        superfluous.removeAll(missing);
        missing.removeAll(ELSEWHERE);
        assertEquals(Set.of(), missing, "functions that need lines in functions.txt, or a name in ELSEWHERE");
        assertEquals(Set.of(), superfluous, "names in ELSEWHERE that have lines, or are no functions");
    }

    private static Stream<DynamicTest> tests(List<Line> lines) {
        return lines.stream().map(line -> DynamicTest.dynamicTest(line.number + " " + line.name, () -> check(line)));
    }

    private static void check(Line line) {
        List<Tensor> constants = line.inputs.stream().map(Tensors::constant).toList();
        Tensor y = apply(line.name, constants);
        assertClose(line.name, line.expected, y.eval());
        for (NDArray expected : line.gradient) {
            assertClose(
                    line.name + " gradient",
                    expected,
                    gradient(y, constants.get(0)).eval());
        }
        checkWithUnknownShapes(line);
    }

    private static Tensor gradient(Tensor y, Tensor x) {
        return Tensors.gradients(y.sum(), x).get(0);
    }

    private static final class Fed extends Tensor {
        Fed(NDArray value) {
            super(Leaves.input(), new TensorType(value.dtype(), unknown(value.shape())), "fed");
        }

        private static Shape unknown(Shape shape) {
            int[] dims = new int[shape.rank()];
            Arrays.fill(dims, Shape.UNKNOWN);
            return Shape.of(dims);
        }
    }

    /** The same through placeholders of which nothing but the rank is known, compiled with all passes. */
    private static void checkWithUnknownShapes(Line line) {
        List<Fed> inputs = line.inputs.stream().map(Fed::new).toList();
        Tensor y = apply(line.name, List.copyOf(inputs));
        List<Tensor> fetches = new ArrayList<>(List.of(y));
        if (!line.gradient.isEmpty()) {
            fetches.add(gradient(y, inputs.get(0)));
        }
        List<Shape> shapes = line.inputs.stream().map(NDArray::shape).toList();
        List<NDArray> results = Lowering.compile(fetches, List.of(), inputs, shapes, CompileOptions.OPTIMIZED)
                .run(line.inputs.toArray(NDArray[]::new));
        assertClose(line.name + " fed", line.expected, results.get(0));
        if (!line.gradient.isEmpty()) {
            assertClose(line.name + " gradient, fed", line.gradient.get(0), results.get(1));
        }
    }

    private static void assertClose(String what, NDArray expected, NDArray actual) {
        assertEquals(expected.dtype(), actual.dtype(), what);
        assertEquals(expected.shape(), actual.shape(), what);
        double tolerance = expected.dtype() == DType.FLOAT32 ? 3e-6 : 1e-13;
        double scale = 0;
        for (int i = 0; i < expected.size(); i++) {
            scale = Double.isFinite(expected.at(i)) ? Math.max(scale, Math.abs(expected.at(i))) : scale;
        }
        // Sums, and gradients such as 1 - y², lose digits where terms cancel; all else is good to the last ones.
        boolean cancels = what.startsWith("matmul") || what.startsWith("sum") || what.startsWith("mean");
        double floor = cancels ? scale : what.contains("gradient") ? scale / 10 : tolerance;
        for (int i = 0; i < expected.size(); i++) {
            double slack = tolerance * Math.max(Math.abs(expected.at(i)), floor);
            if (!Double.isFinite(expected.at(i)) || expected.dtype() == DType.INT32) {
                slack = 0;
            }
            assertEquals(expected.at(i), actual.at(i), slack, what + " at " + i);
        }
    }

    private static int[] integers(String text) {
        return Arrays.stream(text.trim().split(" +", -1))
                .filter(word -> !word.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Tensor apply(String name, List<Tensor> in) {
        Tensor function = NamedFunctions.apply(name, in);
        if (function != null) {
            return function;
        }
        String op = name.split(" ", -1)[0];
        String parameters = name.substring(op.length()).trim();
        Tensor x = in.get(0);
        if (in.size() == 1) {
            return parameters.isEmpty() && !isReduction(op) ? unary(op, x) : withParameters(op, parameters, x);
        }
        Tensor b = in.get(1);
        return switch (op) {
            case "where" -> Comparisons.where(x, b, in.get(2));
            case "matmul" -> LinearAlgebra.matmul(x, b);
            case "gather" -> Indexing.gather(x, b, Integer.parseInt(parameters));
            case "concat" -> Indexing.concat(Integer.parseInt(parameters), x, b);
            case "stack" -> Indexing.stack(Integer.parseInt(parameters), x, b);
            case "softmaxCrossEntropy" -> CrossEntropy.softmax(x, b);
            case "sigmoidCrossEntropy" -> CrossEntropy.sigmoid(x, b);
            default -> binary(op, x, b);
        };
    }

    private static Tensor unary(String op, Tensor x) {
        return switch (op) {
            case "neg" -> x.neg();
            case "abs" -> x.abs();
            case "sign" -> Arithmetic.sign(x);
            case "square" -> x.square();
            case "sqrt" -> x.sqrt();
            case "exp" -> x.exp();
            case "expm1" -> Arithmetic.expm1(x);
            case "log" -> x.log();
            case "log1p" -> Arithmetic.log1p(x);
            case "erf" -> Arithmetic.erf(x);
            case "relu" -> x.relu();
            case "sigmoid" -> x.sigmoid();
            case "tanh" -> x.tanh();
            case "softplus" -> Activations.softplus(x);
            case "leakyRelu" -> Activations.leakyRelu(x, 0.1);
            case "elu" -> Activations.elu(x, 1.5);
            case "clip" -> Arithmetic.clip(x, -1, 2);
            default -> throw new IllegalArgumentException(op + " is not known here: add it to NamedFunctions");
        };
    }

    private static Tensor binary(String op, Tensor a, Tensor b) {
        return switch (op) {
            case "add" -> a.add(b);
            case "sub" -> a.sub(b);
            case "mul" -> a.mul(b);
            case "div" -> a.div(b);
            case "pow" -> a.pow(b);
            case "remainder" -> Arithmetic.remainder(a, b);
            case "remainderOf" -> Arithmetic.remainder(b, a);
            case "atan2" -> Trigonometry.atan2(a, b);
            case "atan2Of" -> Trigonometry.atan2(b, a);
            case "minimum" -> Arithmetic.minimum(a, b);
            case "maximum" -> Arithmetic.maximum(a, b);
            case "eq" -> a.eq(b);
            case "ne" -> Comparisons.ne(a, b);
            case "greater" -> Comparisons.greater(a, b);
            case "greaterEqual" -> Comparisons.greaterEqual(a, b);
            case "less" -> Comparisons.less(a, b);
            case "lessEqual" -> Comparisons.lessEqual(a, b);
            default -> throw new IllegalArgumentException(op + " is not known here: add it to NamedFunctions");
        };
    }

    private static boolean isReduction(String op) {
        return List.of("sum", "mean", "max", "min").contains(op);
    }

    private static Tensor withParameters(String op, String parameters, Tensor x) {
        boolean keep = parameters.endsWith("keep");
        if (op.equals("cast")) {
            return x.cast(DType.valueOf(parameters));
        }
        if (op.equals("slice")) {
            String[] parts = parameters.split(":", -1);
            return Indexing.slice(x, integers(parts[0]), integers(parts[1]));
        }
        int[] numbers = integers(parameters.replace("keep", ""));
        return switch (op) {
            case "sum" -> Reductions.sum(x, keep, numbers);
            case "mean" -> Reductions.mean(x, keep, numbers);
            case "max" -> Reductions.max(x, keep, numbers);
            case "min" -> Reductions.min(x, keep, numbers);
            case "logSumExp" -> Reductions.logSumExp(x, keep, numbers);
            case "softmax" -> Activations.softmax(x, numbers[0]);
            case "logSoftmax" -> Activations.logSoftmax(x, numbers[0]);
            case "argmax" -> x.argmax(numbers[0]);
            case "argmin" -> Reductions.argmin(x, numbers[0]);
            case "transpose" -> x.transpose(numbers);
            case "reshape" -> x.reshape(numbers);
            case "broadcastTo" -> Shaping.broadcastTo(x, numbers);
            case "oneHot" -> x.oneHot(numbers[0]);
            default -> throw new IllegalArgumentException(op + " is not known here: add it to NamedFunctions");
        };
    }
}
