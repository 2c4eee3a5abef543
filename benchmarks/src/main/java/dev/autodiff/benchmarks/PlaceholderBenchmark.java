package dev.autodiff.benchmarks;

import dev.autodiff.kernel.Kernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** A placeholder. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlaceholderBenchmark {
    /**
     * Measures next to nothing.
     *
     * @return the name of the kernels
     */
    @Benchmark
    public String kernels() {
        return Kernels.name();
    }
}
