package dev.autodiff.benchmarks;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Reduction;
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

/** Reductions and softmax of a matrix, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class RowsBenchmark {
    /** Rows x columns. */
    @Param({"128x10", "128x128", "512x2048"})
    String shape;

    private Kernels kernels;
    private int rows;
    private int columns;
    private float[] x;
    private float[] y;
    private float[] labels;

    /** Creates the matrices. */
    @Setup
    public void prepare(ChosenKernels chosen) {
        kernels = KernelProvider.kernels();
        String[] parts = shape.split("x", -1);
        rows = Integer.parseInt(parts[0]);
        columns = Integer.parseInt(parts[1]);
        Random random = new Random(1);
        x = new float[rows * columns];
        y = new float[rows * columns];
        labels = new float[rows * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() - 0.5f;
            labels[i] = i % columns == 3 ? 1 : 0;
        }
    }

    /** Computes the softmax of each row. */
    @Benchmark
    public float[] softmax() {
        kernels.softmax(false, x, 0, y, 0, rows, columns, 0, 1);
        return y;
    }

    /** Computes the cross-entropy of each row. */
    @Benchmark
    public float[] crossEntropy() {
        kernels.crossEntropy(x, 0, labels, 0, y, 0, rows, columns, 0, 1);
        return y;
    }

    /** Computes the sum of each row. */
    @Benchmark
    public float[] sumRows() {
        kernels.reduce(Reduction.SUM, x, 0, y, 0, rows, columns, 1, 0, 1);
        return y;
    }

    /** Computes the sum of each column. */
    @Benchmark
    public float[] sumColumns() {
        kernels.reduce(Reduction.SUM, x, 0, y, 0, 1, rows, columns, 0, 1);
        return y;
    }

    /** Computes the sum of all elements. */
    @Benchmark
    public float[] sumAll() {
        kernels.reduce(Reduction.SUM, x, 0, y, 0, 1, rows * columns, 1, 0, 1);
        return y;
    }

    /** Computes the maximum of each row. */
    @Benchmark
    public float[] maxRows() {
        kernels.reduce(Reduction.MAX, x, 0, y, 0, rows, columns, 1, 0, 1);
        return y;
    }
}
