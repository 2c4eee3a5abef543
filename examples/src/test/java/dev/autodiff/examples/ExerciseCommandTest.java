package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a learner through an exercise on the command line. */
class ExerciseCommandTest {
    @TempDir
    Path folder;

    @Test
    void anExerciseFromItsFileToTheRightAnswer() throws IOException {
        Run begun = Run.of("exercise", "6", "--out", folder.toString());
        Path file = folder.resolve("EngineNodes.java"); // the class in it is Scalar, as in the four exercises after it
        assertEquals(0, begun.exitCode(), begun.err());
        assertTrue(begun.out().contains("Exercise 6. Your own engine, step 1"), begun.out());
        assertTrue(begun.out().contains("of lesson 5, Micrograd's example"), begun.out());
        assertTrue(begun.out().contains("./autodiff exercise 6 --check " + file), begun.out());
        String template = Files.readString(file);

        Run untouched = Run.of("exercise", "6", "--check", file.toString());
        assertEquals(1, untouched.exitCode());
        assertTrue(untouched.out().startsWith("Not yet. add returns null: it is not complete yet."), untouched.out());
        assertTrue(untouched.out().contains("./autodiff exercise 6 --hint"), untouched.out());
        assertTrue(Run.of("exercise", "6", "--hint").out().contains("List.of(this, other)"));

        String half = template.replaceFirst("null", "new Scalar(data + other.data, List.of(this, other))");
        Files.writeString(file, half.replaceFirst("null", "new Scalar(data * other.data)"));
        Run wrong = Run.of("exercise", "6", "--check", file.toString());
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.out().contains("a.mul(b) with a = 3, b = -2 has no operands"), wrong.out());

        Files.writeString(file, half.replaceFirst("null", "new Scalar(data * other.data, List.of(this, other))"));
        Run right = Run.of("exercise", "6", "--check", file.toString());
        assertEquals(0, right.exitCode(), right.out());
        assertTrue(right.out().startsWith("Right. Each result remembers"), right.out());

        Run again = Run.of("exercise", "6", "--out", folder.toString());
        assertTrue(again.out().contains("it exists already and was not changed"), again.out());
        assertTrue(Files.readString(file).contains("data * other.data"), "the learner's work is kept");
    }

    @Test
    void theListNamesTheLessons() {
        String list = Run.of("exercise", "--list").out();
        assertTrue(list.contains(" 28  Attention ") && list.contains("lesson 19"), list);
        list.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }
}
