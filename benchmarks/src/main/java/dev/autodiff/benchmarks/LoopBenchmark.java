package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import java.util.Random;
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
 * Generated elementwise loops on one thread, in nanoseconds per call; divide by {@code size} for the time of an
 * element. C2 is bimodal on vector loops, so reliable results need several forks, {@code -f 3}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LoopBenchmark {
    /** The function that the loop computes. */
    public enum Work {
        /** One addition. */
        ADD,
        /** Five operations in one loop. */
        CHAIN,
        /** An exponential. */
        EXP,
        /** A hyperbolic tangent. */
        TANH
    }

    @Param
    Work work;

    @Param({"100", "10000", "1000000"})
    int size;

    private Loop loop;
    private Object[] arrays;
    private final int[] slots = {0, 1, 2};
    private final int[] zeros = new int[3];

    /** Fills the operands and compiles the loop. */
    @Setup
    public void fill(ChosenKernels kernels) {
        Random random = new Random(1);
        arrays = new Object[] {new float[size], new float[size], new float[size]};
        for (int i = 0; i < size; i++) {
            ((float[]) arrays[0])[i] = random.nextFloat() + 0.5f;
            ((float[]) arrays[1])[i] = random.nextFloat() + 0.5f;
        }
        List<Instruction> instructions =
                switch (work) {
                    case ADD -> List.of(new Instruction(Elementwise.ADD, 0, 1, -1));
                    case EXP -> List.of(new Instruction(Elementwise.EXP, 0, -1, -1));
                    case TANH -> List.of(new Instruction(Elementwise.TANH, 0, -1, -1));
                    case CHAIN ->
                        List.of(
                                new Instruction(Elementwise.MUL, 0, 1, -1),
                                new Instruction(Elementwise.ADD, 2, 0, -1),
                                new Instruction(Elementwise.SUB, 3, 1, -1),
                                new Instruction(Elementwise.MAXIMUM, 4, 1, -1),
                                new Instruction(Elementwise.DIV, 5, 0, -1));
                };
        loop = KernelProvider.kernels()
                .loop(new LoopCode(
                        DType.FLOAT32, List.of(false, false), instructions, List.of(1 + instructions.size())));
    }

    /** Runs the loop over one row. */
    @Benchmark
    public void run() {
        loop.run(arrays, zeros, slots, zeros, zeros, size, 0, 1, 0, size);
    }
}
