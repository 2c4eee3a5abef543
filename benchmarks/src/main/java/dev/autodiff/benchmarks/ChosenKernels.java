package dev.autodiff.benchmarks;

import dev.autodiff.kernel.KernelProvider;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The kernels of a benchmark's virtual machine, as a parameter: {@code -p kernels=vector,scalar} measures both. They are chosen
 * once in a virtual machine, and JMH starts one for each combination of parameters, unless it is told {@code -f 0}.
 */
@State(Scope.Benchmark)
public class ChosenKernels {
    /** {@code vector} or {@code scalar}. */
    @Param("vector")
    public String kernels;

    /** Chooses them, before anything asks for any. */
    @Setup
    public void choose() {
        System.setProperty(KernelProvider.PROPERTY, kernels);
        String chosen = KernelProvider.kernels().name();
        if (!chosen.startsWith(kernels)) {
            throw new IllegalStateException("The kernels are " + chosen + " and no longer to be chosen: run this"
                    + " benchmark in a virtual machine of its own, without -f 0");
        }
    }
}
