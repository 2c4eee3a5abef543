package dev.autodiff.graph;

import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the line of the user's code that is being executed: the nearest caller outside of the framework. */
public final class SourceLine {
    private static final List<String> FRAMEWORK = List.of(
            "dev.autodiff.graph.",
            "dev.autodiff.nn.",
            "dev.autodiff.check.",
            "dev.autodiff.draw.",
            "dev.autodiff.trace.",
            "dev.autodiff.profile.",
            "java.");

    /** What stands for a line where code is typed. */
    static final String PROMPT = "the JShell prompt";

    /** Frames to be looked at in one go: those between a user's line and here are fewer. */
    private static final int FRAMES = 16;

    private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), FRAMES);

    private static final ThreadLocal<@Nullable Optional<StackFrame>> ASSUMED = new ThreadLocal<>();

    private SourceLine() {}

    /** The line of the user's code that is being executed, as {@code Model.java:12}, for messages. */
    public static String here() {
        return describe(find());
    }

    static Optional<StackFrame> find() {
        Optional<StackFrame> assumed = ASSUMED.get();
        return assumed != null && assumed.isPresent() ? assumed : WALKER.walk(SourceLine::firstOfUser);
    }

    /**
     * Makes many tensors for the one line that is being executed, which is looked for only once: that takes longer than to
     * make a tensor.
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
     * Takes a line for the one that is being executed, until another is assumed; empty to look for it.
     *
     * @return what was assumed before
     */
    static Optional<StackFrame> assume(Optional<StackFrame> line) {
        Optional<StackFrame> before = ASSUMED.get();
        ASSUMED.set(line);
        return before == null ? Optional.empty() : before;
    }

    private static Optional<StackFrame> firstOfUser(Stream<StackFrame> frames) {
        for (Iterator<StackFrame> i = frames.iterator(); i.hasNext(); ) {
            StackFrame frame = i.next();
            if (!isFramework(frame.getClassName())) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }

    static boolean isFramework(String className) {
        for (String prefix : FRAMEWORK) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** As {@code Model.java:12}, which development environments make a link of. */
    static String describe(Optional<StackFrame> frame) {
        return frame.map(f -> f.getClassName().startsWith("REPL.") ? PROMPT : f.getFileName() + ":" + f.getLineNumber())
                .orElse("an unknown place");
    }
}
