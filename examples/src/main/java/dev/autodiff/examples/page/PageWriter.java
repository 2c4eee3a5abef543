package dev.autodiff.examples.page;

import dev.autodiff.examples.context.OutputException;
import dev.autodiff.trace.Playground;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writer of the pages of a course, which can be read on a phone and on a projector, by day and by night, without a
 * server. The pages share their style and their scripts, which are files in {@code assets} beside them. No page
 * contains a line number: a page changes when what it says changes, and not when a line of its lesson's source
 * is moved.
 */
public final class PageWriter {
    private static final String EXERCISE = "data-exercise=";

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
     * A part of the course.
     *
     * @param heading the heading
     * @param description the content and the aim in a few sentences
     * @param lessons the titles of its lessons
     */
    public record Part(String heading, String description, List<Title> lessons) {
        /** Copies the list. */
        public Part {
            lessons = List.copyOf(lessons);
        }
    }

    /**
     * An exercise.
     *
     * @param number the number, from 1
     * @param name the name, by which the page knows the form in which it is done
     * @param title the title
     * @param paragraphs the task; a paragraph that begins with a space is shown as it stands
     * @param ending a last paragraph, on where it belongs and how it is checked
     */
    public record Task(int number, String name, String title, List<String> paragraphs, String ending) {
        /** Copies the list. */
        public Task {
            paragraphs = List.copyOf(paragraphs);
        }
    }

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
        body.append("<nav><a href=\"index.html\">All lessons</a> <a href=\"exercises.html\">All exercises</a>");
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
        removeRenumbered(folder, title.name());
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
        Path assets = folder.resolve("assets");
        String engine = TracePage.of(Playground.toHtml()).engine();
        return Stream.concat(
                        Stream.of("lesson.css", "lesson.js", "questions.js", "exercise.js")
                                .map(name -> write(assets.resolve(name), resource(name))),
                        Stream.of(write(assets.resolve("engine.js"), engine)))
                .toList();
    }

    /**
     * Writes the page that lists the lessons.
     *
     * @param folder the folder of the course, made if it does not exist
     * @param title the title of the page
     * @param parts the parts of the course
     * @param ending a last paragraph
     * @return the file
     */
    public static Path index(Path folder, Title title, List<Part> parts, String ending) {
        StringBuilder body = new StringBuilder();
        int number = 1;
        for (Part part : parts) {
            body.append("<h2>")
                    .append(Html.text(part.heading()))
                    .append("</h2>\n<p>")
                    .append(Html.prose(part.description()))
                    .append("</p>\n<ol class=\"course\" start=\"")
                    .append(number)
                    .append("\">\n");
            for (Title lesson : part.lessons()) {
                body.append("<li><a href=\"")
                        .append(lesson.name())
                        .append(".html\">")
                        .append(Html.text(lesson.heading().replaceFirst("^\\d+\\. ", "")))
                        .append("</a><br>")
                        .append(Html.prose(lesson.subtitle()))
                        .append("</li>\n");
                number++;
            }
            body.append("</ol>\n");
        }
        body.append("<p>").append(Html.prose(ending)).append("</p>\n");
        writeAssets(folder);
        return write(folder.resolve(title.name() + ".html"), whole(title, body.toString()));
    }

    /**
     * Writes the page that lists the exercises.
     *
     * @param folder the folder of the course, made if it does not exist
     * @param title the title of the page
     * @param tasks the exercises
     * @return the file
     */
    public static Path exercises(Path folder, Title title, List<Task> tasks) {
        StringBuilder body = new StringBuilder();
        for (Task task : tasks) {
            body.append("<h2 id=\"e")
                    .append(task.number())
                    .append("\">")
                    .append(task.number())
                    .append(". ")
                    .append(Html.text(task.title()))
                    .append("</h2>\n");
            for (String paragraph : task.paragraphs()) {
                boolean formula = paragraph.startsWith(" ");
                body.append(formula ? "<pre tabindex=\"0\">" : "<p>")
                        .append(formula ? Html.text(paragraph) : Html.prose(paragraph.replace("\n", " ")))
                        .append(formula ? "</pre>\n" : "</p>\n");
            }
            body.append("<p>")
                    .append(Html.prose(task.ending()))
                    .append("</p>\n")
                    .append(form(task.name()));
        }
        body.append("<nav><a href=\"index.html\">All lessons</a></nav>\n");
        writeAssets(folder);
        return write(folder.resolve(title.name() + ".html"), whole(title, body.toString()));
    }

    /**
     * Removes the pages and drawings that a lesson had under other numbers.
     *
     * @param folder the folder of the course
     * @param name the present name of the lesson's page, which begins with two digits
     */
    private static void removeRenumbered(Path folder, String name) {
        Pattern old = Pattern.compile("\\d\\d" + Pattern.quote(name.substring(2)) + "(-\\w+)?\\.(html|svg)");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String other = String.valueOf(file.getFileName());
                if (old.matcher(other).matches() && !other.startsWith(name)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new OutputException(folder, e);
        }
    }

    /** Returns the place of a form in which an exercise is done on the page; a script fills it. */
    static String form(String exercise) {
        return "<div class=\"exercise\" " + EXERCISE + "\"" + Html.text(exercise) + "\"></div>\n";
    }

    private static String whole(Title title, String body) {
        Stream<String> scripts = body.contains(EXERCISE)
                ? Stream.of("engine.js", "questions.js", "exercise.js", "lesson.js")
                : Stream.of("lesson.js");
        return resource("lesson.html")
                .replace(
                        "<!--SCRIPTS-->",
                        scripts.map(name -> "<script src=\"assets/" + name + "\"></script>")
                                .collect(Collectors.joining("\n")))
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
