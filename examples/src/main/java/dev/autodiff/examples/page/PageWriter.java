package dev.autodiff.examples.page;

import dev.autodiff.examples.context.OutputException;
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
import java.util.stream.Stream;

/**
 * Writer of the pages of a course, which can be read on a phone and on a projector, by day and by night, without a
 * server. The pages share their style and their scripts, which are files in {@code assets} beside them. No page
 * contains a line number: a page changes when what it says changes, and not when a line of its lesson's source
 * is moved.
 */
public final class PageWriter {
    private PageWriter() {}

    /**
     * The title of a page.
     *
     * @param name the name of the file, without extension
     * @param heading the heading, also the text of links to the page
     * @param subtitle the content of the page in one sentence
     */
    public record Title(String name, String heading, String subtitle) {}

    /**
     * Writes a lesson's page, and beside it the drawings and the pages of its traces.
     *
     * @param folder the folder of the course, made if it does not exist
     * @param title the title of the page
     * @param page the content
     * @param ending a last paragraph
     * @param neighbours the pages before and after it in the course, as far as they exist
     * @return the files, the lesson's page first
     */
    public static List<Path> write(Path folder, Title title, LessonPage page, String ending, List<Title> neighbours) {
        StringBuilder body = new StringBuilder(page.body().replace("{page}", title.name()));
        body.append("<p class=\"program\">").append(Html.prose(ending)).append("</p>\n");
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
        files.add(
                write(folder.resolve(title.name() + ".html"), withoutLineNumbers(whole(title, body.toString()), ":…")));
        files.addAll(writeAssets(folder));
        for (Map.Entry<String, Trace> trace : new TreeMap<>(page.traces()).entrySet()) {
            files.addAll(write(folder, title.name() + "-" + trace.getKey(), trace.getValue()));
        }
        return files;
    }

    /** Writes the drawing of a trace, and the page on which a reader steps through it. */
    private static List<Path> write(Path folder, String name, Trace trace) {
        TracePage page = TracePage.of(trace.toHtml());
        return List.of(
                write(folder.resolve(name + ".svg"), withoutLineNumbers(trace.toSvg(), "")),
                write(folder.resolve(name + ".html"), withoutLineNumbers(page.html(), "")),
                write(folder.resolve("assets").resolve("trace.css"), page.style()),
                write(folder.resolve("assets").resolve("trace.js"), page.script()));
    }

    private static List<Path> writeAssets(Path folder) {
        return Stream.of("lesson.css", "lesson.js")
                .map(name -> write(folder.resolve("assets").resolve(name), resource(name)))
                .toList();
    }

    /**
     * Writes the page that lists the lessons.
     *
     * @param folder the folder of the course, made if it does not exist
     * @param title the title of the page
     * @param lessons the titles of the lessons
     * @return the file
     */
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
        writeAssets(folder);
        return write(
                folder.resolve(title.name() + ".html"),
                whole(title, body.append("</ol>\n").toString()));
    }

    private static String whole(Title title, String body) {
        return resource("lesson.html")
                .replace("<!--TITLE-->", Html.text(title.heading()))
                .replace("<!--SUBTITLE-->", Html.prose(title.subtitle()))
                .replace("<!--BODY-->", body.strip());
    }

    private static Path write(Path file, String content) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new OutputException(file, e);
        }
    }

    /** Replaces the numbers of source lines, as in {@code OneNeuron.java:44}. */
    private static String withoutLineNumbers(String text, String replacement) {
        return text.replaceAll("(\\w\\.java):\\d+", "$1" + replacement);
    }

    private static String resource(String name) {
        try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
