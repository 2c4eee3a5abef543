package dev.autodiff.examples.lesson;

import static dev.autodiff.examples.lesson.PageNumbers.page;
import static dev.autodiff.examples.lesson.PageNumbers.shown;
import static dev.autodiff.examples.lesson.PageNumbers.states;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The numbers of the lessons on convolution, recurrence and attention, computed once more in plain Java. */
class ArchitectureNumbersTest {
    // ---- convolution ----

    private static final double[][] IMAGE = {{1, 2, 0, 1}, {0, 3, 1, 2}, {4, 1, 0, 0}, {2, 0, 1, 3}};
    private static final double[][] FILTER = {{1, -1}, {2, 0}};
    private static final double[][] TARGET = {{0, 7, 3}, {5, 4, 0}, {8, 0, 1}};

    @Test
    void convolution() {
        String page = page(Convolution.class);
        double[] y = new double[9];
        double[] dy = new double[9];
        double[] filter = new double[4];
        double[] image = new double[16];
        double loss = 0;
        for (int place = 0; place < 9; place++) {
            int i = place / 3;
            int j = place % 3;
            for (int k = 0; k < 4; k++) {
                y[place] += IMAGE[i + k / 2][j + k % 2] * FILTER[k / 2][k % 2];
            }
            dy[place] = y[place] - TARGET[i][j];
            loss += dy[place] * dy[place] / 2;
            for (int k = 0; k < 4; k++) {
                filter[k] += IMAGE[i + k / 2][j + k % 2] * dy[place];
                image[4 * (i + k / 2) + j + k % 2] += FILTER[k / 2][k % 2] * dy[place];
            }
            states(page, i + ", " + j + " | # | # | # |", IMAGE[i][j + 1], dy[place], IMAGE[i][j + 1] * dy[place]);
        }
        states(page, "2·(-1) + 0·2 + 3·0 = #", y[0]);
        grid(page, "2 0 y", y);
        states(page, "to a target, #.", loss);
        grid(page, "dY = y - target", dy);
        states(page, "2, 2 | # | # | # | sum | | | # |", IMAGE[2][3], dy[8], IMAGE[2][3] * dy[8], filter[1]);
        grid(page, "with dY as the filter", filter);
        grid(page, "dF, by the graph", filter);
        for (int k = 0; k < 4; k++) {
            double weight = FILTER[1 - k / 2][1 - k % 2];
            double upstream = dy[k / 2 * 3 + k % 2];
            states(
                    page,
                    k / 2 + ", " + k % 2 + " | [" + (1 - k / 2) + "][" + (1 - k % 2) + "] = # | # | # |",
                    weight,
                    upstream,
                    weight * upstream);
        }
        states(page, "1, 1 | [0][0] = 1 | # | # | sum | | | # |", dy[4], dy[4], image[5]);
        grid(page, "dImage, by the graph", image);
        states(page, "dense, without bias | # | 1 | one filter of 2 by 2 | # | # |", 16 * 9, 4, 9);
    }

    /** Asserts that the numbers behind a text are these. */
    private static void grid(String page, String name, double[] expected) {
        states(page, name + " #".repeat(expected.length), expected);
    }

    // ---- backpropagation through time ----

    @Test
    void backpropagationThroughTime() {
        String page = page(BackpropagationThroughTime.class);
        double[] x = {0.5, -1, 0.8};
        double[] h = new double[4];
        for (int t = 0; t < 3; t++) {
            h[t + 1] = Math.tanh(0.9 * h[t] + x[t]);
        }
        double arrives = 1;
        double sum = 0;
        String rows = page.substring(page.indexOf("da · h before"));
        for (int t = 3; t >= 1; t--) {
            rows = rows.substring(
                    rows.indexOf(" " + t + " | " + String.valueOf(h[t]).substring(0, 4)));
            double slope = 1 - h[t] * h[t];
            double da = arrives * slope;
            states(rows, " " + t + " | # | # | # | # | # |", h[t], arrives, slope, da, da * h[t - 1]);
            sum += da * h[t - 1];
            arrives = da * 0.9;
        }
        states(page, "the last column is #; the derivative of h3 by w, by the graph, #.", sum, sum);
        String powers = page.substring(page.indexOf("w = 1.5 |"));
        double[] bases = {0.5, 0.9, 1, 1.1, 1.5};
        for (int steps : new int[] {1, 10, 50, 100}) {
            double[] row = shown(powers, " " + steps + " | # | # | # | # | # |");
            for (int i = 0; i < bases.length; i++) {
                double power = Math.pow(bases[i], steps);
                assertEquals(power, row[i], 5.1e-4 * power, bases[i] + " to the power of " + steps);
            }
        }
        String measured = page.substring(page.indexOf("gain 1.5"));
        double[] first = shown(measured, " 0 | # | # | # |");
        assertArrayEquals(new double[] {Math.sqrt(32), Math.sqrt(32), Math.sqrt(32)}, first, 1e-3);
        double[] last = shown(measured, " 39 | # | # | # |");
        assertTrue(last[0] < 1e-9 && last[1] < first[1] && last[2] > 10 * first[2], Arrays.toString(last));
        clipping(page.substring(page.indexOf("loss, clipped")));
    }

