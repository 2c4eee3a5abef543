package dev.autodiff.examples.lesson;

import static dev.autodiff.examples.lesson.PageNumbers.NUMBER;
import static dev.autodiff.examples.lesson.PageNumbers.page;
import static dev.autodiff.examples.lesson.PageNumbers.parse;
import static dev.autodiff.examples.lesson.PageNumbers.shown;
import static dev.autodiff.examples.lesson.PageNumbers.states;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The numbers that the pages of the course state, computed once more in plain Java from what the text says: in the type
 * that it is about, and without the framework or the lesson's own program.
 */
class LessonNumbersTest {

    // ---- one neuron ----

    private static final double[] X = {2, 1, 3};
    private static final double[] W = {1, 2, -1};

    /** Returns what the neuron predicts. */
    private static double neuron(double[] weights, double bias) {
        double prediction = bias;
        for (int i = 0; i < 3; i++) {
            prediction += X[i] * weights[i];
        }
        return prediction;
    }

    @Test
    void oneNeuron() {
        String page = page(OneNeuron.class);
        double prediction = neuron(W, 0);
        double upstream = 2 * (prediction - 3);
        states(page, "+ 0 = # delta", prediction);
        states(page, "= 1 - 3 = # cost", prediction - 3);
        states(page, "= (-2)² = #", Math.pow(prediction - 3, 2));
        states(page, "A square passes on 2·delta = #.", upstream);
        states(page, "at w0 that is -4·x0 = -4·2 = #.", upstream * X[0]);
        double[] right = W.clone();
        double[] talk = W.clone();
        for (int i = 0; i < 3; i++) {
            right[i] -= 0.05 * upstream * X[i];
            talk[i] -= 0.05 * upstream * W[i];
            states(page, "w" + i + " | # | # | # |", W[i], upstream * X[i], right[i]);
        }
        double bias = -0.05 * upstream;
        states(page, "b | 0 | # | # |", upstream, bias);
        states(page, "the neuron answers # instead of #:", neuron(right, bias), prediction);
        states(page, "the cost has fallen from # to #.", 4, Math.pow(neuron(right, bias) - 3, 2));
        states(page, "After one step the cost is # instead of #.", Math.pow(neuron(talk, bias) - 3, 2), 1);
        // the check multiplies all derivatives by one random number
        double[] all = {
            shown(page, "at [2] (which is -1.00000): numeric #")[0] / (upstream * X[2]),
            shown(page, "at [0] (which is 1.00000): numeric #")[0] / (upstream * X[0]),
            shown(page, "at [1] (which is 2.00000): numeric #")[0] / (upstream * X[1])
        };
        assertEquals(all[0], all[1], 1e-8);
        assertEquals(all[0], all[2], 1e-8);
        states(page, "-12 shows as # here", Math.round(-12 * all[0] * 10) / 10.0);
        double deltaY = 3 - prediction; // the talk's form: target - prediction
        states(page, "target - prediction = #,", deltaY);
        states(
                page,
                "the talk: -4 · [1, 2, -1] = [#, #, #]",
                Arrays.stream(W).map(w -> -2 * deltaY * w).toArray());
        states(
                page,
                "right: -4 · [2, 1, 3] = [#, #, #]",
                Arrays.stream(X).map(x -> upstream * x).toArray());
    }

    // ---- the order ----

    @Test
    void topologicalOrder() {
        String page = page(TopologicalOrder.class);
        assertTrue(page.contains("The answer comes at once: " + (1L << 50) + ","), page);
        assertTrue(page.contains("more than 10¹⁵ paths, but only 51 nodes") && 1L << 50 > 1_000_000_000_000_000L, page);
        // b passes 1 on, then 2, to each of a's two places
        states(page, "So a ends at # instead of #.", 2 * (1 + 2), 4);
    }

    // ---- the learning rate ----

    private interface Rule {
        /** Returns the change of a weight, with memory in the two numbers. */
        double step(double g, double[] memory, int t);
    }

    /** Returns the costs (w1² + 10·w2²) / 2 at some steps. */
    private static double[] descend(Rule rule, int... steps) {
        double[] w = {-4, 1.5};
        double[][] memory = new double[2][2];
        double[] costs = new double[41];
        for (int t = 0; t <= 40; t++) {
            costs[t] = (w[0] * w[0] + 10 * w[1] * w[1]) / 2;
            double[] g = {w[0], 10 * w[1]};
            for (int i = 0; i < 2; i++) {
                w[i] -= rule.step(g[i], memory[i], t + 1);
            }
        }
        return Arrays.stream(steps).mapToDouble(t -> costs[t]).toArray();
    }

