package dev.autodiff.benchmarks;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The most that one core can do: fused multiply-adds on registers alone, ten independent chains of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class PeakBenchmark {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 100_000;

    private final float[] numbers = new float[SPECIES.length()];

    /** Counts operations, so that JMH reports them a second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        /** Billions of floating-point operations; an addition and a multiplication are two. */
        public double gflop;
    }

    /** The chains. */
    @Benchmark
    public float fma(Work work) {
        FloatVector x = FloatVector.fromArray(SPECIES, numbers, 0);
        FloatVector s0 = x;
        FloatVector s1 = x;
        FloatVector s2 = x;
        FloatVector s3 = x;
        FloatVector s4 = x;
        FloatVector s5 = x;
        FloatVector s6 = x;
        FloatVector s7 = x;
        FloatVector s8 = x;
        FloatVector s9 = x;
        for (int i = 0; i < STEPS; i++) {
            s0 = x.fma(x, s0);
            s1 = x.fma(x, s1);
            s2 = x.fma(x, s2);
            s3 = x.fma(x, s3);
            s4 = x.fma(x, s4);
            s5 = x.fma(x, s5);
            s6 = x.fma(x, s6);
            s7 = x.fma(x, s7);
            s8 = x.fma(x, s8);
            s9 = x.fma(x, s9);
        }
        work.gflop += 2e-8 * STEPS * SPECIES.length();
        FloatVector sum =
                s0.add(s1).add(s2.add(s3)).add(s4.add(s5)).add(s6.add(s7)).add(s8.add(s9));
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
