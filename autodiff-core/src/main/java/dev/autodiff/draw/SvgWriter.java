package dev.autodiff.draw;

import dev.autodiff.text.PlainText;
import java.util.ArrayDeque;
import java.util.Deque;

/** A writer of SVG elements: escapes what needs it, and writes coordinates to a tenth of a pixel. */
final class SvgWriter {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private boolean inTag;

    /** Starts an element, whose attributes come next. */
    SvgWriter start(String element) {
        endTag();
        out.append('<').append(element);
        open.push(element);
        inTag = true;
        return this;
    }

    /** Writes an attribute of the element that was just started. */
    SvgWriter with(String attribute, String value) {
        out.append(' ').append(attribute).append("=\"").append(escape(value)).append('"');
        return this;
    }

    /** Writes an attribute that is a coordinate or a length. */
    SvgWriter with(String attribute, double value) {
        return with(attribute, format(value));
    }

    /** Writes the text of an element. */
    SvgWriter text(String text) {
        endTag();
        out.append(escape(text));
        return this;
    }

    /** Writes text that is SVG or a style sheet already. */
    SvgWriter raw(String text) {
        endTag();
        out.append(text);
        return this;
    }

    /** Ends the innermost element that is open. */
    SvgWriter end() {
        String element = open.pop();
        if (inTag) {
            out.append("/>");
            inTag = false;
        } else {
            out.append("</").append(element).append('>');
        }
        return this;
    }

    private void endTag() {
        if (inTag) {
            out.append('>');
            inTag = false;
        }
    }

    /** Returns a coordinate with at most one decimal. */
    static String format(double number) {
        long tenths = Math.round(number * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        PlainText.of(text).codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    /** Returns what has been written. */
    @Override
    public String toString() {
        return out.toString();
    }
}
