package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Convolutions, pooling and upsampling with their first and second gradients as PyTorch has them, in both orders of
 * axes; images.py says how they were recorded.
 */
class ImageValuesTest {
    private record Line(String spec, List<Shape> operands, List<NDArray> expected) {}

    private static List<Line> lines() throws IOException {
        try (InputStream file = Objects.requireNonNull(ImageValuesTest.class.getResourceAsStream("images.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(row -> row.split("\t", -1))
                    .map(fields -> new Line(
                            fields[0],
                            Arrays.stream(fields[1].split(" ", -1))
                                    .map(ImageValuesTest::shape)
                                    .toList(),
                            Arrays.stream(fields)
                                    .skip(2)
                                    .map(ImageValuesTest::array)
                                    .toList()))
                    .toList();
        }
    }

    private static int[] numbers(String text, String separator) {
        return Arrays.stream(text.split(separator, -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Shape shape(String text) {
        return Shape.of(numbers(text, "x"));
    }

    private static NDArray array(String text) {
        int colon = text.indexOf(':');
        double[] values = Arrays.stream(text.substring(colon + 1).split(",", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return NDArray.wrap(values, numbers(text.substring(0, colon), "x"));
    }

    /** The numbers of images.py. */
    private static NDArray operand(Shape shape, int step, DType dtype) {
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((i * step + 3) % 11 - 5) / 4.0;
        }
        return NDArray.wrap(values, shape.dims()).cast(dtype);
    }

    @TestFactory
    Stream<DynamicTest> agreeWithPyTorch() throws IOException {
        List<Line> lines = lines();
        assertTrue(lines.size() > 30);
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(line.spec, () -> {
                    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
                        check(line, dtype, true);
                        check(line, dtype, false);
                    }
                }));
    }

    private static void check(Line line, DType dtype, boolean first) {
        List<Tensor> operands = new ArrayList<>();
        for (Shape shape : line.operands) {
            operands.add(Tensors.constant(operand(shape, operands.isEmpty() ? 7 : 5, dtype)));
        }
        Tensor[] xs = operands.toArray(Tensor[]::new);
        Tensor y = first && !line.spec.startsWith("upsample") ? apply(line.spec, operands) : last(line.spec, operands);
        List<Tensor> results = new ArrayList<>(List.of(y));
        results.addAll(Tensors.gradients(y.square().sum().mul(0.5), xs));
        Tensor squares = results.get(1).square().sum();
        for (Tensor gradient : results.subList(2, results.size())) {
            squares = squares.add(gradient.square().sum());
        }
        results.add(Tensors.gradients(squares, xs[0]).get(0));
        assertEquals(line.expected.size(), results.size());
        for (int i = 0; i < results.size(); i++) {
            NDArray expected = line.expected.get(i);
            NDArray actual = results.get(i).eval();
            assertEquals(expected.shape(), actual.shape());
            double largest =
                    Arrays.stream(expected.toDoubles()).map(Math::abs).max().orElse(0);
            double tolerance = largest * (dtype == DType.FLOAT32 ? 1e-6 : 1e-14);
            assertArrayEquals(expected.toDoubles(), actual.toDoubles(), tolerance, line.spec + " " + dtype + " " + i);
        }
    }

    /** Applies the function with channels last, to operands with channels first. */
    private static Tensor last(String spec, List<Tensor> in) {
        boolean one = in.get(0).shape().rank() == 3;
        List<Tensor> turned = new ArrayList<>();
        turned.add(one ? in.get(0).transpose(0, 2, 1) : in.get(0).transpose(0, 2, 3, 1));
        if (in.size() == 2) {
            turned.add(one ? in.get(1).transpose(2, 1, 0) : in.get(1).transpose(2, 3, 1, 0));
        }
        Tensor y = apply(spec + " last", turned);
        return one ? y.transpose(0, 2, 1) : y.transpose(0, 3, 1, 2);
    }

    private static Tensor apply(String spec, List<Tensor> in) {
        Map<String, int[]> numbers = new TreeMap<>();
        WindowOptions options = new WindowOptions().channelsFirst();
        for (String word : spec.split(" ", -1)) {
            String[] parts = word.split("=", 2);
            int[] values = parts.length == 1 ? new int[0] : numbers(parts[1], ",");
            numbers.put(parts[0], values);
            options = switch (parts[0]) {
                case "strides" -> options.strides(values[0], values[values.length - 1]);
                case "dilation" -> options.dilation(values[0], values[values.length - 1]);
                case "padding" ->
                    values.length == 1
                            ? options.padding(values[0])
                            : options.padding(values[0], values[1], values[2], values[3]);
                case "groups" -> options.groups(values[0]);
                case "same" -> options.same();
                case "sameLower" -> options.sameLower();
                case "ceil" -> options.ceilMode();
                case "last" -> options.channelsLast();
                default -> options;
            };
        }
        Tensor x = in.get(0);
        int[] size = numbers.getOrDefault("size", new int[0]);
        int[] more = numbers.getOrDefault("more", new int[2]);
        boolean countPad = numbers.containsKey("countPad");
        return switch (spec.split(" ", 2)[0]) {
            case "conv2d" -> Convolutions.conv2d(x, in.get(1), options);
            case "conv1d" -> Convolutions.conv1d(x, in.get(1), options);
            case "transpose2d" -> Convolutions.conv2dTranspose(x, in.get(1), options, more[0], more[1]);
            case "transpose1d" -> Convolutions.conv1dTranspose(x, in.get(1), options, more[0]);
            case "maxPool2d" -> Pooling.maxPool2d(x, size[0], size[1], options);
            case "maxPool1d" -> Pooling.maxPool1d(x, size[0], options);
            case "averagePool2d" -> Pooling.averagePool2d(x, size[0], size[1], options, countPad);
            case "averagePool1d" -> Pooling.averagePool1d(x, size[0], options, countPad);
            default -> upsample(x, numbers);
        };
    }

    private static Tensor upsample(Tensor x, Map<String, int[]> numbers) {
        int[] nearest = numbers.get("nearest");
        int[] factors = nearest == null ? Objects.requireNonNull(numbers.get("bilinear")) : nearest;
        Interpolation way = nearest == null ? Interpolation.BILINEAR : Interpolation.NEAREST;
        return Pooling.upsample2d(x, factors[0], factors[1], way);
    }
}
