package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.lesson.Course;
import dev.autodiff.examples.lesson.Course.Lesson;
import dev.autodiff.examples.page.LessonPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lesson}. */
@Command(
        name = "lesson",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "A course on backpropagation: prints a lesson and writes its page.",
        footer = {"", "Start with: ./autodiff lesson 1"})
final class LessonCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "N",
            description = "Number of the lesson. Without it, the lessons are listed.")
    private @Nullable Integer number;

    @Option(names = "--list", description = "Lists the lessons.")
    private boolean list;

    @Option(names = "--all", description = "Runs all lessons and writes a start page.")
    private boolean all;

    @Option(
            names = {"--out", "--docs"},
            paramLabel = "DIR",
            defaultValue = "out/lessons",
            description = "Folder for the pages, created if missing (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("out", "lessons");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        if (number != null && (all || list)) {
            throw check.wrong("Lesson " + number + " or " + (all ? "--all" : "--list") + "; choose one.");
        }
        if (list) {
            check.without("--list", "--all", "--out");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        if (list || (!all && number == null)) {
            Course.LESSONS.forEach(lesson -> terminal.println(
                    String.format("%3d  %s", lesson.number(), lesson.title()) + "\n     " + lesson.subtitle()));
            terminal.flush();
            return Main.FINE;
        }
        List<Lesson> lessons = all ? Course.LESSONS : List.of(chosen());
        ExampleContext.checkFolder(out);
        for (Lesson lesson : lessons) {
            LessonPage page = new LessonPage(terminal);
            terminal.println();
            terminal.println(lesson.heading());
            terminal.println("=".repeat(lesson.heading().length()));
            lesson.teach(page);
            terminal.println();
            terminal.println("Program: " + lesson.source());
            terminal.println(
                    "Page: " + lesson.write(out, page).get(0).toAbsolutePath().normalize());
            terminal.flush();
        }
        Path exercises = Course.writeExercises(out);
        if (all) {
            terminal.println("Exercises: " + exercises.toAbsolutePath().normalize());
            terminal.println(
                    "Start page: " + Course.writeIndex(out).toAbsolutePath().normalize());
        }
        return Main.FINE;
    }

    private Lesson chosen() {
        int last = Course.LESSONS.size();
        if (number == null || number < 1 || number > last) {
            throw new Options(spec.commandLine())
                    .wrong("There are lessons 1 to " + last + ", not " + number + "; --list shows their titles.");
        }
        return Course.LESSONS.get(number - 1);
    }
}
