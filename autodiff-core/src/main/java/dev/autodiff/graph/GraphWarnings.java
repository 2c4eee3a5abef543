package dev.autodiff.graph;

import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The warnings of what is allowed but most often a mistake, such as a column minus a vector, which is a matrix of all
 * pairs. A warning says what is wrong, on which line of the user's code, and what would be right. It goes to the {@link
 * System.Logger} {@code dev.autodiff.graph}, once for each line and kind of mistake.
 *
 * <p>The system property {@code autodiff.warnings} is {@code on} by default; {@code off} turns all warnings off, and
 * {@code error} makes each a {@link GraphException}, as suits tests and automatic builds.
 */
public final class GraphWarnings {
    /** The system property that turns warnings off or makes them errors. */
    public static final String PROPERTY = "autodiff.warnings";

    /** More lines than a program has mistakes; programs that write code have no end of lines. */
    private static final int MOST_REMEMBERED = 1000;

    private static final Map<String, Boolean> GIVEN = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private enum Setting {
        ON,
        OFF,
        ERROR
    }

    private GraphWarnings() {}

    /**
     * Gives a warning about the line of the user's code that is being executed, unless there was one of this kind for
     * the line, or warnings are turned off.
     *
     * @param kind the kind of mistake, a word that no reader sees
     * @param message the mistake and the remedy; the line is added
     * @throws GraphException if warnings are errors, or the property has none of its values
     */
    public static void warn(String kind, String message) {
        Setting setting = setting();
        if (setting == Setting.OFF) {
            return;
        }
        Optional<StackFrame> line = SourceLine.find();
        String text = message + "\n    at " + SourceLine.describe(line) + "  (" + PROPERTY
                + "=off silences warnings, =error makes them errors)";
        if (setting == Setting.ERROR) {
            throw new GraphException(text);
        }
        if (isFirst(kind + " " + line.map(GraphWarnings::place).orElse(""))) {
            System.getLogger("dev.autodiff.graph").log(Level.WARNING, text);
        }
    }

    private static Setting setting() {
        String value = System.getProperty(PROPERTY, "on");
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "on" -> Setting.ON;
            case "off" -> Setting.OFF;
            case "error" -> Setting.ERROR;
            default ->
                throw new GraphException("The system property " + PROPERTY + " is \"" + value
                        + "\", but must be on, off or error, or absent for on");
        };
    }

    private static String place(StackFrame frame) {
        return frame.getClassName() + ':' + frame.getLineNumber();
    }

    private static boolean isFirst(String key) {
        synchronized (GIVEN) {
            return GIVEN.put(key, true) == null;
        }
    }
}