    @Test
    void learningRate() {
        String page = page(LearningRate.class);
        int[] steps = {0, 1, 2, 5, 10, 20, 40};
        List<double[]> columns = List.of(
                descend((g, memory, t) -> 0.17 * g, steps),
                descend((g, memory, t) -> 0.03 * (memory[0] = 0.8 * memory[0] + g), steps),
                descend(
                        (g, memory, t) -> {
                            memory[0] = 0.9 * memory[0] + 0.1 * g * g;
                            return 0.2 * g / (Math.sqrt(memory[0]) + 1e-8);
                        },
                        steps),
                descend(
                        (g, memory, t) -> {
                            memory[0] = 0.9 * memory[0] + 0.1 * g;
                            memory[1] = 0.999 * memory[1] + 0.001 * g * g;
                            double v = memory[1] / (1 - Math.pow(0.999, t));
                            return 0.3 * memory[0] / (1 - Math.pow(0.9, t)) / (Math.sqrt(v) + 1e-8);
                        },
                        steps));
        for (int i = 0; i < steps.length; i++) {
            int row = i;
            states(
                    page,
                    "| " + steps[i] + (steps[i] == 1 ? " step" : " steps") + " | # | # | # | # |",
                    columns.stream().mapToDouble(column -> column[row]).toArray());
        }
        // the cost after one step says how large the first step was
        double first = shown(page, "η / √(1 - ρ) = #.")[0];
        assertEquals(columns.get(2)[1], (Math.pow(-4 + first, 2) + 10 * Math.pow(1.5 - first, 2)) / 2, 1e-3, "RMSProp");
        double adam = shown(page, "for Adam η = #,")[0];
        assertEquals(columns.get(3)[1], (Math.pow(-4 + adam, 2) + 10 * Math.pow(1.5 - adam, 2)) / 2, 1e-3, "Adam");
        states(page, "With η = 0.17 the factor is #:", 1 - 10 * 0.17);
        states(page, "With η = 0.205 it is #:", 1 - 10 * 0.205);
        states(page, "= 0.999 · [0.016, 0.225] + (1 - 0.999) · [-3.7, 12]² = [#, #]", 0.029674, 0.368775);
        states(page, "(1 - 0.9^2) = [#, #]", -0.73 / 0.19, 2.55 / 0.19);
        states(page, "(1 - 0.999^2) = [#, #]", 0.029674 / 0.001999, 0.368775 / 0.001999);
        states(
                page,
                "+ 1e-8) = [#, #]",
                -3.7 + 0.3 * 3.8421 / Math.sqrt(14.8444),
                1.2 - 0.3 * 13.4211 / Math.sqrt(184.4797));
    }

    // ---- a line ----

    @Test
    void lineByEpochs() {
        String page = page(LineByEpochs.class);
        double[] x = LineByEpochs.points().features().toDoubles();
        double[] y = LineByEpochs.points().labels().toDoubles();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        double slope = covariance / variance;
        double intercept = meanY - slope * meanX;
        double best = loss(x, y, slope, intercept);
        states(page, "least squares: slope #, intercept #, loss #.", slope, intercept, best);
        states(page, "Epoch 0: loss #", loss(x, y, -1, 0));
        for (int epoch : new int[] {5, 10, 20, 30}) {
            double loss = shown(page, "Epoch " + epoch + ": loss #")[0];
            assertTrue(loss >= best - 5e-4 && loss < best + 5e-3, "epoch " + epoch + ": " + loss);
        }
    }

    private static double loss(double[] x, double[] y, double slope, double intercept) {
        return IntStream.range(0, x.length)
                .mapToDouble(i -> Math.pow(slope * x[i] + intercept - y[i], 2))
                .average()
                .orElseThrow();
    }

    // ---- hidden layers ----

    @Test
    void hiddenLayers() {
        String page = page(HiddenLayers.class);
        double[] hidden = {1 * 1 + 2 * 0, 1 * -1 + 2 * 3, 1 * 2 + 2 * 1};
        DoubleUnaryOperator relu = t -> Math.max(t, 0);
        states(page, "(x·W1)·W2 = # one", out(hidden, t -> t));
        states(page, "W1·W2 = [#, #]ᵀ", 1 * 2 + -1 * 1 + 2 * -1, 0 * 2 + 3 * 1 + 1 * -1);
        states(page, "x·(W1·W2) = # with", -1 + 2 * 2);
        states(page, "relu(x·W1)·W2 = #, but", out(hidden, relu));
        states(page, "relu(-x·W1)·W2 = # With", out(hidden, t -> relu.applyAsDouble(-t)));
        double[] right = shown(page, "| 400 | # % | # % | # % |");
        assertTrue(right[0] < 95 && right[1] == 100 && right[2] == 100, "two neurons do not enclose, three do");
    }

    private static double out(double[] hidden, DoubleUnaryOperator activation) {
        double[] w2 = {2, 1, -1};
        return IntStream.range(0, 3)
                .mapToDouble(i -> activation.applyAsDouble(hidden[i]) * w2[i])
                .sum();
    }

