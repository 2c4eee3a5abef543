package dev.autodiff.benchmarks;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.MatmulPartition;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * The matrix product at the shapes of common models: products per second, and GFLOP/s in the line {@code gflop}.
 * Compare with {@link PeakBenchmark}. The warm-up is long enough for the vector loops to be compiled.
 * {@code -p threads=1,2} shows the speed-up by a second thread, {@code -p shape=1024x1024x1024} measures another shape.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class MatmulBenchmark {
    /** Rows of a x depth x columns of b; {@code T} after the first or third: a or b is transposed in memory. */
    @Param({
        "128x784x128",
        "784Tx128x128",
        "256x784x512",
        "784Tx256x512",
        "256x512x512T",
        "512x2048x2048",
        "64x64x64",
        "256x256x256",
        "768x768x768",
        "2048x2048x2048",
        "128x784x10",
        "784Tx128x10",
        "128x10x128T",
        "1x784x128"
    })
    String shape;

    private Kernels kernels;
    private ThreadTeam team;
    private int threads;
    private Scratch[] scratch;
    private float[] a;
    private float[] b;
    private float[] c;
    private MatmulLayout layout;
    private int m;
    private int k;
    private int n;

    /** Creates the matrices. */
    @Setup
    public void prepare(ChosenKernels chosenKernels, ChosenThreads chosenThreads) {
        kernels = KernelProvider.kernels();
        team = ThreadTeam.shared();
        threads = team.threads();
        String[] parts = shape.split("x", -1);
        boolean aTransposed = parts[0].endsWith("T");
        boolean bTransposed = parts[2].endsWith("T");
        m = Integer.parseInt(parts[0].replace("T", ""));
        k = Integer.parseInt(parts[1]);
        n = Integer.parseInt(parts[2].replace("T", ""));
        layout =
                new MatmulLayout(aTransposed ? 1 : k, aTransposed ? m : 1, bTransposed ? 1 : n, bTransposed ? k : 1, n);
        a = numbers(m * k);
        b = numbers(k * n);
        c = new float[m * n];
        scratch = new Scratch[threads];
        for (int i = 0; i < threads; i++) {
            scratch[i] = new Scratch();
        }
    }

    private static float[] numbers(int count) {
        Random random = new Random(1);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
        return x;
    }

    /** The number of operations, which JMH reports per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        /** Billions of floating-point operations; a multiplication and an addition count as two. */
        public double gflop;
    }

    /** Computes one product, divided among the threads. */
    @Benchmark
    public float[] matmul(Work work) {
        team.run((context, part, parts) -> ((MatmulBenchmark) context).part(part, parts), this, threads);
        work.gflop += 2e-9 * m * n * k;
        return c;
    }

    private void part(int part, int parts) {
        boolean byColumns = MatmulPartition.byColumns(m, n, parts);
        int i0 = byColumns ? 0 : MatmulPartition.row(m, part, parts);
        int i1 = byColumns ? m : MatmulPartition.row(m, part + 1, parts);
        int j0 = byColumns ? MatmulPartition.column(n, part, parts) : 0;
        int j1 = byColumns ? MatmulPartition.column(n, part + 1, parts) : n;
        int aAt = i0 * layout.aRowStride();
        int bAt = j0 * layout.bColumnStride();
        kernels.matmul(layout, a, aAt, b, bAt, c, i0 * n + j0, i1 - i0, j1 - j0, k, scratch[part]);
    }
}
