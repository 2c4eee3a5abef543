package dev.autodiff.benchmarks;

import dev.autodiff.parallel.ThreadTeam;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The number of threads that share the work of one run, as a parameter: {@code -p threads=1,2} measures both. JMH's own
 * {@code -t} is something else: it makes several runs at the same time.
 */
@State(Scope.Benchmark)
public class ChosenThreads {
    /** The number of threads. */
    @Param("2")
    public int threads;

    /** Sets the number of threads before anything uses the team. */
    @Setup
    public void choose() {
        System.setProperty("autodiff.threads", Integer.toString(threads));
        int chosen = ThreadTeam.shared().threads();
        if (chosen != threads) {
            throw new IllegalStateException(
                    "The team has " + chosen + " threads and cannot be changed any more: run this"
                            + " benchmark in a virtual machine of its own, without -f 0");
        }
    }
}
