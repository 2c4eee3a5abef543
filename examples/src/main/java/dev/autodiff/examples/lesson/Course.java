package dev.autodiff.examples.lesson;

import dev.autodiff.examples.exercise.Exercise;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.examples.page.PageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The lessons in their order, and their pages. */
public final class Course {
    /** All lessons. */
    public static final List<Lesson> LESSONS = CourseList.lessons();

    private static final PageWriter.Title INDEX = new PageWriter.Title(
            "index",
            "Backpropagation, step by step",
            "Each page answers one question and is written by a short program. Run the first one with `./autodiff"
                    + " lesson"
                    + " 1`.");

    private static final PageWriter.Title EXERCISES = new PageWriter.Title(
            "exercises",
            "Exercises",
            "`./autodiff exercise 1` writes the file to complete; checked, it says what is wrong and why. Most can be"
                    + " done on this page as well, as a formula.");

    private Course() {}

    /** The parts of the course. */
    public enum Part {
        /** Derivatives and their computation. */
        BACKPROPAGATION(
                "Backpropagation",
                "From a nudge to an engine of your own. On a first visit, read lessons 1 to 3 and step through the"
                        + " neuron."),
        /** The use of derivatives. */
        TRAINING("Training", "Everything around the gradient that decides whether a model learns."),
        /** Other layers than the dense one. */
        ARCHITECTURES(
                "Architectures",
                "Filters, recurrence and attention: the same rules, and weights that are used in many places.");

        private final String heading;
        private final String description;

        Part(String heading, String description) {
            this.heading = heading;
            this.description = description;
        }
    }

    /**
     * A lesson.
     *
     * @param number the number, from 1
     * @param part the part of the course
     * @param program the class whose source a reader follows
     * @param title the title
     * @param subtitle the content in one sentence
     * @param question the question that it answers
     * @param content the content, which is written on the given page
     * @param exercises the exercises at its end
     */
    public record Lesson(
            int number,
            Part part,
            Class<?> program,
            String title,
            String subtitle,
            String question,
            Consumer<LessonPage> content,
            List<Exercise> exercises) {
        /** Copies the list. */
        public Lesson {
            exercises = List.copyOf(exercises);
        }

        /** Returns the name of the page, for example {@code 01-derivative}. */
        public String name() {
            String words = program.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-");
            return String.format(Locale.ROOT, "%02d-%s", number, words.toLowerCase(Locale.ROOT));
        }

        /** Returns number and title. */
        public String heading() {
            return number + ". " + title;
        }

        private PageWriter.Title pageTitle() {
            return new PageWriter.Title(name(), heading(), subtitle);
        }

        /** Writes the lesson on a page: the question, the content and the exercises. */
        public void teach(LessonPage page) {
            page.question(question);
            content.accept(page);
            page.section("Exercises");
            page.paragraph("Each is a small Java file to complete; the check names the mistake. Most can be done on the"
                    + " page of this lesson as well, as a formula.");
            exercises.forEach(each -> page.exercise(each.file(), each.number(), each.title()));
        }

        /** Writes the files of the page that this lesson has written on. */
        public List<Path> write(Path folder, LessonPage page) {
            List<PageWriter.Title> neighbours = new ArrayList<>();
            LESSONS.stream()
                    .filter(lesson -> Math.abs(lesson.number - number) == 1)
                    .forEach(lesson -> neighbours.add(lesson.pageTitle()));
            String ending = "This page is written by the program `" + source() + "`; `./autodiff lesson " + number
                    + "` runs it.";
            return PageWriter.write(folder, pageTitle(), page, ending, neighbours);
        }

        /** Returns the path of the program's source within the project. */
        public String source() {
            return "examples/src/main/java/" + program.getName().replace('.', '/') + ".java";
        }
    }

    /** Returns the lesson that an exercise belongs to. */
    public static Lesson lessonOf(Exercise exercise) {
        return LESSONS.stream()
                .filter(lesson -> lesson.exercises.contains(exercise))
                .findFirst()
                .orElseThrow();
    }

    /** Returns a link to a lesson, such as {@code [lesson 3](03-one-neuron.html)}, for the text of another one. */
    static String link(Class<?> program) {
        Lesson to = LESSONS.stream()
                .filter(lesson -> lesson.program == program)
                .findFirst()
                .orElseThrow();
        return "[lesson " + to.number + "](" + to.name() + ".html)";
    }

    /** Writes the page that lists the lessons. */
    public static Path writeIndex(Path folder) {
        List<PageWriter.Part> parts = Stream.of(Part.values())
                .map(part -> new PageWriter.Part(
                        part.heading,
                        part.description,
                        LESSONS.stream()
                                .filter(lesson -> lesson.part == part)
                                .map(Lesson::pageTitle)
                                .toList()))
                .toList();
        return PageWriter.index(
                folder,
                INDEX,
                parts,
                "All [exercises](exercises.html) on one page. In the source there is a guide for teachers,"
                        + " `docs/teaching.md`.");
    }

    /** Writes the page that lists the exercises. */
    public static Path writeExercises(Path folder) {
        List<PageWriter.Task> tasks = Exercise.ALL.stream()
                .map(each -> new PageWriter.Task(
                        each.number(),
                        each.file(),
                        each.title(),
                        each.task(),
                        "Belongs to " + link(lessonOf(each).program) + ", " + lessonOf(each).title
                                + ". The file: `./autodiff exercise " + each.number() + "`"))
                .toList();
        return PageWriter.exercises(folder, EXERCISES, tasks);
    }
}
