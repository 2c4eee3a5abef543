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
 *
 * <p>Where no classes can be defined at run time, as in GraalVM's native images, loops are interpreted instead, with
 * the same bits; a log line says so. The system property {@value #PROPERTY}, set to {@code false}, asks for that.
 */
public final class LoopCompiler {
    /**
     * The number of loops that are kept: enough for all models in use, and a limit so that endless new codes cannot
     * leak.
     */
    private static final int CAPACITY = 4096;

    /** The system property that switches the generation of classes off. */
    static final String PROPERTY = "autodiff.codegen";

    private final int lanes;
    private final boolean eager;
    private final ClassDefiner definer;
    private volatile boolean generates;
    private final Map<LoopCode, Loop> loops = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LoopCode, Loop> eldest) {
            return size() > CAPACITY;
        }
    };

    /** A compiler of loops over vectors of {@code lanes} floats, or over single elements for 1. */
    public LoopCompiler(int lanes) {
        this(lanes, false, LoopCompiler::defineHidden);
        generates = !"false".equalsIgnoreCase(System.getProperty(PROPERTY));
    }

    /** For tests: {@code eager} loops run their vector form from the first call on, before C2 has compiled it. */
    LoopCompiler(int lanes, boolean eager) {
        this(lanes, eager, LoopCompiler::defineHidden);
    }

    /** For tests: a compiler in a virtual machine that defines classes in another way, or not at all. */
    LoopCompiler(int lanes, boolean eager, ClassDefiner definer) {
        this.lanes = lanes;
        this.eager = eager;
        this.definer = definer;
        this.generates = true;
    }

    /** The definition of classes at run time. */
    interface ClassDefiner {
        /** Makes an instance of a class. */
        Object define(byte[] classFile) throws ReflectiveOperationException;
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
        if (generates) {
            try {
                return generate(code);
            } catch (NoDefinition e) {
                generates = false;
                System.getLogger("dev.autodiff.kernel")
                        .log(
                                Level.INFO,
                                "autodiff interprets elementwise operations, which is slower than generated loops,"
                                        + " because this virtual machine defines no classes at run time ("
                                        + e.getMessage() + "); -D" + PROPERTY + "=false does so without this line");
            }
        }
        return InterpretedLoop.of(code);
    }

    private Loop generate(LoopCode code) throws NoDefinition {
        if (!hasVectorForm(code)) {
            return scalarForm(code);
        }
        TieredLoop loop = new TieredLoop(this, code, lanes);
        return eager ? loop.warm() : loop;
    }

    /** Generates the form for single elements. */
    BlockLoop scalarForm(LoopCode code) throws NoDefinition {
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
    @Nullable VectorForm vectorForm(LoopCode code) {
        if (VectorFunctions.COPIER == null) {
            return null;
        }
        ClassFile file = new ClassFile("dev/autodiff/kernel/loop/VectorLoop", "dev/autodiff/kernel/loop/VectorForm");
        file.constructor();
        LoopGenerator.generateVectorForm(file, code, new VectorBody(lanes, VectorFunctions.COPIER, file));
        try {
            return (VectorForm) define(file);
        } catch (NoDefinition e) {
            throw new IllegalStateException("The scalar form was defined, and the vector form cannot be", e);
        }
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

    private Object define(ClassFile file) throws NoDefinition {
        try {
            return definer.define(file.toBytes());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A generated loop could not be loaded", e);
        } catch (VirtualMachineError | VerifyError | ClassFormatError e) {
            throw e; // not for lack of a way to define it
        } catch (Error | UnsupportedOperationException e) { // a native image throws an error of its own
            throw new NoDefinition(e);
        }
    }

    private static Object defineHidden(byte[] classFile) throws ReflectiveOperationException {
        Class<?> type =
                MethodHandles.lookup().defineHiddenClass(classFile, true).lookupClass();
        return type.getDeclaredConstructor().newInstance();
    }

    /** No class can be defined in this virtual machine. */
    static final class NoDefinition extends Exception {
        private static final long serialVersionUID = 1;

        NoDefinition(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }
}
