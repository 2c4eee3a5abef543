package dev.autodiff.examples.lesson;

import static dev.autodiff.examples.lesson.PageNumbers.page;
import static dev.autodiff.examples.lesson.PageNumbers.shown;
import static dev.autodiff.examples.lesson.PageNumbers.states;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The numbers of the lessons on derivatives, matrices, schedules, first weights and micrograd, in plain Java. */
class GradientNumbersTest {
    // ---- derivatives ----

    @Test
    void derivative() {
        String page = page(Derivative.class);
        for (String h : new String[] {"1", "0.1", "0.01", "0.001"}) {
            double nudged = 3 + Double.parseDouble(h);
            double change = nudged * nudged - 9;
            states(page, " " + h + " | # | # | # |", nudged * nudged, change, change / Double.parseDouble(h));
        }
        for (String x : new String[] {"-2", "0", "0.5", "3"}) {
            double at = Double.parseDouble(x);
            states(page, " " + x + " | # | # | # |", 2 * at + 0.01, 2 * at, 2 * at);
        }
        states(page, "3 - 0.1·6 = #, takes y from 9 to #.", 2.4, 2.4 * 2.4);
        states(page, "a | # | # | # | b | # |", 4.01 * -2 + 1, -0.02, -2, -2);
        states(page, "b | # | # | # | a | # |", 4 * -1.99 + 1, 0.04, 4, 4);
        states(page, "c | # | # | # | 1 | # |", 4 * -2 + 1.01, 0.01, 1, 1);
        String last = page.substring(page.indexOf("from x - h to x + h"));
        for (String text : new String[] {"0.1", "0.01", "0.001"}) {
            double h = Double.parseDouble(text);
            last = last.substring(last.indexOf(" " + text + " | 12")); // the row, not a cell
            // (2 + h)³ - 2³ = 12h + 6h² + h³
            states(last, " " + text + " | # | # | # | # |", 12 + 6 * h + h * h, 6 * h + h * h, 12 + h * h, h * h);
        }
    }

    @Test
    void chainRule() {
        String page = page(ChainRule.class);
        states(page, "x | # | # | # | |", 2, 2.001, 0.001);
        states(page, "u = x + 1 | # | # | # | # |", 3, 3.001, 0.001, 1);
        double v = 3.001 * 3.001;
        states(page, "v = u² | # | # | # | # |", 9, v, v - 9, (v - 9) / 0.001);
        states(page, "L = 5·v | # | # | # | # |", 45, 5 * v, 5 * v - 45, 5);
        states(page, "with this nudge, #.", (5 * v - 45) / 0.001);
        states(page, "L = 5·v | 1 | 5 | 1 · 5 = # | # |", 5, 5);
        states(page, "v = u² | 5 | 2·u = # | 5 · 6 = # | # |", 6, 30, 30);
        states(page, "u = x + 1 | 30 | 1 | 30 · 1 = # | # |", 30, 30);
        states(page, "u alone | # | # | # | # |", 3.001, 4, 0.004, 4);
        states(page, "v alone | # | # | # | # |", 3, 4.002, 0.006, 6);
        states(page, "both | # | # | # | # |", 3.001, 4.002, 3.001 * 4.002 - 12, 10.002);
        states(page, "Both together change y by #, the sum of the two, and by # more", 0.01, 0.001 * 0.002);
        states(page, "by the graph: #", 2 * (2 * 2 + 1));
    }

    // ---- matrices and batches ----

    private static final double[][] X = {{1, 2}, {3, -1}, {0, 4}};
    private static final double[][] W = {{2, -1}, {1, 3}};
    private static final double[] B = {0.5, -2};
    private static final double[][] TARGET = {{4, 2}, {5, -7}, {6, 9}};

