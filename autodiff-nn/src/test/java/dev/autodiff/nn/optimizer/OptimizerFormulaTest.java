package dev.autodiff.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer step for step against its published formula, and against what PyTorch does. */
class OptimizerFormulaTest {
    private static final int STEPS = 20;

    /** One parameter's rule, as published; called with t of 1, 2 and so on. */
    private interface Rule {
        double next(double w, double g, int t);
    }

    /** A rule, our optimizer that follows it, and its name, which may be among PyTorch's records. */
    private record Published(String name, Optimizer optimizer, Supplier<Rule> rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Published> recordedRules() {
        return Stream.of(
                new Published("gradientDescent", new GradientDescent(0.1), () -> (w, g, t) -> w - 0.1 * g),
                new Published("momentum", new Momentum(0.1, 0.9), () -> momentum(false)),
                new Published("nesterov", Momentum.nesterov(0.1, 0.9), () -> momentum(true)),
                new Published("adagrad", new Adagrad(0.1), () -> adagrad(0.1, 1e-10)),
                new Published("rmsProp", new RmsProp(0.1), () -> rmsProp(0.1, 0.9, 1e-8)),
                new Published("adam", new Adam(0.1), () -> adam(0.1, 0.9, 0.999, 1e-8, 0)),
                new Published("adamW", Adam.withDecay(0.1, 0.05), () -> adam(0.1, 0.9, 0.999, 1e-8, 0.05)),
                new Published("adamW", new Adam(0.1).weightDecay(0.05), () -> adam(0.1, 0.9, 0.999, 1e-8, 0.05)),
                new Published("amsgrad", new Adam(rate(0.1), 0.9, 0.6, 1e-8, 0).amsgrad(), () -> amsgrad(0.1, 0.6)),
                new Published("adadelta", new Adadelta(20), () -> adadelta(20, 0.9, 1e-6)),
                new Published("adamax", new Adamax(0.1), () -> adamax(0.1, 0.9, 0.999, 1e-8)),
                new Published("nadam", new Nadam(0.1), () -> nadam(0.1, 0.9, 0.999, 1e-8, 0.004)),
                new Published("lion", new Lion(0.05).weightDecay(0.3), () -> lion(0.05, 0.9, 0.99, 0.3)));
    }

    static Stream<Published> rules() {
        return Stream.concat(
                recordedRules(),
                Stream.of(
                        new Published("adagrad with ε", new Adagrad(rate(0.2), 0.5), () -> adagrad(0.2, 0.5)),
                        new Published("rmsProp, all", new RmsProp(rate(0.02), 0.6, 0.3), () -> rmsProp(0.02, 0.6, 0.3)),
                        new Published(
                                "adam, all",
                                new Adam(rate(0.03), 0.7, 0.8, 0.1, 0),
                                () -> adam(0.03, 0.7, 0.8, 0.1, 0)),
                        new Published(
                                "adam without memory",
                                new Adam(rate(0.03), 0, 0, 0.1, 0),
                                () -> adam(0.03, 0, 0, 0.1, 0)),
                        new Published("adadelta, all", new Adadelta(rate(3), 0.7, 0.01), () -> adadelta(3, 0.7, 0.01)),
                        new Published(
                                "adamax, all",
                                new Adamax(rate(0.03), 0.7, 0.8, 0.1),
                                () -> adamax(0.03, 0.7, 0.8, 0.1)),
                        new Published(
                                "nadam, all",
                                new Nadam(rate(0.05), 0.7, 0.8, 0.1, 0.5),
                                () -> nadam(0.05, 0.7, 0.8, 0.1, 0.5)),
                        new Published("lion, all", new Lion(rate(0.03), 0.6, 0.8), () -> lion(0.03, 0.6, 0.8, 0))));
    }

    private static Rule momentum(boolean nesterov) {
        return new Rule() {
            double v;

            @Override
            public double next(double w, double g, int t) {
                v = 0.9 * v + g;
                return w - 0.1 * (nesterov ? g + 0.9 * v : v);
            }
        };
    }

    private static Schedule rate(double value) {
        return Schedule.constant(value);
    }

    private static Rule adagrad(double rate, double epsilon) {
        return new Rule() {
            double sum;

            @Override
            public double next(double w, double g, int t) {
                sum += g * g;
                return w - rate * g / (Math.sqrt(sum) + epsilon);
            }
        };
    }

    private static Rule rmsProp(double rate, double rho, double epsilon) {
        return new Rule() {
            double mean;

            @Override
            public double next(double w, double g, int t) {
                mean = rho * mean + (1 - rho) * g * g;
                return w - rate * g / (Math.sqrt(mean) + epsilon);
            }
        };
    }

    private static Rule adam(double rate, double beta1, double beta2, double epsilon, double decay) {
        return new Rule() {
            double m;
            double v;

            @Override
            public double next(double w, double g, int t) {
                m = beta1 * m + (1 - beta1) * g;
                v = beta2 * v + (1 - beta2) * g * g;
                double corrected = m / (1 - Math.pow(beta1, t));
                double scale = Math.sqrt(v / (1 - Math.pow(beta2, t))) + epsilon;
                return w - rate * (corrected / scale + decay * w);
            }
        };
    }

    private static Rule amsgrad(double rate, double beta2) {
        return new Rule() {
            double m;
            double v;
            double largest;

            @Override
            public double next(double w, double g, int t) {
                m = 0.9 * m + 0.1 * g;
                v = beta2 * v + (1 - beta2) * g * g;
                largest = Math.max(largest, v);
                double corrected = m / (1 - Math.pow(0.9, t));
                return w - rate * corrected / (Math.sqrt(largest / (1 - Math.pow(beta2, t))) + 1e-8);
            }
        };
    }

    private static Rule adadelta(double rate, double rho, double epsilon) {
        return new Rule() {
            double squares;
            double steps;

            @Override
            public double next(double w, double g, int t) {
                squares = rho * squares + (1 - rho) * g * g;
                double delta = Math.sqrt(steps + epsilon) / Math.sqrt(squares + epsilon) * g;
                steps = rho * steps + (1 - rho) * delta * delta;
                return w - rate * delta;
            }
        };
    }

    private static Rule adamax(double rate, double beta1, double beta2, double epsilon) {
        return new Rule() {
            double m;
            double u;

            @Override
            public double next(double w, double g, int t) {
                m = beta1 * m + (1 - beta1) * g;
                u = Math.max(beta2 * u, Math.abs(g) + epsilon);
                return w - rate / (1 - Math.pow(beta1, t)) * m / u;
            }
        };
    }

    private static Rule nadam(double rate, double beta1, double beta2, double epsilon, double psi) {
        return new Rule() {
            double m;
            double v;
            double product = 1;

            private double mu(int t) {
                return beta1 * (1 - 0.5 * Math.pow(0.96, t * psi));
            }

            @Override
            public double next(double w, double g, int t) {
                m = beta1 * m + (1 - beta1) * g;
                v = beta2 * v + (1 - beta2) * g * g;
                product *= mu(t);
                double ahead = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product);
                return w - rate * ahead / (Math.sqrt(v / (1 - Math.pow(beta2, t))) + epsilon);
            }
        };
    }

