package dev.autodiff.kernel;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the kernels for this run of the virtual machine.
 *
 * <p>The vector kernels are taken where the module {@code jdk.incubator.vector} is resolved (start Java with
 * {@code --add-modules jdk.incubator.vector}) and can be fast: on HotSpot with its C2 compiler and vectors of at least
 * 128 bits. Anywhere else the scalar kernels are, and a log line says why and how to get the faster ones. The system
 * property {@value #PROPERTY}, set to {@code vector}, {@code scalar} or {@code portable}, decides instead, and is
 * confirmed by a log line.
 *
 * <p>On one machine and JDK, the same kernels give the same bits in every run and on any number of threads. Vector
 * kernels of another width and the scalar kernels add up in another order, and so give other last bits in sums. With
 * {@code portable}, the bits are the same on every machine and JDK: the kernels are the scalar ones, and the functions
 * of double precision those of {@link StrictMath}. That is for processors with fused multiply-add (x86 since 2013, all
 * 64-bit ones of ARM): on others it gives the same bits too, but some hundred times slower.
 */
public final class KernelProvider {
    /**
     * The system property that decides: {@code vector}, {@code scalar} or {@code portable}; absent, the choice is
     * automatic.
     */
    public static final String PROPERTY = "autodiff.kernels";

    private static final String MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNELS = "dev.autodiff.kernel.vector.VectorKernels";
    private static final String ADD_MODULES = "start Java with --add-modules " + MODULE;

    private KernelProvider() {}

    /**
     * Returns the kernels of this run, which are chosen at the first call.
     *
     * @throws IllegalStateException if the system property asks for kernels that cannot run here; says why
     * @throws IllegalArgumentException if the system property has an unknown value
     */
    public static Kernels kernels() {
        Kernels chosen = Holder.kernels;
        if (chosen == null) {
            return Holder.choose();
        }
        return chosen;
    }

    /**
     * Returns the reason for the choice, as the log line has it: that the property asks for the kernels, or why the
     * vector kernels cannot be used and what to do. Empty if they were chosen automatically.
     */
    public static String reason() {
        kernels();
        return Holder.reason;
    }

    /** The holder of the choice: made late, and again after a failure, so that the message is the same every time. */
    private static final class Holder {
        private static volatile @Nullable Kernels kernels;
        private static volatile String reason = "";

        static synchronized Kernels choose() {
            Kernels known = kernels;
            if (known == null) {
                Choice choice = KernelProvider.choose(System.getProperty(PROPERTY));
                known = choice.kernels;
                reason = choice.reason;
                kernels = known;
            }
            return known;
        }
    }

    private record Choice(Kernels kernels, String reason) {}

    /** Chooses by the value of the system property. */
    private static Choice choose(@Nullable String wanted) {
        if (wanted == null) {
            return automatic();
        }
        return switch (wanted) {
            case "scalar", "portable" ->
                log(Level.DEBUG, new ScalarKernels(), "the system property " + PROPERTY + " asks for them");
            case "vector" -> vectorOrFail();
            default ->
                throw new IllegalArgumentException("The system property " + PROPERTY + " is \"" + wanted
                        + "\", but can only be \"vector\", \"scalar\" or \"portable\", or absent for an"
                        + " automatic choice");
        };
    }

    private static Choice automatic() {
        try {
            // Not logged: there is nothing to do about it, and the first line costs 20 ms at start.
            return new Choice(vector(), "");
        } catch (Unavailable e) {
            return log(Level.INFO, new ScalarKernels(), "the faster vector kernels cannot be used: " + e.getMessage());
        }
    }

    private static Choice vectorOrFail() {
        try {
            return log(Level.DEBUG, vector(), "the system property " + PROPERTY + " asks for them");
        } catch (Unavailable e) {
            throw new IllegalStateException(
                    "The system property " + PROPERTY + " asks for the vector kernels, which cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    private static Choice log(Level level, Kernels kernels, String reason) {
        System.getLogger("dev.autodiff.kernel")
                .log(level, "autodiff computes with the kernels " + kernels.name() + " (" + reason + ")");
        return new Choice(kernels, reason);
    }

    // ---- The vector kernels, if they can be used

    private static Kernels vector() throws Unavailable {
        Module ours = KernelProvider.class.getModule();
        Module incubator = incubator(ours);
        requireCompiler();
        ours.addReads(incubator);
        try {
            return Class.forName(VECTOR_KERNELS, true, KernelProvider.class.getClassLoader())
                    .asSubclass(Kernels.class)
                    .getConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw new Unavailable(String.valueOf(e.getTargetException().getMessage()), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new Unavailable("they could not be loaded: " + e, e);
        }
    }

    private static Module incubator(Module ours) throws Unavailable {
        ModuleLayer layer = ours.getLayer() == null ? ModuleLayer.boot() : ours.getLayer();
        Optional<Module> module = layer.findModule(MODULE);
        if (module.isEmpty()) {
            module = ModuleLayer.boot().findModule(MODULE);
        }
        if (module.isEmpty()) {
            throw new Unavailable("the module " + MODULE + " is missing; " + ADD_MODULES, null);
        }
        return module.get();
    }

    /** The Vector API is fast only where C2 knows its methods as instructions. */
    private static void requireCompiler() throws Unavailable {
        String machine = System.getProperty("java.vm.name", "");
        String mode = System.getProperty("java.vm.info", "");
        if (!machine.contains("HotSpot") && !machine.contains("OpenJDK")) {
            throw new Unavailable("they need the HotSpot virtual machine, not " + machine, null);
        }
        if (mode.contains("interpreted mode") || !machine.contains("Server VM")) {
            throw new Unavailable(
                    "they need HotSpot's C2 compiler, which is off (" + machine + ", " + mode + "); start Java without"
                            + " -Xint and -client",
                    null);
        }
        if (mode.contains("emulated-client")) {
            throw new Unavailable(
                    "they need HotSpot's C2 compiler, which is off; start Java without -XX:TieredStopAtLevel", null);
        }
    }

    /** The vector kernels cannot be used; the message says why and what to do. */
    private static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
