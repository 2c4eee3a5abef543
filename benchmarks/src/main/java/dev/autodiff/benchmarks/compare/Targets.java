package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Check;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import dev.autodiff.benchmarks.compare.Results.Sample;
import dev.autodiff.benchmarks.worker.MatrixProduct;
import dev.autodiff.benchmarks.worker.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The targets, and their verdicts for given results. Ratios are taken round by round, and their median decides; the
 * best peer is the one with the lowest median among those that could run.
 */
final class Targets {
    /** Time of a step / time of the best peer. */
    private static final Map<String, Double> STEP = Map.ofEntries(
            Map.entry("W1", 0.1),
            Map.entry("W2", 0.25),
            Map.entry("W3", 0.4),
            Map.entry("W4", 0.6),
            Map.entry("W5", 0.5),
            Map.entry("W6", 0.9),
            Map.entry("W7", 0.95),
            Map.entry("W8", 1.0),
            Map.entry("W9", 0.4),
            Map.entry("W10", 0.6),
            Map.entry("W11", 0.6),
            Map.entry("W12", 0.6),
            Map.entry("I1", 0.2),
            Map.entry("I128", 0.6));
    /** Microseconds per step. */
    private static final Map<String, Double> STEP_MICROS = Map.of("W1", 1.0);
    /** Speed on all threads / speed on one; 1 for all other models. */
    private static final Map<String, Double> SPEED_UP = Map.of("W6", 1.8, "W7", 1.8);
    /** Time on the scalar kernels / time on the vector kernels. */
    private static final double SCALAR = 3;
    /** Speed of a matrix product / speed of PyTorch's. */
    private static final double PRODUCT = 1;
    /** Percent of the machine's peak performance that large matrix products reach. */
    private static final double PERCENT_OF_PEAK = 85;
    /** The smallest dimension of a large matrix product. */
    private static final int LARGE = 512;

    private static final double START_MICROS = 500_000;
    /** Time from process start to the end of the first step of W4 / time of PyTorch. */
    private static final double START_RATIO = 0.2;
    /** The same of the models of layers / time of PyTorch, and of JAX. */
    private static final double LAYERS_START_RATIO = 0.5;

    private static final double LAYERS_START_RATIO_JAX = 0.2;
    /** The steps of an epoch of MNIST in batches of 128. */
    private static final int EPOCH = 469;
    /** Seconds until the end of the first epoch. */
    private static final double EPOCH_SECONDS = 1;

    private static final double BUILD_RATIO = 0.1;

    private static final String TIME_OVER_BEST = "time / best peer's";
    static final String SPEED_ALL_THREADS = "speed on all threads";
    static final String SPEED_ONE_THREAD = "speed on 1 thread";
    static final String PEAK_ALL_THREADS = "% of peak on all threads";
    static final String PEAK_ONE_THREAD = "% of peak on 1 thread";
    static final String SPEED_UP_WHAT = "speed on all threads / on one";
    static final String SCALAR_WHAT = "time, scalar / vector kernels";

    private final Results results;
    private final List<Check> checks = new ArrayList<>();

    private Targets(Results results) {
        this.results = results;
    }

    /** Returns the verdicts for the tasks that were measured. */
    static List<Check> judge(Results results) {
        Targets targets = new Targets(results);
        Tasks.MODELS.forEach(targets::step);
        Tasks.WITH_THREADS.forEach(targets::speedUp);
        Tasks.WITH_SCALAR_KERNELS.forEach(targets::scalar);
        results.ids("G").forEach(targets::product);
        Tasks.STARTED.forEach(targets::start);
        targets.warmUp();
        targets.build(SingleShots.FIRST_BUILD);
        targets.build(SingleShots.NEXT_BUILD);
        results.ids(Tasks.MEMORY).forEach(targets::memory);
        results.ids(Tasks.ALLOCATION).forEach(targets::allocation);
        results.ids(Tasks.BITS).forEach(targets::bits);
        return List.copyOf(targets.checks);
    }

