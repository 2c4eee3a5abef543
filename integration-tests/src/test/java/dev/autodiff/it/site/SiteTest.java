package dev.autodiff.it.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes the site; with {@code -Dsite.write} into target/site, the pages of the API included. */
class SiteTest {
    private static final boolean IS_KEPT = System.getProperty("site.write") != null;

    @TempDir
    private Path directory;

    @Test
    void allLinksLeadSomewhere() throws IOException {
        Path site = Files.createDirectories(IS_KEPT ? SourceTree.root().resolve("target/site") : directory);
        Site.write(site);
        if (IS_KEPT) {
            ApiDocs.write(site);
        }
        assertEquals(List.of(), DeadLinks.in(site, IS_KEPT), "Links that lead nowhere");
        String start = Files.readString(site.resolve("index.html"));
        assertTrue(start.contains("<a href=\"docs/guide.html\">"), "The guide is linked as a page");
        assertTrue(start.contains("<span class=\"keyword\">public</span>"), "Java is marked");
        assertTrue(start.contains("api/dev.autodiff.nn/dev/autodiff/nn/train/Model.html"), "Types are linked");
    }

    @Test
    void deadLinksAreFound() throws IOException {
        Files.writeString(directory.resolve("there.html"), "<h1 id=\"top\">There</h1>");
        Files.writeString(
                directory.resolve("page.html"),
                "<a href=\"there.html#top\">a</a> <a class=\"x\" href=\"gone.html\">b</a>"
                        + " <a href=\"there.html#bottom\">c</a> <a href=\"https://example.org/gone\">d</a>"
                        + " <img src=\"../outside.png\" alt=\"\"> <a href=\"api/Type.html\">e</a>");
        assertEquals(
                List.of("page.html: gone.html", "page.html: there.html#bottom", "page.html: ../outside.png"),
                DeadLinks.in(directory, false));
        assertTrue(DeadLinks.in(directory, true).contains("page.html: api/Type.html"));
    }

    @Test
    void everyDocumentHasItsPlace() throws IOException {
        assertEquals(List.of(), Site.forgotten(), "Documents that stand in no group of SiteMap");
    }
}
