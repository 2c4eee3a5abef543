package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time from an empty program to the end of the first run: a graph is built, differentiated if it is a model,
 * compiled and run once. {@link #cold} measures it in a new virtual machine, as when a program starts, {@link #warm}
 * after repetitions.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Benchmark)
public class CompileBenchmark {
    /** The graphs. */
    public enum Graph {
        /** A training step of {@link Workload#W4}. */
        W4,
        /** Forward and backward pass of {@link Workload#W8}: 1000 operations and their gradients. */
        W8,
        /** A chain of 1000 operations on 32 numbers. */
        CHAIN_1000,
        /** A chain of 10,000 operations. */
        CHAIN_10000,
        /** A chain of 100,000 operations. */
        CHAIN_100000;

        void buildAndRun() {
            switch (this) {
                case W4 -> Workload.W4.prepare().run();
                case W8 -> Workload.W8.prepare().run();
                case CHAIN_1000 -> chain(1000);
                case CHAIN_10000 -> chain(10_000);
                case CHAIN_100000 -> chain(100_000);
            }
        }

        private static void chain(int length) {
            Placeholder x = Placeholder.of("x", Shape.of(32));
            Tensor v = x;
            for (int i = 0; i < length; i++) {
                v = switch (i % 4) {
                    case 0 -> v.add(0.1);
                    case 1 -> v.mul(0.99);
                    case 2 -> v.relu();
                    default -> v.tanh();
                };
            }
            try (Session session = new Session(1)) {
                session.run(v, Feed.feed(x, NDArray.zeros(DType.FLOAT32, 32)));
            }
        }
    }

    /** The graph. */
    @Param
    public Graph graph;

    /** Builds and runs the graph in a new virtual machine. */
    @Benchmark
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    public void cold(ChosenKernels kernels, ChosenThreads threads) {
        graph.buildAndRun();
    }

    /** Builds and runs the graph after ten repetitions. */
    @Benchmark
    @Warmup(iterations = 10)
    @Measurement(iterations = 5)
    public void warm(ChosenKernels kernels, ChosenThreads threads) {
        graph.buildAndRun();
    }
}
