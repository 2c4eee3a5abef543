package dev.autodiff.draw;

import java.util.List;

/**
 * What a drawing shows, however it is drawn.
 *
 * @param boxes in such an order that arrows lead from earlier to later ones
 */
public record Diagram(String title, List<Box> boxes, List<Arrow> arrows) {
    private static final int LONGEST_TITLE = 24;

    /** How a box looks. */
    public enum Look {
        PLACEHOLDER,
        VARIABLE,
        CONSTANT,
        OPERATION,
        RESULT,
        GRADIENT,
        UPDATE
    }

    /**
     * A box.
     *
     * @param title the first line
     * @param detail beside the title, quieter
     * @param value a line of its own, or empty
     * @param gradient a line of its own, or empty
     * @param scope of names, joined by slashes, or empty
     * @param hint what is shown when it is pointed at
     */
    public record Box(
            String title, String detail, String value, String gradient, String scope, String hint, Look look) {
        private static final int PADDING = 24;
        private static final double TITLE_CHARACTER = 7.9;
        private static final double LINE_CHARACTER = 7.3;

        int width() {
            double head =
                    title.length() * TITLE_CHARACTER + (detail.isEmpty() ? 0 : 14 + Math.max(0, detail.length() * 6.6));
            double body = Math.max(value.length(), gradient.length()) * LINE_CHARACTER;
            return (int) Math.max(72, Math.max(head, body) + PADDING);
        }

        int height() {
            return 32 + (value.isEmpty() ? 0 : 18) + (gradient.isEmpty() ? 0 : 18);
        }
    }

    /** An arrow between boxes; a faint one is drawn dashed. */
    public record Arrow(int from, int to, String label, boolean faint) {}

    /** Copies the lists. */
    public Diagram {
        boxes = List.copyOf(boxes);
        arrows = List.copyOf(arrows);
    }

    /** What a box is called: all of a name with its scopes if that is short, else its last part. */
    public static String title(String name) {
        return cut(name.length() <= LONGEST_TITLE ? name : name.substring(name.lastIndexOf('/') + 1), LONGEST_TITLE);
    }

    /** At most so many characters. */
    public static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
