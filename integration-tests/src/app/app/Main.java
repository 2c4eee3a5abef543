package app;

import dev.autodiff.kernel.Kernels;
import dev.autodiff.nn.Version;

/** Prints which kernels it got; the integration tests read it. */
public final class Main {
    private Main() {}

    /**
     * Runs the program.
     *
     * @param args ignored
     */
    public static void main(String[] args) {
        System.out.println("module=" + Main.class.getModule().getName());
        System.out.println("kernels=" + Kernels.name());
        System.out.println(Version.describe());
    }
}