    /** Returns the peer with the lowest median at a task. */
    static Optional<Measurement> best(Results results, String id) {
        return results.contenders().stream()
                .map(Participant::key)
                .filter(Targets::isPeer)
                .flatMap(key -> results.figures(id, key).stream())
                .min(Comparator.comparingDouble(Measurement::median));
    }

    /** Returns true if a key is that of another framework in its main configuration. */
    static boolean isPeer(String key) {
        return !key.startsWith(Contender.AUTODIFF) && !key.equals(Contender.TORCH_ONE_THREAD);
    }

    private void step(String id) {
        Optional<Measurement> ours = results.find(id, Contender.AUTODIFF);
        if (ours.isEmpty()) {
            return;
        }
        Optional<Measurement> best = best(results, id);
        ratio(id, TIME_OVER_BEST, ours, best, "<=", STEP.getOrDefault(id, 1.0));
        Double micros = STEP_MICROS.get(id);
        if (micros != null) {
            add(id, "microseconds", null, ours.get().medians(), "<=", micros);
        }
    }

    private void speedUp(String id) {
        Optional<Measurement> one = results.find(id, Contender.ONE_THREAD);
        Optional<Measurement> all = results.find(id, Contender.AUTODIFF);
        if (one.isEmpty() || all.isEmpty()) {
            return;
        }
        double limit = SPEED_UP.getOrDefault(id, 1.0);
        double[] ratios = Statistics.ratios(one.get(), all.get());
        Check check = check(id, SPEED_UP_WHAT, Contender.ONE_THREAD, ratios, ">=", limit);
        if (limit == 1 && ratios.length > 0) {
            // If more threads bring no gain, the ratio is 1 except for noise, so the target is missed only if all
            // rounds are slower.
            check = check.judged(Statistics.max(ratios) >= 1);
        }
        checks.add(check);
    }

    private void scalar(String id) {
        Optional<Measurement> scalar = results.find(id, Contender.SCALAR);
        if (scalar.isPresent()) {
            ratio(id, SCALAR_WHAT, scalar, results.find(id, Contender.AUTODIFF), "<=", SCALAR);
        }
    }

    private void product(String id) {
        product(id, SPEED_ALL_THREADS, PEAK_ALL_THREADS, Contender.AUTODIFF, Contender.TORCH);
        if (results.find(id, Contender.ONE_THREAD).isPresent()) {
            product(id, SPEED_ONE_THREAD, PEAK_ONE_THREAD, Contender.ONE_THREAD, Contender.TORCH_ONE_THREAD);
        }
    }

    private void product(String id, String speed, String percent, String us, String them) {
        Optional<Measurement> ours = results.find(id, us);
        Optional<Measurement> theirs = results.find(id, them);
        ratio(id, speed + " / PyTorch's", theirs, ours, ">=", PRODUCT);
        MatrixProduct shape = MatrixProduct.parse(id);
        if (Math.min(shape.m(), Math.min(shape.k(), shape.n())) >= LARGE && ours.isPresent()) {
            double[] percents = percentsOfPeak(results, ours.get());
            add(id, percent, null, percents, ">=", PERCENT_OF_PEAK);
        }
    }

    /**
     * Returns GFLOP/s in percent of the machine's peak performance on the same number of threads, or nothing if that
     * is unknown.
     */
    static double[] percentsOfPeak(Results results, Measurement product) {
        boolean one = product.contender().equals(Contender.ONE_THREAD)
                || product.contender().equals(Contender.TORCH_ONE_THREAD);
        Optional<Double> peak = peak(results, one ? Contender.ONE_THREAD : Contender.AUTODIFF);
        return peak.map(most -> billions(product).map(x -> 100 * x / most).toArray())
                .orElse(new double[0]);
    }

    /** Returns the machine's peak performance in GFLOP/s, the best round of the worker with this key. */
    static Optional<Double> peak(Results results, String key) {
        return results.figures(AutodiffWorker.FMA, key)
                .map(fma -> billions(fma).max().orElse(Double.NaN));
    }

    /** Returns the memory bandwidth in GB/s, the best round of the worker with this key. */
    static Optional<Double> bandwidth(Results results, String key) {
        return results.figures(AutodiffWorker.TRIAD, key)
                .map(triad -> billions(triad).max().orElse(Double.NaN));
    }

