package dev.autodiff.it.site;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The site: the documents as pages with a navigation, the lessons and pictures as they are, and the API. */
final class Site {
    private static final String TEMPLATE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%s</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="%ssite.css">
            </head>
            <body>
            <a class="skip" href="#contents">Contents</a>
            <main>
            %s</main>
            <nav id="contents" aria-label="Contents">
            <p class="name"><a href="%sindex.html">autodiff</a></p>
            %s</nav>
            </body>
            </html>
            """;

    private Site() {}

    /** Writes all pages but those of the API into an empty folder. */
    static void write(Path site) throws IOException {
        Path root = SourceTree.root();
        copy(root.resolve("docs"), site.resolve("docs"));
        Files.copy(root.resolve("LICENSE"), site.resolve("LICENSE"), StandardCopyOption.REPLACE_EXISTING);
        try (InputStream style = Objects.requireNonNull(Site.class.getResourceAsStream("site.css"))) {
            Files.copy(style, site.resolve("site.css"), StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, String> types = ApiDocs.pages();
        for (SiteMap.Page page : SiteMap.pages()) {
            if (page.isMarkdown()) {
                Files.writeString(site.resolve(page.path()), html(page, new MarkdownPage(page, types)));
            }
        }
        Path lessons = site.resolve("docs/index.html"); // pages of their own, which know no site around them
        Files.writeString(
                lessons,
                Files.readString(lessons).replace("<main>", "<main>\n<p><a href=\"../index.html\">autodiff</a></p>"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".md")) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static String html(SiteMap.Page page, MarkdownPage text) {
        String title = text.title().equals("autodiff") ? "autodiff" : text.title() + " - autodiff";
        String up = up(page.path());
        return TEMPLATE.formatted(title, up, text.html(), up, navigation(page));
    }

    private static String navigation(SiteMap.Page current) {
        StringBuilder html = new StringBuilder();
        for (SiteMap.Group group : SiteMap.GROUPS) {
            html.append("<h2>").append(group.heading()).append("</h2>\n<ul>\n");
            for (SiteMap.Page page : group.pages()) {
                html.append("<li><a href=\"")
                        .append(up(current.path()))
                        .append(page.path())
                        .append(page.equals(current) ? "\" aria-current=\"page\">" : "\">")
                        .append(page.label())
                        .append("</a></li>\n");
            }
            html.append("</ul>\n");
        }
        return html.toString();
    }

    /** Returns what leads from a page to the root. */
    static String up(String path) {
        return "../".repeat((int) path.chars().filter(c -> c == '/').count());
    }

    /** Returns the documents that no page is made of. */
    static List<String> forgotten() throws IOException {
        List<String> sources =
                SiteMap.pages().stream().map(SiteMap.Page::source).toList();
        return SourceTree.files(".md").stream()
                .map(SourceTree::name)
                .filter(name -> name.startsWith("docs/") || !name.contains("/"))
                .filter(name -> !sources.contains(name))
                .toList();
    }
}