    private static void clipping(String page) {
        double plain = 1.2;
        double w = 1.2;
        for (int step = 0; step <= 140; step++) {
            double loss = Math.pow(Math.pow(w, 20) - 1, 2);
            if (step < 2) {
                states(page, " " + step + " | # | # | # | # |", plain, loss(plain), w, loss);
                plain -= 0.002 * slope(plain);
            } else if (step == 50 || step == 90 || step == 99) {
                states(page, " " + step + " | | | # | # |", w, loss);
            } else if (step == 140) {
                double[] row = shown(page, " 140 | | | # | # |");
                assertEquals(1, row[0], 1e-4);
                assertTrue(row[1] < 1e-9, "the lowest place is found");
            }
            w -= 0.002 * Math.max(-1, Math.min(1, slope(w)));
        }
        double[] second = shown(page, " 2 | # | infinite | # | # |");
        assertTrue(second[0] > 1e70, "the second step is larger still");
    }

    private static double loss(double w) {
        return Math.pow(Math.pow(w, 20) - 1, 2);
    }

    private static double slope(double w) {
        return 2 * (Math.pow(w, 20) - 1) * 20 * Math.pow(w, 19);
    }

    // ---- attention ----

    private static final String[] TOKENS = {"the", "cat", "sleeps"};
    private static final double[][] Q = {{1, 0}, {0, 1}, {2, -1}};
    private static final double[][] K = {{0, 1}, {2, 0}, {1, 1}};
    private static final double[][] V = {{1, 0}, {4, 2}, {0, -1}};

    /** Returns the weights of the first tokens for a query. */
    private static double[] weights(double[] query, int tokens) {
        double[] weights = new double[3];
        for (int j = 0; j < tokens; j++) {
            weights[j] = Math.exp(dot(query, K[j]) / Math.sqrt(2));
        }
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(each -> each / sum).toArray();
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1];
    }

    private static double[] received(double[] weights) {
        double[] sum = new double[2];
        for (int j = 0; j < 3; j++) {
            sum[0] += weights[j] * V[j][0];
            sum[1] += weights[j] * V[j][1];
        }
        return sum;
    }

    @Test
    void attentionForward() {
        String page = page(AttentionOnThreeTokens.class);
        double[] p = weights(Q[2], 3);
        for (int j = 0; j < 3; j++) {
            double score = dot(Q[2], K[j]);
            states(
                    page,
                    TOKENS[j] + " | # | # | # | [#, #] | [#, #] |",
                    score,
                    score / Math.sqrt(2),
                    p[j],
                    V[j][0],
                    V[j][1],
                    p[j] * V[j][0],
                    p[j] * V[j][1]);
            double[] all = weights(Q[j], 3);
            double[] sum = received(all);
            states(
                    page,
                    TOKENS[j] + " | [#, #, #] | [#, #] | [#, #] |",
                    all[0],
                    all[1],
                    all[2],
                    sum[0],
                    sum[1],
                    sum[0],
                    sum[1]);
            String causal = page.substring(page.indexOf("No looking ahead"));
            states(causal, TOKENS[j] + " | # | # | # |", weights(Q[j], j + 1));
        }
        states(page, "sum | | | # | | [#, #] |", 1, received(p)[0], received(p)[1]);
        double[] small = shown(page, " 4 | # | # | # |");
        double[] large = shown(page, " 256 | # | # | # |");
        assertEquals(2, small[0], 0.4);
        assertEquals(8, shown(page, " 64 | # | # | # |")[0], 0.8);
        assertEquals(16, large[0], 1);
        assertTrue(large[1] > 0.9 && large[2] < 0.5 && small[1] > small[2], "scaling keeps weights apart from 1");
    }

    @Test
    void attentionBackward() {
        String page = page(AttentionOnThreeTokens.class);
        double[] p = weights(Q[2], 3);
        double[] out = received(p);
        double[] arrives = {out[0] - 4, out[1] - 2};
        states(page, "out = [#, #], dO = out - target = [#, #]", out[0], out[1], arrives[0], arrives[1]);
        double mean = 0;
        for (int j = 0; j < 3; j++) {
            mean += p[j] * dot(arrives, V[j]);
        }
        double[] dq = new double[2];
        for (int j = 0; j < 3; j++) {
            double dp = dot(arrives, V[j]);
            double ds = p[j] * (dp - mean);
            states(
                    page,
                    TOKENS[j] + " | # | # | # | # | [#, #] |",
                    p[j],
                    dp,
                    ds,
                    ds,
                    p[j] * arrives[0],
                    p[j] * arrives[1]);
            dq[0] += ds * K[j][0] / Math.sqrt(2);
            dq[1] += ds * K[j][1] / Math.sqrt(2);
        }
        states(page, "Σ p·dp = #: a weight", mean);
        states(page, "√2 = [#, #] by the graph = [#, #]", dq[0], dq[1], dq[0], dq[1]);
    }

    /** Gradient descent of the query alone. */
    @Test
    void attentionLearns() {
        String page = page(AttentionOnThreeTokens.class);
        double[] query = Q[2].clone();
        double before = weights(query, 3)[1];
        for (int step = 0; step < 30; step++) {
            double[] p = weights(query, 3);
            double[] out = received(p);
            double[] arrives = {out[0] - 4, out[1] - 2};
            double mean = p[0] * dot(arrives, V[0]) + p[1] * dot(arrives, V[1]) + p[2] * dot(arrives, V[2]);
            for (int j = 0; j < 3; j++) {
                double ds = p[j] * (dot(arrives, V[j]) - mean) / Math.sqrt(2);
                query[0] -= 0.5 * ds * K[j][0];
                query[1] -= 0.5 * ds * K[j][1];
            }
        }
        states(page, "the weight of cat has grown from # to #:", before, weights(query, 3)[1]);
    }
}
