package dev.autodiff.trace;

import dev.autodiff.trace.Trace.Phase;

/** The style of text: with colours for a terminal that has them, and plain for everything else. */
enum TerminalStyle {
    PLAIN,
    COLOUR;

    private static final String ESCAPE = "\u001b[";

    /**
     * Returns colours unless output is piped, the terminal is dumb, or NO_COLOR is set (no-color.org). The system
     * property {@code autodiff.color}, true or false, decides where it is set: a process whose output another one
     * passes on to a terminal, as JShell does, cannot see that there is one.
     */
    static TerminalStyle detect() {
        String decided = System.getProperty("autodiff.color");
        if (decided != null) {
            return Boolean.parseBoolean(decided) ? COLOUR : PLAIN;
        }
        String noColor = System.getenv("NO_COLOR");
        boolean able = isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return able && (noColor == null || noColor.isEmpty()) ? COLOUR : PLAIN;
    }

    /**
     * Tells whether output goes to a terminal. On JDK 22 to 24 there is a console even without a terminal, and the
     * method that tells the two apart is not part of JDK 17, for which this is compiled; there the answer is no.
     */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        int version = Runtime.version().feature();
        return System.console() != null && (version < 22 || version > 24);
    }

    String heading(String text) {
        return with("1", text);
    }

    String faint(String text) {
        return with("2", text);
    }

    /** Returns a result in the colours of the pictures: values blue, gradients orange, updates green. */
    String result(Phase phase, String text) {
        return with(
                switch (phase) {
                    case GIVEN, FORWARD -> "1;34";
                    case SEED, BACKWARD -> "1;33";
                    case UPDATE -> "1;32";
                },
                text);
    }

    private String with(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
