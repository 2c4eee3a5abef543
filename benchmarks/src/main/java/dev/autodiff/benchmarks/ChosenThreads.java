package dev.autodiff.benchmarks;

import dev.autodiff.parallel.ThreadTeam;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How many threads share the work of one run, as a parameter: {@code -p threads=1,2} measures both. Not to be mixed up with
 * JMH's own {@code -t}, which makes several runs at a time.
 */
@State(Scope.Benchmark)
public class ChosenThreads {
    /** Number of threads. */
    @Param("2")
    public int threads;

    /** Chooses, before anything asks for the team. */
    @Setup
    public void choose() {
        System.setProperty("autodiff.threads", Integer.toString(threads));
        int chosen = ThreadTeam.shared().threads();
        if (chosen != threads) {
            throw new IllegalStateException(
                    "The team has " + chosen + " threads and is no longer to be chosen: run this"
                            + " benchmark in a virtual machine of its own, without -f 0");
        }
    }
}
