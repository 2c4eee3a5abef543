package dev.autodiff.examples.page;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a trace, taken apart: {@code Trace.toHtml()} makes one file that contains everything, the pages of a
 * course share its style and its script.
 *
 * @param html the page, which refers to {@code assets/trace.css} and {@code assets/trace.js}
 * @param style the content of {@code trace.css}
 * @param script the content of {@code trace.js}
 */
record TracePage(String html, String style, String script) {
    private static final Pattern STYLE = Pattern.compile("<style>\n(.*?)</style>", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>\n(.*?)</script>", Pattern.DOTALL);

    /**
     * Takes a page apart.
     *
     * @param whole the page as one file
     */
    static TracePage of(String whole) {
        String style = only(STYLE, whole);
        String script = only(SCRIPT, whole);
        String html = whole.replace(
                        "<style>\n" + style + "</style>", "<link rel=\"stylesheet\" href=\"assets/trace.css\">")
                .replace("<script>\n" + script + "</script>", "<script src=\"assets/trace.js\"></script>");
        return new TracePage(html, style, script);
    }

    private static String only(Pattern pattern, String whole) {
        Matcher matcher = pattern.matcher(whole);
        if (!matcher.find()) {
            throw new IllegalStateException("the page of a trace has no element " + pattern);
        }
        return matcher.group(1);
    }
}
