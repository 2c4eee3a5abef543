package dev.autodiff.examples.page;

import java.util.List;

/** HTML made of plain text. */
final class Html {
    private Html() {}

    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Escapes prose; text between backticks becomes code. */
    static String prose(String text) {
        return text(text).replaceAll("`([^`]*)`", "<code>$1</code>");
    }

    /** Returns a table, whose first row has the headings. */
    static String table(List<String[]> rows) {
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n");
        for (String[] row : rows) {
            String tag = row == rows.get(0) ? "th" : "td";
            html.append("<tr>");
            for (String cell : row) {
                html.append('<').append(tag).append('>').append(text(cell));
                html.append("</").append(tag).append('>');
            }
            html.append("</tr>\n");
        }
        return html.append("</table></div>\n").toString();
    }
}
