package dev.autodiff.draw;

import java.util.List;

/**
 * The content of a drawing, independent of how it is written.
 *
 * @param title the heading
 * @param boxes the boxes, in such an order that arrows lead from earlier to later ones
 * @param arrows the arrows between them
 * @param legend the meaning of dashed arrows and other marks, or empty
 */
public record Diagram(String title, List<Box> boxes, List<Arrow> arrows, String legend) {
    /** The limit of characters up to which a text in a box is whole. */
    static final int LONGEST_TEXT = 72;

    private static final int LONGEST_TITLE = 40;

    /** The look of a box. */
    public enum Look {
        /** A leaf that is fed. */
        PLACEHOLDER,
        /** A leaf that owns a value, which training may change. */
        VARIABLE,
        /** A leaf that always has the same value. */
        CONSTANT,
        /** An operation on other nodes. */
        OPERATION,
        /** The node that the drawing is about. */
        RESULT,
        /** A node of the gradient's graph. */
        GRADIENT,
        /** A node that writes a variable. */
        UPDATE,
        /** The node at which the first NaN arises. */
        FAULT
    }

    /**
     * A box.
     *
     * @param title the first line
     * @param detail a quieter text beside the title, or empty
     * @param value a line of its own, or several, such as the rows of a matrix, or empty
     * @param gradient the same; it stands beside the value where either has several lines
     * @param scope the name scopes that the box is in, joined by slashes, or empty
     * @param hint the text that is shown when the box is pointed at
     * @param look the look
     */
    public record Box(
            String title, String detail, String value, String gradient, String scope, String hint, Look look) {
        private static final int PADDING = 24;
        private static final double TITLE_CHARACTER = 8.8;
        private static final double LINE_CHARACTER = 8;

        int width() {
            double head =
                    title.length() * TITLE_CHARACTER + (detail.isEmpty() ? 0 : 14 + Math.max(0, detail.length() * 7.3));
            double body = isBeside() ? gradientLeft() + longest(gradient) : Math.max(longest(value), longest(gradient));
            return (int) Math.max(72, Math.max(head, body) + PADDING);
        }

        int height() {
            int values = (int) value.lines().count();
            int gradients = (int) gradient.lines().count();
            return 32 + 18 * (isBeside() ? Math.max(values, gradients) : values + gradients);
        }

        /** Tells whether the gradient stands beside the value, and not below it. */
        boolean isBeside() {
            return !value.isEmpty() && !gradient.isEmpty() && (value + gradient).contains("\n");
        }

        /** Returns the distance of a gradient that stands beside the value from where the value begins. */
        double gradientLeft() {
            return longest(value) + 2 * LINE_CHARACTER;
        }

        private static double longest(String lines) {
            return lines.lines().mapToInt(String::length).max().orElse(0) * LINE_CHARACTER;
        }
    }

    /**
     * An arrow.
     *
     * @param from the place of the box in the list from which the arrow leads
     * @param to the place of the box to which it leads, behind the other
     * @param label the gradient that flows back along the arrow, or empty
     * @param faint whether the arrow is drawn dashed
     */
    public record Arrow(int from, int to, String label, boolean faint) {}

    /** Makes a diagram that needs no legend. */
    public Diagram(String title, List<Box> boxes, List<Arrow> arrows) {
        this(title, boxes, arrows, "");
    }

    /** Copies the lists. */
    public Diagram {
        boxes = List.copyOf(boxes);
        arrows = List.copyOf(arrows);
    }

    /** Returns a title for a name with scopes: the whole name if that is not very long, else its last part. */
    public static String title(String name) {
        return cut(name.length() <= LONGEST_TITLE ? name : name.substring(name.lastIndexOf('/') + 1), LONGEST_TITLE);
    }

    /** Returns a text, cut to a number of characters with an ellipsis at the end. */
    public static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