    private static Rule lion(double rate, double beta1, double beta2, double decay) {
        return new Rule() {
            double m;

            @Override
            public double next(double w, double g, int t) {
                double direction = Math.signum(beta1 * m + (1 - beta1) * g);
                m = beta2 * m + (1 - beta2) * g;
                return w - rate * (direction + decay * w);
            }
        };
    }

    private static double[][] byFormula(Supplier<Rule> rule) {
        double[] w = OptimizerProblem.start();
        List<Rule> rules = Stream.generate(rule).limit(w.length).toList();
        double[][] result = new double[STEPS][];
        for (int t = 1; t <= STEPS; t++) {
            double[] g = OptimizerProblem.gradient(w);
            for (int i = 0; i < w.length; i++) {
                w[i] = rules.get(i).next(w[i], g[i], t);
            }
            result[t - 1] = w.clone();
        }
        return result;
    }

    static void assertClose(double[][] expected, double[][] found, double tolerance) {
        assertEquals(expected.length, found.length);
        for (int step = 0; step < expected.length; step++) {
            for (int i = 0; i < expected[step].length; i++) {
                int at = i;
                int number = step + 1;
                assertEquals(
                        expected[step][i],
                        found[step][i],
                        tolerance * Math.max(1, Math.abs(expected[step][i])),
                        () -> "parameter " + at + " after step " + number);
            }
        }
    }

    static Stream<Arguments> rulesAndTypes() {
        return rules().flatMap(rule -> Stream.of(DType.FLOAT32, DType.FLOAT64).map(type -> Arguments.of(rule, type)));
    }

    @ParameterizedTest
    @MethodSource("rulesAndTypes")
    void followsThePublishedFormula(Published rule, DType dtype) {
        double[][] found = new OptimizerProblem(dtype).run(rule.optimizer, STEPS);
        assertClose(byFormula(rule.rule), found, dtype == DType.FLOAT64 ? 1e-13 : 1e-5);
    }

    @ParameterizedTest
    @MethodSource("recordedRules")
    void doesWhatPyTorchDoes(Published rule) throws IOException {
        double[][] found = new OptimizerProblem(DType.FLOAT64).run(rule.optimizer, STEPS);
        assertClose(recorded(rule.name), found, 1e-13);
    }

    static double[][] recorded(String name) throws IOException {
        InputStream file = OptimizerFormulaTest.class.getResourceAsStream("pytorch.csv");
        assertNotNull(file);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(name + ","))
                    .map(line -> Arrays.stream(line.split(",", -1))
                            .skip(2)
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .toArray(double[][]::new);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void lowersTheCost(Published rule) {
        OptimizerProblem problem = new OptimizerProblem(DType.FLOAT32);
        double before = problem.cost.eval().item();
        problem.run(rule.optimizer, 60);
        double after = problem.cost.eval().item();
        assertTrue(after < 0.7 * before, () -> "from " + before + " to " + after);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void showsItsFormula(Published rule) {
        assertTrue(rule.optimizer.formula().contains("w ← w - η"), rule.optimizer.formula());
    }
}
