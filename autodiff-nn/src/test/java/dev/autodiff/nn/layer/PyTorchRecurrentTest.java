package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares recurrent layers with PyTorch's, whose values recurrent.py writes to recurrent.csv. */
class PyTorchRecurrentTest {
    private static final int FEATURES = 2;
    private static final int UNITS = 4;
    private static final int[] AS_THEY_ARE = {0, 1, 2, 3};
    /** For each gate here, z, r, n, its place among PyTorch's. */
    private static final int[] GRU_ORDER = {1, 0, 2};

    private static final Map<String, double[]> EXPECTED = read();

    private final Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, FEATURES));
    private final Session session = new Session();

    private static Map<String, double[]> read() {
        try (InputStream in = PyTorchRecurrentTest.class.getResourceAsStream("recurrent.csv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(",", -1))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> Arrays.stream(parts)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double[] expected(String name) {
        return Objects.requireNonNull(EXPECTED.get(name), name);
    }

    private static Tensor constant(String name, int... dims) {
        return Tensors.constant(NDArray.wrap(expected(name), dims));
    }

    /** Returns matrices {@code [gates * units, n]} as {@code [n, gates * units]} with gates in another order. */
    private static double[] converted(double[] torch, int[] order, int gates) {
        int n = torch.length / (gates * UNITS);
        double[] result = new double[torch.length];
        for (int gate = 0; gate < gates; gate++) {
            for (int unit = 0; unit < UNITS; unit++) {
                for (int i = 0; i < n; i++) {
                    result[i * gates * UNITS + gate * UNITS + unit] = torch[(order[gate] * UNITS + unit) * n + i];
                }
            }
        }
        return result;
    }

    /** The parameters of one layer of PyTorch's. */
    private record Parameters(String name, String suffix, int[] order, int gates, boolean twoBiases) {
        private double[] of(String kind, String key) {
            return converted(expected(name + "/" + kind + key + suffix), order, gates);
        }

        /** Returns what the variables of our layer are, in their order. */
        List<double[]> values(String kind) {
            double[] bias = of(kind, "bias_ih_l");
            double[] more = of(kind, "bias_hh_l");
            List<double[]> values = new ArrayList<>(List.of(of(kind, "weight_ih_l"), of(kind, "weight_hh_l"), bias));
            if (twoBiases) {
                values.add(more);
            } else if (kind.isEmpty()) {
                for (int i = 0; i < bias.length; i++) {
                    bias[i] += more[i];
                }
            }
            return values;
        }
    }

    /** Gives variables their values, and compares gradients with respect to them. */
    private void compare(List<Parameters> parameters, List<Variable> variables, Tensor loss, Feed... feeds) {
        List<double[]> values = new ArrayList<>();
        List<double[]> slopes = new ArrayList<>();
        for (Parameters some : parameters) {
            values.addAll(some.values(""));
            slopes.addAll(some.values("d_"));
        }
        String name = parameters.get(0).name;
        List<Tensor> gradients = Tensors.gradients(loss, variables.toArray(Tensor[]::new));
        for (int i = 0; i < values.size(); i++) {
            assertClose(
                    name + " gradient " + variables.get(i).name(), slopes.get(i), session.run(gradients.get(i), feeds));
        }
        Tensor dx = Tensors.gradients(loss, x).get(0);
        assertClose(name + " dx", expected(name + "/dx"), session.run(dx, feeds));
    }

    private static void assign(List<Parameters> parameters, List<Variable> variables) {
        List<double[]> values = new ArrayList<>();
        parameters.forEach(some -> values.addAll(some.values("")));
        for (int i = 0; i < values.size(); i++) {
            variables
                    .get(i)
                    .assign(NDArray.wrap(values.get(i), variables.get(i).shape().dims()));
        }
    }

    private static void assertClose(String name, double[] expected, NDArray actual) {
        assertArrayEquals(expected, actual.toDoubles(), 1e-12, name);
    }

    private static Feed inputs(Placeholder x) {
        return Feed.feed(x, NDArray.wrap(expected("x"), 3, 5, FEATURES));
    }

    private void compareWithStates(RecurrentLayer<?> layer, Parameters parameters, int states) {
        String name = parameters.name;
        Tensor[] initial = new Tensor[states];
        Arrays.setAll(initial, i -> constant(name + "/initial" + i, 3, UNITS));
        SequenceOutput result =
                layer.returnSequences().apply(SequenceInput.of(x).initialState(initial));
        assign(List.of(parameters), layer.variables());
        assertClose(name + " y", expected(name + "/y"), session.run(result.output(), inputs(x)));
        for (int i = 0; i < states; i++) {
            assertClose(
                    name + " state",
                    expected(name + "/last" + i),
                    session.run(result.states().get(i), inputs(x)));
        }
        Tensor loss = result.output()
                .mul(constant("upstream", 3, 5, UNITS))
                .sum()
                .add(result.states()
                        .get(states - 1)
                        .mul(constant("upstreamLast", 3, UNITS))
                        .sum());
        compare(List.of(parameters), layer.variables(), loss, inputs(x));
        List<Tensor> slopes = Tensors.gradients(loss, initial);
        for (int i = 0; i < states; i++) {
            assertClose(name + " initial", expected(name + "/d_initial" + i), session.run(slopes.get(i), inputs(x)));
        }
    }

    @Test
    void simpleRnn() {
        compareWithStates(new SimpleRNN(UNITS), new Parameters("rnn", "0", AS_THEY_ARE, 1, false), 1);
    }

    @Test
    void lstm() {
        compareWithStates(new LSTM(UNITS), new Parameters("lstm", "0", AS_THEY_ARE, 4, false), 2);
    }

    @Test
    void gru() {
        compareWithStates(new GRU(UNITS), new Parameters("gru", "0", GRU_ORDER, 3, true), 1);
    }

    private void compareLengths(RecurrentLayer<?> layer, Parameters parameters, int states) {
        Placeholder lengths = Placeholder.of("lengths", DType.INT32, Shape.of(Shape.UNKNOWN));
        Feed given = Feed.feed(lengths, NDArray.wrap(new int[] {5, 2, 3}, 3));
        SequenceOutput result = layer.apply(SequenceInput.of(x).lengths(lengths));
        assign(List.of(parameters), layer.variables());
        for (int i = 0; i < states; i++) {
            assertClose(
                    parameters.name + " state",
                    expected(parameters.name + "/last" + i),
                    session.run(result.states().get(i), inputs(x), given));
        }
        assertClose(
                parameters.name + " output",
                expected(parameters.name + "/last0"),
                session.run(result.output(), inputs(x), given));
        Tensor loss = result.states()
                .get(states - 1)
                .mul(constant("upstreamLast", 3, UNITS))
                .sum();
        compare(List.of(parameters), layer.variables(), loss, inputs(x), given);
    }

    @Test
    void sequencesOfDifferentLengths() {
        compareLengths(new LSTM(UNITS), new Parameters("lstmLengths", "0", AS_THEY_ARE, 4, false), 2);
        compareLengths(new GRU(UNITS), new Parameters("gruLengths", "0", GRU_ORDER, 3, true), 1);
    }

    @Test
    void bothDirections() {
        Layer both = new Bidirectional(() -> new LSTM(UNITS).returnSequences());
        Tensor y = both.apply(x);
        List<Parameters> parameters = List.of(
                new Parameters("lstmBoth", "0", AS_THEY_ARE, 4, false),
                new Parameters("lstmBoth", "0_reverse", AS_THEY_ARE, 4, false));
        assign(parameters, both.variables());
        assertClose("lstmBoth y", expected("lstmBoth/y"), session.run(y, inputs(x)));
        compare(
                parameters,
                both.variables(),
                y.mul(constant("upstreamBoth", 3, 5, 2 * UNITS)).sum(),
                inputs(x));
    }

    @Test
    void layersOnTopOfEachOther() {
        Layer stacked = new Sequential(new GRU(UNITS).returnSequences(), new GRU(UNITS).returnSequences());
        Tensor y = stacked.apply(x);
        List<Parameters> parameters = List.of(
                new Parameters("gruStacked", "0", GRU_ORDER, 3, true),
                new Parameters("gruStacked", "1", GRU_ORDER, 3, true));
        assign(parameters, stacked.variables());
        assertClose("gruStacked y", expected("gruStacked/y"), session.run(y, inputs(x)));
        compare(
                parameters,
                stacked.variables(),
                y.mul(constant("upstream", 3, 5, UNITS)).sum(),
                inputs(x));
    }
}
