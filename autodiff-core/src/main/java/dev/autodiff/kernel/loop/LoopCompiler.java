package dev.autodiff.kernel.loop;

import dev.autodiff.array.DType;
import dev.autodiff.bytecode.ClassFile;
import dev.autodiff.bytecode.MethodCopier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The compiler of {@link LoopCode} to {@link Loop}s. It works by generating a class for each distinct code, and it
 * keeps those used last. The classes are hidden: they are unloaded when nothing refers to them any more.
 */
public final class LoopCompiler {
    /**
     * The number of loops that are kept: enough for all models in use, and a limit so that endless new codes cannot
     * leak.
     */
    private static final int CAPACITY = 4096;

    private final int lanes;
    private final boolean eager;
    private final Map<LoopCode, Loop> loops = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LoopCode, Loop> eldest) {
            return size() > CAPACITY;
        }
    };

    /** A compiler of loops over vectors of {@code lanes} floats, or over single elements for 1. */
    public LoopCompiler(int lanes) {
        this(lanes, false);
    }

    /** For tests: {@code eager} loops run their vector form from the first call on, before C2 has compiled it. */
    LoopCompiler(int lanes, boolean eager) {
        this.lanes = lanes;
        this.eager = eager;
    }

    /**
     * Returns the loop for a code: the one compiled earlier for an equal code, if there is one.
     *
     * @throws UnsupportedOperationException if an operation is not defined for the type
     */
    public Loop loop(LoopCode code) {
        synchronized (loops) {
            Loop known = loops.get(code);
            if (known == null) {
                known = compile(code);
                loops.put(code, known);
            }
            return known;
        }
    }

    private Loop compile(LoopCode code) {
        if (!hasVectorForm(code)) {
            return scalarForm(code);
        }
        TieredLoop loop = new TieredLoop(code, lanes);
        return eager ? loop.warm() : loop;
    }

    /** Generates the form for single elements. */
    static BlockLoop scalarForm(LoopCode code) {
        ClassFile file = new ClassFile("dev/autodiff/kernel/loop/ScalarLoop", "dev/autodiff/kernel/loop/BlockLoop");
        file.constructor();
        LoopBody body = new ScalarBody(code.type());
        LoopGenerator.generate(file, "aligned", code, body, true);
        LoopGenerator.generate(file, "general", code, body, false);
        BlockLoop loop = (BlockLoop) define(file);
        loop.setBroadcast(code);
        return loop;
    }

    /**
     * Generates the form for numbers of columns that are multiples of {@code lanes}. Returns null where class files
     * cannot be read as resources, as it consists of copies of methods of ours.
     */
    static @Nullable VectorForm vectorForm(LoopCode code, int lanes) {
        if (VectorFunctions.COPIER == null) {
            return null;
        }
        ClassFile file = new ClassFile("dev/autodiff/kernel/loop/VectorLoop", "dev/autodiff/kernel/loop/VectorForm");
        file.constructor();
        LoopGenerator.generateVectorForm(file, code, new VectorBody(lanes, VectorFunctions.COPIER, file));
        return (VectorForm) define(file);
    }

    private boolean hasVectorForm(LoopCode code) {
        if (lanes == 1 || code.type() != DType.FLOAT32) {
            return false;
        }
        for (LoopCode.Instruction instruction : code.instructions()) {
            if (!VectorBody.supports(instruction.op())) {
                return false;
            }
        }
        return true;
    }

    /** The functions of vectors, read when the first vector loop is compiled and never where there are no vectors. */
    private static final class VectorFunctions {
        static final @Nullable MethodCopier COPIER = copier();

        private static @Nullable MethodCopier copier() {
            try {
                return new MethodCopier(
                        read("/dev/autodiff/kernel/vector/VectorMath.class"),
                        read("/dev/autodiff/kernel/vector/VectorTrigonometry.class"));
            } catch (IOException | IllegalArgumentException e) {
                System.getLogger("dev.autodiff.kernel")
                        .log(
                                Level.INFO,
                                "autodiff computes elementwise operations with scalar loops: " + e.getMessage()
                                        + ", and the faster vector loops copy code from it");
                return null;
            }
        }

        private static byte[] read(String resource) throws IOException {
            try (InputStream stream = LoopCompiler.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new IOException(
                            "the class file " + resource + " is missing as a resource of its class loader");
                }
                return stream.readAllBytes();
            }
        }
    }

    private static Object define(ClassFile file) {
        try {
            Class<?> type = MethodHandles.lookup()
                    .defineHiddenClass(file.toBytes(), true)
                    .lookupClass();
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A generated loop could not be loaded", e);
        }
    }
}
