package dev.autodiff.profile;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.profile.Profile.Summary;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.RepeatedRun;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes profiles: runs a program many times with the same inputs, the same random numbers and the same states, half of
 * the runs with the clock read between instructions. States are afterwards what they were.
 */
public final class Profiler {
    private static final long MEASURED_NANOS = 1_000_000_000;
    private static final int FEWEST_RUNS = 5;
    private static final int MOST_RUNS = 1000;
    /** Readings of the clock that are kept, of all runs together: 16 MB. */
    private static final int MOST_READINGS = 1 << 21;
    /** Folding would leave nothing to measure where all values are constants. */
    private static final CompileOptions IMMEDIATE = new CompileOptions(true, false, true, true, true);

    private final String title;
    private final Attribution attribution;
    private final ProfileSettings settings;

    /**
     * A profiler.
     *
     * @param title what the program does
     * @param results what it computes; nodes that no gradient rule made are the forward phase
     */
    public Profiler(String title, List<? extends Tensor> results, ProfileSettings settings) {
        this.title = title;
        this.attribution = new Attribution(results);
        this.settings = settings;
    }

    /**
     * Names an update, so that its time is told as that of a variable.
     *
     * @param assignments nodes made with {@link dev.autodiff.graph.Tensors#assign}: of the variable's new value first,
     *     then of what is remembered about it
     */
    public Profiler update(List<Tensor> assignments) {
        attribution.update(assignments);
        return this;
    }

    static Profile profile(Tensor y, ProfileSettings settings) {
        List<Tensor> nodes = Topology.order(List.of(y));
        for (Tensor node : nodes) {
            if (node.op().type() == Leaves.PLACEHOLDER) {
                throw new GraphException("There is no value for placeholder " + node.describe()
                        + " to profile with: feed it, with session.profile(" + y.name() + ", feed(" + node.name()
                        + ", value))\n    made at " + node.sourceLine());
            }
        }
        List<Tensor> results = new ArrayList<>(List.of(y));
        String title = "computing " + y.describe();
        if (y.dtype().isFloating() && y.shape().isKnown() && y.shape().size() == 1) {
            List<Tensor> leaves = nodes.stream()
                    .filter(node -> node.inputs().isEmpty() && node.dtype().isFloating())
                    .toList();
            Gradients gradients = Gradients.of(y, leaves);
            leaves.forEach(leaf -> gradients.find(leaf).ifPresent(results::add));
            title += " and its gradients";
        }
        Program program = Lowering.compile(results, List.of(), List.of(), List.<Shape>of(), IMMEDIATE);
        return new Profiler(title, results, settings).run(program, program.acquire(), 0, 0);
    }

    /**
     * Profiles a program.
     *
     * @param program that {@link Lowering} compiled from the results and updates that this profiler knows
     * @param workspace of the program, which has been fed
     * @param seed where random numbers come from
     * @param step other random numbers for each
     */
    public Profile run(Program program, Workspace workspace, long seed, long step) {
        Peak peak = settings.peak() != null ? settings.peak() : Peak.measure();
        Samples samples;
        WarmUp warmUp;
        try (RepeatedRun repeated = new RepeatedRun(program, workspace, seed, step)) {
            long[] readings = new long[repeated.readings()];
            // In both ways, so that both are compiled.
            warmUp = WarmUp.of(
                    repeated::run,
                    () -> repeated.run(readings),
                    settings.warmUp().toNanos(),
                    System::nanoTime);
            samples = measure(repeated, runs(warmUp.nanos(), repeated.readings()));
        }
        Summary summary = new Summary(
                title,
                KernelProvider.kernels().name(),
                ThreadTeam.shared().threads(),
                peak,
                warmUp.settled(),
                samples.step(),
                samples.profiled());
        return attribution.profile(summary, program.summary(), samples);
    }

    private int runs(long estimate, int readings) {
        if (settings.runs() > 0) {
            return settings.runs();
        }
        long fitting = MEASURED_NANOS / Math.max(1, 2 * estimate);
        return (int) Math.max(FEWEST_RUNS, Math.min(fitting, Math.min(MOST_RUNS, MOST_READINGS / readings)));
    }

    private static Samples measure(RepeatedRun repeated, int runs) {
        Samples samples = new Samples(runs, repeated.readings());
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            repeated.run();
            long between = System.nanoTime();
            repeated.run(samples.readings(i));
            samples.finished(i, between - start, between, System.nanoTime());
        }
        return samples;
    }
}
