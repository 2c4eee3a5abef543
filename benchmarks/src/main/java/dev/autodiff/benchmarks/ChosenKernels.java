package dev.autodiff.benchmarks;

import dev.autodiff.kernel.KernelProvider;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The kernels of a benchmark's virtual machine, as a parameter: {@code -p kernels=vector,scalar} measures both. A
 * virtual machine chooses them once, and JMH starts one for each combination of parameters, except with {@code -f 0}.
 */
@State(Scope.Benchmark)
public class ChosenKernels {
    /** {@code vector} or {@code scalar}. */
    @Param("vector")
    public String kernels;

    /** Chooses the kernels before anything uses them. */
    @Setup
    public void choose() {
        System.setProperty(KernelProvider.PROPERTY, kernels);
        String chosen = KernelProvider.kernels().name();
        if (!chosen.startsWith(kernels)) {
            throw new IllegalStateException("The kernels are " + chosen + " and cannot be changed any more: run this"
                    + " benchmark in a virtual machine of its own, without -f 0");
        }
    }
}
