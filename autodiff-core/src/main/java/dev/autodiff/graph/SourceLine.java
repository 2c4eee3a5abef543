package dev.autodiff.graph;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.security.CodeSource;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The line of the user's code that is being executed: the nearest caller that is neither of the JDK nor of a package
 * declared to be {@link FrameworkCode}.
 */
public final class SourceLine {
    private static final ClassValue<Boolean> IS_FRAMEWORK = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isOfJdk(type) || isDeclared(type);
        }
    };

    /** The text in place of a line where code is typed. */
    static final String PROMPT = "the JShell prompt";

    /** The number of frames that are fetched at once: there are fewer between a user's line and here. */
    private static final int FRAMES = 16;

    private static final StackWalker WALKER = StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE), FRAMES);

    private static final ThreadLocal<@Nullable Optional<StackFrame>> ASSUMED = new ThreadLocal<>();

    private SourceLine() {}

    /** Returns the line of the user's code that is being executed, as {@code Model.java:12}, for messages. */
    public static String here() {
        return describe(find());
    }

    static Optional<StackFrame> find() {
        Optional<StackFrame> assumed = ASSUMED.get();
        return assumed != null && assumed.isPresent() ? assumed : WALKER.walk(SourceLine::firstOfUser);
    }

    /**
     * Makes many tensors for the one line that is being executed. It is looked for only once, since that takes longer
     * than to make a tensor.
     */
    static void asOne(Runnable making) {
        Optional<StackFrame> before = assume(find());
        try {
            making.run();
        } finally {
            assume(before);
        }
    }

    /**
     * Sets the line that is taken for the one being executed, until another is set; empty to look for it.
     *
     * @return the line that was set before
     */
    static Optional<StackFrame> assume(Optional<StackFrame> line) {
        Optional<StackFrame> before = ASSUMED.get();
        ASSUMED.set(line);
        return before == null ? Optional.empty() : before;
    }

    private static Optional<StackFrame> firstOfUser(Stream<StackFrame> frames) {
        for (Iterator<StackFrame> i = frames.iterator(); i.hasNext(); ) {
            StackFrame frame = i.next();
            if (!isFramework(frame.getDeclaringClass())) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }

    /**
     * Tells whether a class is the framework's: of the JDK, or of a package that {@link FrameworkCode} is declared for.
     */
    static boolean isFramework(Class<?> type) {
        return IS_FRAMEWORK.get(type);
    }

    private static boolean isOfJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isDeclared(Class<?> type) {
        String name = type.getPackageName();
        while (!name.isEmpty()) {
            Optional<Class<?>> declaration = packageInfo(name, type.getClassLoader());
            if (declaration.isPresent() && declaration.get().isAnnotationPresent(FrameworkCode.class)) {
                return origin(declaration.get()).equals(origin(type));
            }
            name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        }
        return false;
    }

    private static Optional<Class<?>> packageInfo(String name, ClassLoader loader) {
        try {
            return Optional.of(Class.forName(name + ".package-info", false, loader));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Returns the jar or directory that a class comes from. */
    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? "" : Objects.toString(source.getLocation());
    }

    /** Returns a line as {@code Model.java:12}, which development environments make a link of. */
    static String describe(Optional<StackFrame> frame) {
        return frame.map(SourceLine::describe).orElse("an unknown place");
    }

    private static String describe(StackFrame frame) {
        if (frame.getClassName().startsWith("REPL.")) {
            return PROMPT;
        }
        // javac -g:none and jlink --strip-debug leave neither file nor line.
        return frame.getFileName() == null || frame.getLineNumber() < 0
                ? frame.getClassName() + "." + frame.getMethodName()
                : frame.getFileName() + ":" + frame.getLineNumber();
    }
}
