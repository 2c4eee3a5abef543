package dev.autodiff.kernel;

/** A placeholder that tells whether the vector kernels can be loaded. */
public final class Kernels {
    private Kernels() {}

    /**
     * Names the kernels in use.
     *
     * @return {@code vector} or {@code scalar}
     */
    public static String name() {
        if ("scalar".equals(System.getProperty("autodiff.kernels"))) {
            return "scalar";
        }
        try {
            Object lanes = Class.forName("dev.autodiff.kernel.vector.VectorKernels")
                    .getMethod("lanes")
                    .invoke(null);
            return (Integer) lanes > 0 ? "vector" : "scalar";
        } catch (ReflectiveOperationException | LinkageError e) {
            return "scalar";
        }
    }
}
