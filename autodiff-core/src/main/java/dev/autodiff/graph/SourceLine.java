package dev.autodiff.graph;

import java.util.List;
import java.util.Optional;

/** Finds the line of the user's code that is being executed: the nearest caller outside of the framework. */
public final class SourceLine {
    private static final List<String> FRAMEWORK = List.of(
            "dev.autodiff.graph.",
            "dev.autodiff.nn.",
            "dev.autodiff.check.",
            "dev.autodiff.trace.",
            "dev.autodiff.profile.",
            "java.");

    /** What stands for a line where code is typed. */
    static final String PROMPT = "the JShell prompt";

    private static final StackWalker WALKER = StackWalker.getInstance();

    private SourceLine() {}

    /** The line of the user's code that is being executed, as {@code Model.java:12}, for messages. */
    public static String here() {
        return describe(find());
    }

    static Optional<StackWalker.StackFrame> find() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !isFramework(frame.getClassName())).findFirst());
    }

    private static boolean isFramework(String className) {
        for (String prefix : FRAMEWORK) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** As {@code Model.java:12}, which development environments make a link of. */
    static String describe(Optional<StackWalker.StackFrame> frame) {
        return frame.map(f -> f.getClassName().startsWith("REPL.") ? PROMPT : f.getFileName() + ":" + f.getLineNumber())
                .orElse("an unknown place");
    }
}
