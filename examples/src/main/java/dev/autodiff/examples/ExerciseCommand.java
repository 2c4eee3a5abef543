package dev.autodiff.examples;

import dev.autodiff.examples.context.OutputException;
import dev.autodiff.examples.exercise.Answer;
import dev.autodiff.examples.exercise.Exercise;
import dev.autodiff.examples.lesson.Course;
import dev.autodiff.examples.lesson.Course.Lesson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code exercise}. */
@Command(
        name = "exercise",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Exercises: complete a small Java file and have it checked.",
        footer = {
            "",
            "Start with:  ./autodiff exercise 1              writes the file to complete",
            "             edit it",
            "             ./autodiff exercise 1 --check FILE  checks it and explains mistakes"
        })
final class ExerciseCommand implements Callable<Integer> {
    /** The exit code for a wrong answer. */
    private static final int WRONG_ANSWER = 1;

    @Parameters(
            arity = "0..1",
            paramLabel = "N",
            description = "Number of the exercise. Without it, the exercises are listed.")
    private @Nullable Integer number;

    @Option(names = "--list", description = "Lists the exercises.")
    private boolean list;

    @Option(names = "--check", paramLabel = "FILE", description = "Checks the completed file.")
    private @Nullable Path file;

    @Option(names = "--hint", description = "Prints a hint.")
    private boolean hint;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/exercises",
            description = "Folder for the file to complete (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("out", "exercises");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Options check = new Options(spec.commandLine());
        if (list && number != null) {
            throw check.wrong("Exercise " + number + " or --list; choose one.");
        }
        if (number == null && (hint || file != null)) {
            throw check.wrong("The number of the exercise is missing: ./autodiff exercise " + meant() + " "
                    + (file != null ? "--check " + file : "--hint"));
        }
        if (hint) {
            check.without("--hint", "--check");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        if (list || number == null) {
            for (Exercise each : Exercise.ALL) {
                Lesson lesson = Course.lessonOf(each);
                terminal.println(String.format("%3d  %-46s lesson %d", each.number(), each.title(), lesson.number()));
            }
            terminal.flush();
            return Main.FINE;
        }
        int last = Exercise.ALL.size();
        if (number < 1 || number > last) {
            throw check.wrong("There are exercises 1 to " + last + ", not " + number + ".");
        }
        Exercise exercise = Exercise.ALL.get(number - 1);
        int exit = hint ? say(terminal, exercise.hint()) : file != null ? check(exercise, file) : begin(exercise);
        terminal.flush();
        return exit;
    }

    /** Returns the number of the exercise whose file is to be checked, or a letter for it. */
    private String meant() {
        return Exercise.ALL.stream()
                .filter(each -> file != null && file.endsWith(each.file() + ".java"))
                .map(each -> "" + each.number())
                .findFirst()
                .orElse("N");
    }

    private static int say(PrintWriter terminal, String text) {
        terminal.println(text);
        return Main.FINE;
    }

    private int begin(Exercise exercise) throws IOException {
        PrintWriter terminal = spec.commandLine().getOut();
        Path target = out.resolve(exercise.file() + ".java");
        terminal.println(exercise.number() + ". " + exercise.title());
        Lesson lesson = Course.lessonOf(exercise);
        terminal.println(
                "   of lesson " + lesson.number() + ", " + lesson.title() + ": ./autodiff lesson " + lesson.number());
        terminal.println();
        terminal.println(exercise.template());
        if (Files.exists(target)) {
            terminal.println(
                    "Your file is " + target + " (it exists already and was not changed). When you have completed it:");
        } else {
            try {
                Files.createDirectories(out);
                Files.writeString(target, exercise.template());
            } catch (IOException e) {
                throw new OutputException(target, e);
            }
            terminal.println("This file is now " + target + ". When you have completed it:");
        }
        terminal.println("  ./autodiff exercise " + exercise.number() + " --check " + target);
        return Main.FINE;
    }

    private int check(Exercise exercise, Path given) throws IOException {
        if (!Files.isRegularFile(given)) {
            throw new Options(spec.commandLine())
                    .wrong("--check names the completed file, but " + given
                            + (Files.exists(given) ? " is not a file." : " does not exist."));
        }
        PrintWriter terminal = spec.commandLine().getOut();
        try {
            terminal.println("Right. " + exercise.check(Files.readString(given)));
            return Main.FINE;
        } catch (Answer.Problem problem) {
            terminal.println("Not yet. " + problem.getMessage());
            terminal.println("(./autodiff exercise " + exercise.number() + " --hint prints a hint.)");
            return WRONG_ANSWER;
        } catch (MalformedInputException e) {
            throw new Options(spec.commandLine()).wrong(given + " is not a text file in UTF-8.");
        }
    }
}
