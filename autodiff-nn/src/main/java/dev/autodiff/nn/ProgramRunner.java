package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.FiniteCheck;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.VariableLock.Access;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.Profiler;
import dev.autodiff.runtime.Probe;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import dev.autodiff.trace.Tracer;
import java.util.Map;

/**
 * Runs programs, profiles and traces with a session's random numbers, each while it holds the lock on the variables.
 */
final class ProgramRunner {
    private final RandomState random;
    private final VariableLock lock;

    ProgramRunner(RandomState random, VariableLock lock) {
        this.random = random;
        this.lock = lock;
    }

    /**
     * Runs a program. Allocates nothing unless it is checked.
     *
     * @param checked whether each node is checked for values that are not finite
     */
    void run(Program program, Workspace workspace, boolean checked) {
        Probe probe = checked ? new FiniteCheck() : null;
        long number = random.next(program.isRandom());
        long stamp = lock.acquire(access(program.assigns()));
        try {
            workspace.run(random.seed(), number, probe);
        } finally {
            lock.release(stamp);
        }
    }

    /** Profiles a program, without counting its runs as random runs. */
    Profile profile(Profiler profiler, Program program, Workspace workspace) {
        long stamp = lock.acquire(access(program.assigns()));
        try {
            return profiler.run(program, workspace, random.seed(), random.runs());
        } finally {
            lock.release(stamp);
        }
    }

    /** Makes one step that is traced. */
    void trace(Tracer tracer, boolean writes, Map<Tensor, NDArray> feeds) {
        long number = random.next(tracer.isRandom());
        long stamp = lock.acquire(access(writes));
        try {
            tracer.run(feeds, random.seed(), number);
        } finally {
            lock.release(stamp);
        }
    }

    private static Access access(boolean writes) {
        return writes ? Access.WRITE : Access.READ;
    }
}
