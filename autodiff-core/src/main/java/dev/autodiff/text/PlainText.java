package dev.autodiff.text;

/** Text from names and data of any origin, made fit to be shown. */
public final class PlainText {
    /** The number of characters on a screen of 24 lines of 80. */
    private static final int SCREEN = 24 * 80;

    private static final int LINES = 24;

    private PlainText() {}

    /**
     * Returns a text with the characters escaped, as in Java, that a terminal would obey or that UTF-8, XML or Graphviz
     * cannot express: control characters but for line feed and tab, lone surrogates, noncharacters, and those that
     * change the direction of writing.
     */
    public static String of(String text) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text; // nearly always
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isShown(c)) {
                plain.appendCodePoint(c);
            } else if (Character.isBmpCodePoint(c)) {
                plain.append(String.format("\\u%04x", c));
            } else {
                plain.append(String.format("\\u{%x}", c));
            }
        });
        return plain.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= ' ' && c < 0x7f) || c == '\n';
    }

    private static boolean isShown(int c) {
        boolean noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
        boolean direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
        return !noncharacter && !direction && !lone && !control;
    }

    /**
     * Returns a message that fits on a screen: {@linkplain #of plain}, and if it is too long, its beginning and its
     * end, where messages say what was wrong and where.
     */
    public static String message(String text) {
        // Only what may be shown is escaped: a text of millions of characters is not read.
        if (text.length() > 2 * SCREEN) {
            int end = text.length() - SCREEN;
            int left = end - SCREEN;
            return fit(of(text.substring(0, SCREEN)) + "\u2026" + of(text.substring(end)), left);
        }
        return fit(of(text), 0);
    }

    /** Returns the beginning and the end of a text, of which some characters may be left out already. */
    private static String fit(String text, int leftOut) {
        long lines = text.chars().filter(c -> c == '\n').count() + 1;
        if (text.length() <= SCREEN && lines <= LINES && leftOut == 0) {
            return text;
        }
        int first = within(text, 0, 1, SCREEN * 3 / 5, LINES * 3 / 5);
        int last = within(text, text.length() - 1, -1, SCREEN / 5, LINES / 4) + 1;
        int missing = leftOut + Math.max(0, last - first);
        return text.substring(0, first) + " ... (" + missing + " characters are left out) ... "
                + text.substring(Math.max(first, last));
    }

    /** Returns the first index, going from a start, beyond a number of characters or of line feeds. */
    private static int within(String text, int start, int direction, int characters, int lines) {
        int i = start;
        int feeds = 0;
        while (i >= 0 && i < text.length() && Math.abs(i - start) < characters) {
            if (text.charAt(i) == '\n' && ++feeds >= lines) {
                break;
            }
            i += direction;
        }
        return i;
    }
}
