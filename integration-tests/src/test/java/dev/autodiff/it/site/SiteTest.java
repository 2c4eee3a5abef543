package dev.autodiff.it.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Builds the site into target/site, and follows the links of its pages. */
class SiteTest {
    private static final Path OUT = Path.of("target", "site").toAbsolutePath();
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    @Test
    void everyLinkOfTheDocumentsLeadsSomewhere() throws IOException {
        new Site(SourceTree.root(), OUT).build();
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            String text = Files.readString(page);
            Matcher link = LINK.matcher(text);
            while (link.find()) {
                links++;
                if (!leads(page, text, link.group(1))) {
                    broken.add(OUT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 200, links + " links");
    }

    private static List<Path> pages() throws IOException {
        try (var files = Files.walk(OUT)) {
            return files.filter(file ->
                            file.equals(OUT.resolve("index.html"))
                                    || file.toString().endsWith(".page.html"))
                    .toList();
        }
    }

    private static boolean leads(Path page, String text, String link) throws IOException {
        if (link.startsWith("https://")) {
            return true; // no network in tests
        }
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.exists(target)) {
            return false;
        }
        String anchor = hash < 0 ? "" : link.substring(hash + 1);
        return anchor.isEmpty()
                || (file.isEmpty() ? text : Files.readString(target)).contains("id=\"" + anchor + "\"");
    }

    @Test
    void documentsBecomePages() throws IOException {
        new Site(SourceTree.root(), OUT).build();
        String start = Files.readString(OUT.resolve("index.html"));
        assertTrue(start.contains("<h1 id=\"autodiff\">autodiff</h1>"), start);
        assertTrue(start.contains("<b>Start</b>"), start);
        assertTrue(start.contains("<table>"), start);
        assertTrue(start.contains("href=\"docs/performance.page.html#the-same-bits\""), start);
        assertTrue(start.contains("<code class=\"language-java\">"), start);
    }
}