    // ---- softmax ----

    @Test
    void softmaxAndCrossEntropy() {
        String page = page(SoftmaxAndCrossEntropy.class);
        double[] z = {2, 1, -1};
        double sum = Arrays.stream(z).map(Math::exp).sum();
        for (int k = 0; k < 3; k++) {
            double p = Math.exp(z[k]) / sum;
            double y = k == 1 ? 1 : 0;
            states(
                    page,
                    k + " | " + (int) z[k] + " | # | # | " + (int) y + " | # | # |",
                    Math.exp(z[k]),
                    p,
                    p - y,
                    p - y);
        }
        states(page, "so the loss is -log # = #.", Math.exp(1) / sum, Math.log(sum) - 1);
        String slopes = page.substring(page.indexOf("gradient: squared error"));
        for (int logit : new int[] {-8, -4, 0, 4}) {
            double p = 1 / (1 + Math.exp(-logit));
            states(slopes, "| " + logit + " | # | # | # |", p, p - 1, 4 * (p - 1) * p * (1 - p));
        }
        states(page, "probabilities go in | # = log(e + 2) - 1", Math.log(Math.E + 2) - 1);
        assertTrue(Double.isInfinite(Math.exp(1000)) && page.contains("e^1000 is too large for FLOAT64"), page);
        assertTrue(Float.isInfinite((float) Math.exp(89)) && Float.isFinite((float) Math.exp(88)), "e^89");
        assertTrue(page.contains("in FLOAT32 already e^89 is"), page);
        for (float[] logits : new float[][] {{2, 1, -1}, {100, 0, -100}, {1000, 0, -1000}}) {
            String row = "| [" + (int) logits[0] + ", " + (int) logits[1] + ", " + (int) logits[2] + "] | ";
            states(
                    page,
                    row + words(naive(logits, 0)) + " | " + words(naive(logits, logits[0])) + " | # |",
                    exact(logits));
        }
    }

    /** Returns Σ -y log(e^(z - shift) / Σ e^(z - shift)) in FLOAT32, for the second class. */
    private static float naive(float[] z, float shift) {
        float sum = 0;
        for (float logit : z) {
            sum += (float) Math.exp(logit - shift);
        }
        float loss = 0;
        for (int k = 0; k < 3; k++) {
            loss -= (k == 1 ? 1f : 0f) * (float) Math.log((float) Math.exp(z[k] - shift) / sum);
        }
        return loss;
    }

    private static String words(float loss) {
        return Float.isNaN(loss) ? "not a number" : String.format(Locale.ROOT, "%.3f", loss);
    }

    private static double exact(float[] z) {
        double sum = 0;
        for (float logit : z) {
            sum += Math.exp(logit - z[0]);
        }
        return z[0] + Math.log(sum) - z[1];
    }

    // ---- vanishing gradients ----

    @Test
    void vanishingGradients() {
        String page = page(VanishingGradients.class);
        for (String base : List.of("0.25", "0.9", "1", "1.5")) {
            double expected = Math.pow(Double.parseDouble(base), 10);
            double shown = shown(page, " " + base + "^10 = #")[0];
            assertEquals(expected, shown, 5.1e-4 * expected, base);
        }
        states(page, "0.2^9 = # and 2^9 = #,", Math.pow(0.2, 9), Math.pow(2, 9));
        double[][] layers = IntStream.rangeClosed(1, 10)
                .mapToObj(layer -> shown(page, "| " + layer + " | # | # | # | # | # |"))
                .toArray(double[][]::new);
        for (int layer = 1; layer < 9; layer++) {
            double factor = layers[layer - 1][0] / layers[layer][0];
            assertEquals(0.25, factor, layer == 1 ? 0.15 : 0.05, "sigmoid, about a quarter in each layer");
            for (int relu : new int[] {1, 2}) {
                double level = layers[layer - 1][relu] / layers[9][relu];
                assertTrue(level > 0.3 && level < 2, "of about one size: " + level);
            }
        }
        assertTrue(layers[9][1] < 1e-6 && layers[9][2] > 100, "vanished and exploded next to the loss too");
        states(page, "a loss of log 2 = #.", Math.log(2));
        double[] last = shown(page, "| 300 epochs | # | # | not a number | # | # |");
        assertEquals(Math.log(2), last[0], 1e-4);
        assertEquals(Math.log(2), last[1], 1e-4);
    }

    // ---- regularization ----

