package dev.autodiff.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Training steps, their passes, and inferences; {@code -prof gc} adds the allocated bytes. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class WorkloadBenchmark {
    /** A model with its whole step. */
    @State(Scope.Benchmark)
    public static class Whole {
        /** The model. */
        @Param
        public Workload workload;

        private Workload.Prepared prepared;

        /** Builds the model. */
        @Setup
        public void prepare(ChosenKernels kernels, ChosenThreads threads) {
            prepared = workload.prepare();
            prepared.run();
        }
    }

    /** The passes of a training step; {@link Workload#W8} is missing, as it has no update to leave out. */
    @State(Scope.Benchmark)
    public static class Passes {
        /** The model. */
        @Param({"W1", "W2", "W3", "W4", "W5", "W6", "W7"})
        public Workload workload;

        private Runnable forward;
        private Runnable both;

        /** Builds the model. */
        @Setup
        public void prepare(ChosenKernels kernels, ChosenThreads threads) {
            forward = workload.preparePasses(false);
            both = workload.preparePasses(true);
            forward.run();
            both.run();
        }
    }

    /** Runs the forward pass of a training step, which computes the cost. */
    @Benchmark
    public void forward(Passes model) {
        model.forward.run();
    }

    /** Runs the forward and the backward pass, which compute the gradients of all parameters, without the update. */
    @Benchmark
    public void forwardAndBackward(Passes model) {
        model.both.run();
    }

    /** Runs a whole training step or an inference. */
    @Benchmark
    public void step(Whole model) {
        model.prepared.run();
    }
}