    /** Returns the billions of operations or bytes per second in each round. */
    static DoubleStream billions(Measurement measurement) {
        return measurement.samples().stream().mapToDouble(sample -> measurement.work() / sample.median() / 1e3);
    }

    private void start(String model) {
        String id = SingleShots.startOf(model);
        Optional<Measurement> ours = results.find(id, Contender.AUTODIFF);
        if (ours.isEmpty()) {
            return;
        }
        Optional<Measurement> torch = results.find(id, Contender.TORCH);
        if (Tasks.OF_LAYERS.contains(model)) {
            ratio(id, "time / PyTorch's", ours, torch, "<=", LAYERS_START_RATIO);
            ratio(id, "time / JAX's", ours, results.find(id, Contender.JAX), "<=", LAYERS_START_RATIO_JAX);
        } else {
            add(id, "seconds", null, seconds(ours.get()), "<=", START_MICROS / 1e6);
            ratio(id, "time / PyTorch's", ours, torch, "<=", START_RATIO);
        }
    }

    private static double[] seconds(Measurement measurement) {
        return measurement.samples().stream()
                .mapToDouble(sample -> sample.median() / 1e6)
                .toArray();
    }

    private void warmUp() {
        for (int step : Worker.TIMED_STEPS) {
            String id = SingleShots.STEP + step;
            Optional<Measurement> ours = results.find(id, Contender.AUTODIFF);
            if (ours.isPresent()) {
                ratio(id, TIME_OVER_BEST, ours, best(results, id), "<=", 1);
                if (step == EPOCH) {
                    add(id, "seconds", null, seconds(ours.get()), "<=", EPOCH_SECONDS);
                }
            }
        }
    }

    private void memory(String id) {
        ratio(
                id,
                "bytes / PyTorch's growth",
                results.find(id, Contender.AUTODIFF),
                results.find(id, Contender.TORCH),
                "<=",
                1);
    }

    private void build(String id) {
        Optional<Measurement> ours = results.find(id, Contender.AUTODIFF);
        if (ours.isPresent()) {
            ratio(id, "time / JAX's", ours, results.find(id, Contender.JAX), "<=", BUILD_RATIO);
        }
    }

    private void allocation(String id) {
        results.find(id, Contender.AUTODIFF).ifPresent(ours -> add(id, "bytes a step", null, ours.medians(), "=", 0));
    }

    private void bits(String id) {
        List<String> digests = new ArrayList<>();
        boolean complete = true;
        for (Measurement measurement : results.measurements()) {
            if (measurement.id().equals(id)) {
                complete &= !measurement.samples().isEmpty();
                measurement.samples().stream()
                        .map(Sample::digest)
                        .map(String::valueOf)
                        .forEach(digests::add);
            }
        }
        double different = digests.stream().distinct().count();
        add(
                id,
                "different results on 1, 2 and 4 threads",
                null,
                complete ? new double[] {different} : new double[0],
                "=",
                1);
    }

    /** Adds a check of a / b, round by round. */
    private void ratio(
            String id, String what, Optional<Measurement> a, Optional<Measurement> b, String relation, double limit) {
        boolean both = a.isPresent() && b.isPresent();
        String against = b.map(Measurement::contender).orElse(null);
        double[] ratios = both ? Statistics.ratios(a.get(), b.get()) : new double[0];
        add(id, what, against, ratios, relation, limit);
    }

    private void add(String id, String what, @Nullable String against, double[] values, String relation, double limit) {
        checks.add(check(id, what, against, values, relation, limit));
    }

    private static Check check(
            String id, String what, @Nullable String against, double[] values, String relation, double limit) {
        if (values.length == 0) {
            return new Check(id, what, against, null, null, null, relation, limit, null);
        }
        double value = Statistics.median(values);
        boolean met =
                switch (relation) {
                    case "<=" -> value <= limit;
                    case ">=" -> value >= limit;
                    default -> value == limit;
                };
        return new Check(
                id, what, against, value, Statistics.min(values), Statistics.max(values), relation, limit, met);
    }
}
