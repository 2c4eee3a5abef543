package dev.autodiff.examples.page;

import java.util.List;
import java.util.regex.Pattern;

/** HTML made of plain text. */
final class Html {
    /** A link to a page beside this one, or to a place on it. */
    private static final Pattern LINK = Pattern.compile("\\[([^\\[\\]]+)]\\(([\\w-]+\\.html(?:#\\w+)?)\\)");

    private Html() {}

    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Escapes prose; text between backticks becomes code, and {@code [text](page.html)} a link. */
    static String prose(String text) {
        return LINK.matcher(text(text)).replaceAll("<a href=\"$2\">$1</a>").replaceAll("`([^`]*)`", "<code>$1</code>");
    }

    /** Returns prose for a terminal, without the addresses of links. */
    static String withoutLinks(String text) {
        return LINK.matcher(text).replaceAll("$1");
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