    @Test
    void matricesAndBatches() {
        String page = page(MatricesAndBatches.class);
        double[][] y = new double[3][2];
        double[][] dy = new double[3][2];
        double[][] dw = new double[2][2];
        double[][] dx = new double[3][2];
        double[] db = new double[2];
        double loss = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 2; j++) {
                y[i][j] = X[i][0] * W[0][j] + X[i][1] * W[1][j] + B[j];
                dy[i][j] = y[i][j] - TARGET[i][j];
                loss += dy[i][j] * dy[i][j] / 2;
                db[j] += dy[i][j];
                for (int k = 0; k < 2; k++) {
                    dw[k][j] += X[i][k] * dy[i][j];
                    dx[i][k] += dy[i][j] * W[k][j];
                }
            }
        }
        String contributions = page.substring(page.indexOf("example i |"));
        String rows = "[[#, #], [#, #], [#, #]]";
        states(page, "Y " + rows, flat(y));
        states(page, "Σ (Y - T)² / 2 = #", loss);
        states(page, "dY = Y - T = " + rows, flat(dy));
        for (int i = 0; i < 3; i++) {
            states(contributions, i + " | " + (int) X[i][0] + " | # | # |", dy[i][1], X[i][0] * dy[i][1]);
            states(page, "dY, example " + i + " | # | # |", dy[i]);
        }
        states(page, "sum | | | # |", dw[0][1]);
        states(page, "The graph gives #. Nudges of W[0][1] by 0.001 in both directions", dw[0][1]);
        states(page, "in both directions give the slope #.", dw[0][1]);
        states(page, "Xᵀ·dY = [[#, #], [#, #]] by the graph: [[#, #], [#, #]]", twice(flat(dw)));
        states(page, "dY·Wᵀ = " + rows + " by the graph: " + rows, twice(flat(dx)));
        states(page, "sum over the batch | # | # |", db);
        states(page, "db, by the graph | # | # |", db);
        states(page, "[2] | the examples | [#, #] |", 3, 3);
        states(page, "[3, 1] | the neurons | [[#], [#], [#]] |", 2, 2, 2);
        states(page, "[] | both | # |", 6);
        String means = page.substring(page.indexOf("divided twice |"));
        for (int n : new int[] {3, 6, 300}) {
            double times = n / 3.0;
            states(
                    means,
                    n + " | # | # | # | # | # |",
                    loss * times,
                    dw[0][1] * times,
                    loss / 3,
                    dw[0][1] / 3,
                    dw[0][1] / 3 / n);
        }
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] twice(double[] numbers) {
        double[] all = Arrays.copyOf(numbers, 2 * numbers.length);
        System.arraycopy(numbers, 0, all, numbers.length, numbers.length);
        return all;
    }

    // ---- schedules ----

    @Test
    void schedules() {
        String page = page(Schedules.class);
        for (int k : new int[] {0, 10, 25, 50, 75, 100}) {
            states(
                    page,
                    " " + k + " | # | # | # | # |",
                    0.1 * Math.pow(0.5, Math.floor(k / 25.0)),
                    0.1 * Math.pow(0.97, k),
                    0.1 * (1 - k / 100.0),
                    0.05 * (1 + Math.cos(Math.PI * k / 100)));
        }
        String warmup = page.substring(page.indexOf("warmup(4, 0.2)"));
        for (int k : new int[] {0, 1, 2, 3, 4, 8, 12, 16, 20}) {
            double rate = k < 4 ? 0.1 * (k + 1) / 5 : 0.05 * (1 + Math.cos(Math.PI * (k - 4) / 16));
            states(warmup, " " + k + " | # |", rate);
        }
        double[] large = shown(page, "constant, large | # | # | # | # |");
        double[] small = shown(page, "constant, small | # | # | # | # |");
        double[] step = shown(page, "step | # | # | # | # |");
        double[] cosine = shown(page, "cosine | # | # | # | # |");
        assertTrue(large[0] < small[0] / 10, "the large rate is near the data sooner");
        assertTrue(step[3] < large[3] / 10 && cosine[3] < large[3] / 10, "schedules end nearer than the large rate");
        assertTrue(step[3] < small[3] && cosine[3] < small[3], "and than the small one");
        assertTrue(small[3] < large[3], "in the end the small rate is nearer than the large one");
    }

    // ---- first weights ----

    @Test
    void initialization() {
        String page = page(Initialization.class);
        states(page, "all 0 | [#, #, #] | [#, #, #] |", 0, 0, 0, 0, 0, 0);
        states(page, "all 0 | # | # |", Math.log(2), Math.log(2));
        double[] equal = shown(page, "all 0.5 | [#, #, #] | [#, #, #] |");
        assertTrue(equal[0] == equal[1] && equal[1] == equal[2] && equal[0] != 0, "equal gradients");
        assertTrue(equal[3] == equal[4] && equal[4] == equal[5] && equal[3] != 0.5, "equal weights");
        double[] random = shown(page, " N(0, 1) | # | # |");
        assertTrue(random[1] < shown(page, "all 0.5 | # | # |")[1] / 10, "random weights learn XOR");
        states(page, "with the loss log 2 = #.", Math.log(2));
        for (int n : new int[] {16, 64, 256}) {
            double[] row = shown(page, " " + n + " | # | # | # |");
            assertEquals(Math.sqrt(n), row[1]);
            assertEquals(row[1], row[0], 0.03 * row[1], "the deviation of a sum");
            assertEquals(1, row[2], 0.03);
        }
        String layers = page.substring(page.indexOf("√(4 / n) | "));
        for (int layer : new int[] {1, 2, 5, 10, 20}) {
            double[] row = shown(layers, " " + layer + " | # | # | # |");
            // the same random numbers, only larger: He's, times a power of √2
            assertEquals(row[1] * Math.pow(2, -layer / 2.0), row[0], 2e-3 * row[0]);
            assertEquals(row[1] * Math.pow(2, layer / 2.0), row[2], 2e-3 * row[2]);
            assertEquals(1, row[1], 0.4, "He keeps the size");
        }
        states(page, "20 by about (1/2)^10 = #; with", Math.pow(0.5, 10));
        double[] he = shown(page, "heNormal() | √(2 / inputs) | # | # |");
        double[] glorot = shown(page, "glorotNormal() | √(2 / (inputs + outputs)) | # | # |");
        states(page, "heNormal() | √(2 / inputs) | # |", Math.sqrt(2 / 256.0));
        states(page, "glorotNormal() | √(2 / (inputs + outputs)) | # |", Math.sqrt(2 / 320.0));
        assertEquals(he[0], he[1], 0.02 * he[0]);
        assertEquals(glorot[0], glorot[1], 0.02 * glorot[0]);
        states(page, "Sigmoid's slope at 0 is #/#, so with it", 1, 4); // 1/2 · (1 - 1/2)
        assertTrue(
                page.contains("Tanh, and the logits before softmax or sigmoid: Glorot."),
                "no advice for hidden sigmoid");
    }

    // ---- micrograd ----

    /** A number with its first two derivatives by one variable. */
    private record Taylor(double v, double d, double dd) {
        static Taylor of(double number) {
            return new Taylor(number, 0, 0);
        }

        Taylor plus(Taylor b) {
            return new Taylor(v + b.v, d + b.d, dd + b.dd);
        }

        Taylor times(Taylor b) {
            return new Taylor(v * b.v, d * b.v + v * b.d, dd * b.v + 2 * d * b.d + v * b.dd);
        }

        Taylor times(double factor) {
            return times(of(factor));
        }

        Taylor inverse() {
            return new Taylor(1 / v, -d / (v * v), 2 * d * d / (v * v * v) - dd / (v * v));
        }

        Taylor relu() {
            return v > 0 ? this : of(0);
        }
    }

    private static Taylor micrograd(Taylor a, Taylor b) {
        Taylor one = Taylor.of(1);
        Taylor c = a.plus(b);
        Taylor d = a.times(b).plus(b.times(b).times(b));
        c = c.plus(c).plus(one);
        c = c.plus(one).plus(c).plus(a.times(-1));
        d = d.plus(d.times(2)).plus(b.plus(a).relu());
        d = d.plus(d.times(3)).plus(b.plus(a.times(-1)).relu());
        Taylor e = c.plus(d.times(-1));
        Taylor f = e.times(e);
        return f.times(0.5).plus(f.inverse().times(10));
    }

    @Test
    void micrograd() {
        String page = page(Micrograd.class);
        Taylor byA = micrograd(new Taylor(-4, 1, 0), Taylor.of(2));
        Taylor byB = micrograd(Taylor.of(-4), new Taylor(2, 1, 0));
        DoubleStream.of(byA.v, byA.d, byB.d).forEach(value -> assertTrue(Double.isFinite(value)));
        for (String row : List.of("g", "dg/da", "dg/db")) {
            double expected = row.equals("g") ? byA.v : row.equals("dg/da") ? byA.d : byB.d;
            double[] shown = shown(page, row + " | # | # |");
            assertEquals(expected, shown[0], 5.1e-5, row);
            assertEquals(expected, shown[1], 5.1e-5, row);
        }
        assertEquals(byA.d, shown(page, "- g(a - h)) / 2h = #.")[0], 5.1e-5);
        assertEquals(byA.d, shown(page, "evaluates to #.")[0], 5.1e-5);
        assertEquals(byA.dd, shown(page, "d²g/da² = #")[0], 5.1e-5);
    }
}
