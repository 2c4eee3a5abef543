package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.FiniteCheck;
import dev.autodiff.graph.Tensor;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.Profiler;
import dev.autodiff.runtime.Probe;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import dev.autodiff.trace.Tracer;
import java.util.Map;

/** Runs programs, profiles and traces with a session's random numbers. */
final class ProgramRunner {
    private final RandomState random;

    ProgramRunner(RandomState random) {
        this.random = random;
    }

    /**
     * Runs a program. Allocates nothing unless it is checked.
     *
     * @param checked whether each node is checked for values that are not finite
     */
    void run(Program program, Workspace workspace, boolean checked) {
        Probe probe = checked ? new FiniteCheck() : null;
        if (!program.isRandom()) {
            workspace.run(random.seed(), 0, probe);
            return;
        }
        long before = random.begin(program.assigns());
        boolean done = false;
        try {
            workspace.run(random.seed(), random.position(before, program.assigns()), probe);
            done = true;
        } finally {
            if (!done) {
                random.giveBack(before, program.assigns());
            }
        }
    }

    /** Profiles a program, without counting its runs as random runs. */
    Profile profile(Profiler profiler, Program program, Workspace workspace) {
        return profiler.run(program, workspace, random.seed(), random.position());
    }

    /** Makes one step that is traced. */
    void trace(Tracer tracer, boolean isStep, Map<Tensor, NDArray> feeds) {
        if (!tracer.isRandom()) {
            tracer.run(feeds, random.seed(), 0);
            return;
        }
        long before = random.begin(isStep);
        boolean done = false;
        try {
            tracer.run(feeds, random.seed(), random.position(before, isStep));
            done = true;
        } finally {
            if (!done) {
                random.giveBack(before, isStep);
            }
        }
    }
}