    @Test
    void regularization() {
        String page = page(Regularization.class);
        states(page, "A network with 64 hidden neurons has # parameters", (2 + 1) * 64 + 64 + 1);
        for (String name : List.of("no regularization", "dropout, keep 0.5", "L2, λ = 0.01")) {
            double[] row = shown(page, name + " | # | # | # | # % |");
            assertEquals(row[1] - row[0], row[2], 6e-4, name + ": the gap is the difference of the losses");
        }
        double[] none = shown(page, "the test loss falls to # and then rises to # while");
        double[] dropout = shown(page, "rises too, but more slowly, from # to #;");
        assertTrue(none[1] > 4 * none[0] && dropout[1] > 2 * dropout[0] && dropout[1] < none[1], "rising test losses");
        assertEquals(shown(page, "no regularization | # | # |")[1], none[1]);
        assertEquals(shown(page, "dropout, keep 0.5 | # | # |")[1], dropout[1]);
        double[] missed = shown(page, "# lie on the wrong side without regularization, # with dropout and # with L2:");
        assertTrue(missed[0] == 0 && missed[1] == 0 && missed[2] > 0, "only L2 gives single points up");
        Matcher masks =
                Pattern.compile("\\[([02](?:, [02]){9})] mean " + NUMBER).matcher(page);
        int count = 0;
        while (masks.find()) {
            double sum = Arrays.stream(masks.group(1).split(", "))
                    .mapToDouble(Double::parseDouble)
                    .sum();
            assertEquals(sum / 10, parse(masks.group(2)), 1e-9);
            count++;
        }
        assertEquals(3, count, "masks");
    }

    // ---- checking ----

    @Test
    void mistakes() {
        String page = page(Mistakes.class);
        double slope = Math.pow(2 / (Math.exp(0.7) + Math.exp(-0.7)), 2); // 1 - tanh² = 1 / cosh²
        assertEquals(slope, shown(page, "1 - tanh²(0.7) = #.")[0], 5.1e-11);
        // the slope by h is off by f''' h² / 6, where h is large: f''' = (4 tanh² - 2 / cosh²) / cosh²
        double third = (4 * Math.pow(Math.tanh(0.7), 2) - 2 * slope) * slope;
        assertEquals(third * 0.01 / 6, shown(page, "| 10^-1 | # | # |")[1], 1e-5); // a further term is h⁴
        assertEquals(third * 1e-6 / 6, shown(page, "| 10^-3 | # | # |")[1], 5e-11);
        for (int n = 1; n <= 13; n += 2) {
            double[] row = shown(page, "10^-" + n + " | # | # |");
            assertEquals(Math.abs(row[0] - slope), row[1], 1e-12 + 5.1e-4 * row[1], "10^-" + n);
        }
        states(page, "share FLOAT32 [?]: from # to #", 0, 4 / 8.0);
    }

    // ---- normalization ----

    @Test
    void normalization() {
        String page = page(Normalization.class);
        double[][] batch = {{1, 2, 6}, {3, 2, 10}, {5, 8, 2}, {7, 4, 6}};
        for (int i = 0; i < 4; i++) {
            double[] row = batch[i];
            double[] expected = new double[9];
            for (int f = 0; f < 3; f++) {
                int feature = f;
                expected[f] = row[f];
                expected[3 + f] = normal(
                        row[f],
                        Arrays.stream(batch).mapToDouble(each -> each[feature]).toArray());
                expected[6 + f] = normal(row[f], row);
            }
            states(page, (i + 1) + " | #, #, # | #, #, # | #, #, # |", expected);
        }
        states(page, "(1 - 4) / √5 = #; the", -3 / Math.sqrt(5));
        states(page, "√(14/3) = #. Then", -2 / Math.sqrt(14 / 3.0));
        states(page, "has a loss of log 2 = #.", Math.log(2));
        // without normalization, a network whose weights begin too small stays at log 2
        double[] none = shown(page, "N(0, 0.05) | none | # | # | # |");
        for (double loss : none) {
            assertEquals(Math.log(2), loss, 1e-3);
        }
        for (String norm : List.of("batch norm", "layer norm")) {
            double[] losses = shown(page, "N(0, 0.05) | " + norm + " | # | # | # |");
            assertTrue(losses[1] < losses[0] && losses[2] < losses[1], norm);
        }
        double[] jump = shown(page, "with jumps, up to # in epoch #,");
        assertTrue(jump[0] > 2 * shown(page, "N(0, 0.05) | layer norm | # | # | # |")[1] && jump[1] > 50, "a jump");
        double[] byLayer = shown(page, " layer norm | # | # | # | # | In training");
        for (double answer : byLayer) {
            assertEquals(byLayer[0], answer, 1e-3 * Math.abs(byLayer[0]), "layer norm looks at one example at a time");
        }
        assertEquals(shown(page, " batch norm | # | # | # | # | layer norm |").length, 4);
    }

    private static double normal(double value, double[] among) {
        double mean = Arrays.stream(among).average().orElseThrow();
        double variance = Arrays.stream(among)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();
        return (value - mean) / Math.sqrt(variance + 1e-5);
    }
}
