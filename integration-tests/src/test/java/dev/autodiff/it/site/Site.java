package dev.autodiff.it.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The builder of the site: the documents as pages with one navigation, the lessons and pictures as they are, and the
 * Javadoc of the modules where it was built. Nothing on a page comes from elsewhere.
 */
final class Site {
    /** The documents of the navigation, by their titles. */
    private static final Map<String, String> PAGES = pages();

    private static final List<String> MODULES = List.of("autodiff-core", "autodiff-nn", "autodiff-io");
    private static final Pattern LINK = Pattern.compile("(href|src)=\"([^\"#:]+)(#[^\"]*)?\"");
    private static final Pattern HEADING = Pattern.compile("<h([123])>(.*?)</h\\1>");

    private final Path root;
    private final Path out;

    Site(Path root, Path out) {
        this.root = root;
        this.out = out;
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("README.md", "Start");
        pages.put("docs/guide.md", "Guide");
        pages.put("docs/gallery.md", "Gallery");
        pages.put("docs/coming-from.md", "Coming from ...");
        pages.put("docs/performance.md", "Performance");
        pages.put("docs/scaling.md", "Spark");
        pages.put("docs/architecture.md", "Architecture");
        pages.put("docs/accuracy.md", "Accuracy");
        pages.put("docs/warnings.md", "Warnings");
        pages.put("docs/benchmarking.md", "Benchmarks");
        pages.put("docs/profile-format.md", "Profile files");
        pages.put("docs/trace-format.md", "Trace files");
        pages.put("docs/releasing.md", "Releases");
        pages.put("CONTRIBUTING.md", "Contributing");
        pages.put("CHANGELOG.md", "Changes");
        return pages;
    }

    /** Builds the site anew from the files of the project. */
    void build() throws IOException {
        Files.createDirectories(out);
        copy(root.resolve("docs"), out.resolve("docs"), ".md");
        for (String file : List.of("LICENSE", "examples/data/README.md")) {
            Path target = out.resolve(file);
            Files.createDirectories(target.resolveSibling(""));
            Files.copy(root.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
        }
        for (String module : MODULES) {
            Path javadoc = root.resolve(module).resolve("target/reports/apidocs");
            if (Files.isDirectory(javadoc)) {
                copy(javadoc, out.resolve("api").resolve(module), ".md");
            }
        }
        Parser parser = Parser.builder().extensions(extensions()).build();
        HtmlRenderer renderer = HtmlRenderer.builder().extensions(extensions()).build();
        for (String source : PAGES.keySet()) {
            String body = renderer.render(parser.parse(Files.readString(root.resolve(source))));
            Path page = out.resolve(target(source));
            Files.createDirectories(page.resolveSibling(""));
            Files.writeString(page, page(source, withAnchors(withPages(body))));
        }
    }

    private static List<Extension> extensions() {
        return List.of(TablesExtension.create());
    }

    /** Returns the file of a page; that of README is the first page. */
    static String target(String source) {
        return source.equals("README.md") ? "index.html" : source.replace(".md", ".page.html");
    }

    /** Makes links to documents links to their pages. */
    private static String withPages(String body) {
        return LINK.matcher(body).replaceAll(link -> {
            String to = link.group(2);
            String last = to.substring(to.lastIndexOf('/') + 1);
            boolean isPage = PAGES.keySet().stream().anyMatch(page -> page.endsWith(last)) && last.endsWith(".md")
                    && !to.contains("data/");
            String page = isPage ? to.substring(0, to.length() - last.length()) + target(last) : to;
            String anchor = link.group(3) == null ? "" : link.group(3);
            return Matcher.quoteReplacement(link.group(1) + "=\"" + page + anchor + '"');
        });
    }

    /** Gives headings the anchors that they have on GitHub, which links in the documents name. */
    private static String withAnchors(String body) {
        return HEADING.matcher(body).replaceAll(heading -> {
            String text = heading.group(2).replaceAll("<[^>]*>", "").toLowerCase(Locale.ROOT);
            String anchor = text.replaceAll("&[a-z]+;", "").replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
            return Matcher.quoteReplacement("<h" + heading.group(1) + " id=\"" + anchor + "\">" + heading.group(2) + "</h"
                    + heading.group(1) + ">");
        });
    }

    private String page(String source, String body) {
        String up = source.contains("/") ? "../" : "";
        StringBuilder navigation = new StringBuilder();
        PAGES.forEach((page, title) -> navigation
                .append(page.equals(source) ? "<b>" : "<a href=\"" + up + target(page) + "\">")
                .append(title)
                .append(page.equals(source) ? "</b>\n" : "</a>\n"));
        navigation.append("<a href=\"" + up + "docs/index.html\">Lessons</a>\n");
        for (String module : MODULES) {
            if (Files.exists(out.resolve("api").resolve(module).resolve("index.html"))) {
                navigation.append(
                        "<a href=\"" + up + "api/" + module + "/index.html\">API " + module.substring(9) + "</a>\n");
            }
        }
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>autodiff: %s</title>
                <style>
                body { font: 16px/1.55 system-ui, sans-serif; color: #1c2733; margin: 0; display: flex; }
                nav { flex: 0 0 11rem; padding: 1.5rem; background: #f3f6f9; min-height: 100vh; box-sizing: border-box; }
                nav a, nav b { display: block; padding: .15rem 0; color: #0b5cad; text-decoration: none; }
                nav b { color: #1c2733; }
                main { flex: 1; min-width: 0; max-width: 52rem; padding: 1rem 2.5rem 4rem; }
                pre, code { font: 14px/1.45 ui-monospace, monospace; background: #f3f6f9; }
                code { padding: .1em .25em; }
                pre { padding: .8rem 1rem; overflow-x: auto; }
                pre code { padding: 0; }
                table { border-collapse: collapse; display: block; overflow-x: auto; }
                th, td { border: 1px solid #d5dde5; padding: .3rem .6rem; text-align: left; vertical-align: top; }
                img { max-width: 100%%; }
                a { color: #0b5cad; }
                @media (max-width: 45rem) { body { display: block; } nav { min-height: 0; } main { padding: 1rem; } }
                </style>
                </head>
                <body>
                <nav>
                %s</nav>
                <main>
                %s</main>
                </body>
                </html>
                """
                .formatted(PAGES.get(source), navigation, body);
    }

    private static void copy(Path from, Path to, String without) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.toString().endsWith(without)) {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
