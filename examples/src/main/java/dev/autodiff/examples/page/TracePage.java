package dev.autodiff.examples.page;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a trace, taken apart: {@code Trace.toHtml()} makes one file that contains everything, the pages of a
 * course share its style and its script.
 *
 * @param html the page, which refers to {@code assets/trace.css}, {@code assets/engine.js} and {@code assets/trace.js}
 * @param style the content of {@code trace.css}
 * @param engine the content of {@code engine.js}: what computes and knows no page
 * @param script the content of {@code trace.js}
 */
record TracePage(String html, String style, String engine, String script) {
    private static final Pattern STYLE = Pattern.compile("<style>\n(.*?)</style>", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>\n(.*?)</script>", Pattern.DOTALL);

    /**
     * Takes a page apart.
     *
     * @param whole the page as one file
     */
    static TracePage of(String whole) {
        Matcher style = STYLE.matcher(whole);
        Matcher script = SCRIPT.matcher(whole);
        String css = next(style);
        String engine = next(script);
        String program = next(script);
        String html = whole.replace(
                        "<style>\n" + css + "</style>", "<link rel=\"stylesheet\" href=\"assets/trace.css\">")
                .replace("<script>\n" + engine + "</script>", "<script src=\"assets/engine.js\"></script>")
                .replace("<script>\n" + program + "</script>", "<script src=\"assets/trace.js\"></script>");
        return new TracePage(html, css, engine, program);
    }

    private static String next(Matcher matcher) {
        if (!matcher.find()) {
            throw new IllegalStateException("the page of a trace has no more element " + matcher.pattern());
        }
        return matcher.group(1);
    }
}
