package dev.autodiff.benchmarks;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import java.util.ArrayList;
import java.util.List;
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

/**
 * Every operation alone, forward and backward, in a program of its own, by the number of elements of its operands:
 * {@code -p op=EXP,TANH -p size=10,1000,100000,10000000}. Operations without a gradient are in
 * {@link #withoutGradient}, so that all combinations of parameters are possible.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class OpBenchmark {
    /** A program and the values that it is fed. */
    private static final class Prepared {
        private final PreparedRun step;
        private final NDArray[] values;

        Prepared(List<Tensor> fetches, List<Placeholder> inputs, List<NDArray> values) {
            this.step = new Session(1).prepare(fetches, inputs.toArray(new Placeholder[0]));
            this.values = values.toArray(new NDArray[0]);
            run();
        }

        void run() {
            step.run(values);
        }
    }

    /** An operation with a gradient. */
    @State(Scope.Benchmark)
    public static class Differentiable {
        /** The operation. */
        @Param
        public Op op;

        /** The number of elements of an operand; for a matrix as close as possible. */
        @Param({"10", "100000"})
        public int size;

        private Prepared forward;
        private Prepared backward;

        /** Compiles both programs. */
        @Setup
        public void prepare(ChosenKernels kernels, ChosenThreads threads) {
            OpCase sample = op.of(size);
            forward = new Prepared(List.of(sample.result), sample.inputs, sample.values);
            Placeholder upstream = Placeholder.of("dy", sample.result.dtype(), sample.result.shape());
            List<Placeholder> inputs = new ArrayList<>(sample.inputs);
            inputs.add(upstream);
            List<NDArray> values = new ArrayList<>(sample.values);
            values.add(NDArray.full(upstream.dtype(), upstream.shape(), 0.5));
            Gradients gradients = Gradients.of(sample.result, sample.inputs, upstream);
            List<Tensor> fetches = new ArrayList<>();
            sample.inputs.forEach(input -> gradients.find(input).ifPresent(fetches::add));
            backward = new Prepared(fetches, inputs, values);
        }
    }

    /** An operation without a gradient. */
    @State(Scope.Benchmark)
    public static class Flat {
        /** The operation. */
        @Param
        public FlatOp op;

        /** The number of elements of an operand. */
        @Param({"10", "100000"})
        public int size;

        private Prepared forward;

        /** Compiles the program. */
        @Setup
        public void prepare(ChosenKernels kernels, ChosenThreads threads) {
            OpCase sample = op.of(size);
            forward = new Prepared(List.of(sample.result), sample.inputs, sample.values);
        }
    }

    /** Computes the result. */
    @Benchmark
    public void forward(Differentiable operation) {
        operation.forward.run();
    }

    /**
     * Computes the gradients with respect to all operands, from a fed gradient with respect to the result, including
     * the part of the forward pass that they need (the gradient of {@code exp} is {@code dy * exp(x)}).
     */
    @Benchmark
    public void backward(Differentiable operation) {
        operation.backward.run();
    }

    /** Computes the result of an operation without a gradient. */
    @Benchmark
    public void withoutGradient(Flat operation) {
        operation.forward.run();
    }
}
