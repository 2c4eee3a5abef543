package dev.autodiff.examples.page;

import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A lesson as a page: one file that loads nothing and can be read on a phone and on a projector, by day and by night. */
public final class PageWriter {
    private PageWriter() {}

    /**
     * A page and where it stands in a course.
     *
     * @param name of the file, without extension
     * @param subtitle what it is about, in a sentence
     */
    public record Title(String name, String heading, String subtitle) {}

    /**
     * Writes what is on a page, and the pages of its traces beside it.
     *
     * @param source the program that wrote the page, shown at the end; empty for none
     * @param neighbours the pages before and after in the course, those that there are
     * @return the files, the page first
     */
    public static List<Path> write(Path folder, Title title, LessonPage page, String source, List<Title> neighbours) {
        StringBuilder body = new StringBuilder(page.body().replace("{page}", title.name()));
        if (!source.isEmpty()) {
            body.append("<details><summary>The program that made this page</summary><pre tabindex=\"0\">")
                    .append(Html.text(source))
                    .append("</pre></details>\n");
        }
        body.append("<nav><a href=\"index.html\">All lessons</a>");
        for (Title neighbour : neighbours) {
            body.append(" <a href=\"")
                    .append(neighbour.name())
                    .append(".html\">")
                    .append(Html.text(neighbour.heading()))
                    .append("</a>");
        }
        body.append("</nav>\n");
        List<Path> files = new ArrayList<>();
        files.add(write(folder.resolve(title.name() + ".html"), whole(title, body.toString())));
        for (Map.Entry<String, Trace> trace : new TreeMap<>(page.traces()).entrySet()) {
            files.add(write(
                    folder.resolve(title.name() + "-" + trace.getKey() + ".html"),
                    trace.getValue().toHtml()));
        }
        return files;
    }

    /** Writes the list of the lessons. */
    public static Path index(Path folder, Title title, List<Title> lessons) {
        StringBuilder body = new StringBuilder("<ol class=\"course\">\n");
        for (Title lesson : lessons) {
            body.append("<li><a href=\"")
                    .append(lesson.name())
                    .append(".html\">")
                    .append(Html.text(lesson.heading().replaceFirst("^\\d+\\. ", "")))
                    .append("</a><br>")
                    .append(Html.prose(lesson.subtitle()))
                    .append("</li>\n");
        }
        return write(
                folder.resolve(title.name() + ".html"),
                whole(title, body.append("</ol>\n").toString()));
    }

    private static String whole(Title title, String body) {
        return resource("page.html")
                .replace("/*STYLE*/", resource("page.css").strip())
                .replace("/*PROGRAM*/", resource("page.js").strip())
                .replace("<!--TITLE-->", Html.text(title.heading()))
                .replace("<!--SUBTITLE-->", Html.prose(title.subtitle()))
                .replace("<!--BODY-->", body.strip());
    }

    private static Path write(Path file, String content) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
