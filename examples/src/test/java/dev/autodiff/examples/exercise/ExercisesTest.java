package dev.autodiff.examples.exercise;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Right answers are accepted, wrong ones are explained. */
class ExercisesTest {
    static final List<Exercise> EXERCISES = Exercise.ALL;

    /** Long enough for the busiest machine. */
    private static final Duration UNLIMITED = Duration.ofHours(1);

    @ParameterizedTest
    @FieldSource("EXERCISES")
    void aRightAnswer(Exercise exercise) throws IOException {
        assertFalse(exercise.check(solution(exercise), UNLIMITED).isEmpty());
    }

    @ParameterizedTest
    @FieldSource("EXERCISES")
    void theTemplateIsNoAnswer(Exercise exercise) {
        assertThrows(Answer.Problem.class, () -> exercise.check(exercise.template(), UNLIMITED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | dy.mul(Tensors.scalar(1, y.dtype()).sub(y.square())) | Tensors.scalar(1,"
                        + " y.dtype()).sub(y.square()) | dy",
                "1 | y.square() | y | with a square",
                "1 | y.square() | x.square() | y = tanh(x)",
                "1 | dy.mul(Tensors | dy.neg().mul(Tensors | sign is wrong",
                "1 | dy.mul(Tensors | dy.sum().mul(Tensors | does not agree",
                "2 | x.greater(0) | dy.greater(0) | sign of dy",
                "2 | x.greater(0) | x.add(1e-300).greater(0) | at x = 0",
                "2 | Comparisons.where(x.greater(0), dy, Tensors.scalar(0, dy.dtype())) | dy | the gradient is 0",
                "3 | dy.matmul(b.transpose()) | b.matmul(dy.transpose()) | has shape",
                "3 | dy.matmul(b.transpose()) | dy.matmul(b) | inner dimensions differ",
                "4 | += | = | Contributions must be added",
                "4 | value.gradient * local | local | own gradient is not used",
                "4 | value.gradient * local | value.gradient | local derivative is not used",
                "5 | gradient[i] / sum - labels[i] | labels[i] - gradient[i] / sum | p - y, not y - p",
                "5 | gradient[i] / sum - labels[i] | gradient[i] / sum | labels are not subtracted",
                "5 | logits[i] - max | logits[i] | e^1000 is infinite",
                "6 | v[i] = mu * v[i] + g[i]; | v[i] = g[i]; | plain gradient descent",
                "6 | w[i] -= | w[i] += | climbs",
                "6 | rate * v[i] | v[i] | learning rate is missing",
                "6 | + g[i] | + (1 - mu) * g[i] | adds the whole gradient",
                "6 | v[i] = mu * v[i] + g[i]; | w[i] -= rate * (mu * v[i] + g[i]); if (true) continue; | v is not",
                "6 | w[i] -= rate * v[i]; | v[i] = rate * v[i]; | w has not changed",
                "6 | v[i] = mu * v[i] + g[i]; | double next = mu * v[i] + g[i]; if (w.length == 2) {"
                        + " w[i] -= rate * v[i]; v[i] = next; continue; } | uses the old velocity"
            })
    void aMistakeIsExplained(int number, String right, String wrong, String expected) throws IOException {
        Exercise exercise = EXERCISES.get(number - 1);
        String solution = solution(exercise);
        assertTrue(solution.contains(right), solution);
        Answer.Problem problem =
                assertThrows(Answer.Problem.class, () -> exercise.check(solution.replace(right, wrong), UNLIMITED));
        assertTrue(String.valueOf(problem.getMessage()).contains(expected), problem.getMessage());
    }

    @Test
    void errorsOfTheCompilerHaveTheirLine() {
        Exercise exercise = EXERCISES.get(0);
        String source = exercise.template().replace("return null;", "return dy.mull(y);");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("line 12: cannot find symbol"), message);
        assertTrue(message.contains("return dy.mull(y);") && message.contains("^"), message);
    }

    @Test
    void tensorsAreNotMultipliedWithASign() {
        Exercise exercise = EXERCISES.get(0);
        String source = exercise.template().replace("return null;", "return dy * y;");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("a.mul(b)"), message);
    }

    @Test
    void anAnswerThatDoesNotEndIsNotWaitedFor() {
        Exercise exercise = EXERCISES.get(3);
        String source = exercise.template()
                .replace(
                        "// the missing line",
                        "try { new java.util.concurrent.CountDownLatch(1).await(); }"
                                + " catch (InterruptedException e) { return; }");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, Duration.ofMillis(1)));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("is there a loop that never ends?"), message);
    }

    /** An answer that ends the program would end the check as well, before it says anything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "System.exit(0);",
                "Runtime.getRuntime().exit(0);",
                "Runtime.getRuntime().halt(0);",
                "java.util.function.IntConsumer end = System::exit; end.accept(0);",
                "try { System.class.getMethod(\"exit\", int.class).invoke(null, 0); }"
                        + " catch (Exception e) { return null; }"
            })
    void anAnswerThatEndsTheProgramIsNoAnswer(String end) {
        Exercise exercise = EXERCISES.get(0);
        String source = exercise.template().replace("return null;", end + " return dy;");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("ends the program") || message.contains("reflection"), message);
    }

    /** Code that a template's text recommends can be written into it as it stands. */
    @ParameterizedTest
    @FieldSource("EXERCISES")
    void classesThatAreRecommendedAreImported(Exercise exercise) {
        String template = exercise.template();
        java.util.regex.Matcher recommended = java.util.regex.Pattern.compile("\\b([A-Z][a-z]\\w+)\\.[a-z]\\w*\\(")
                .matcher(template);
        while (recommended.find()) {
            String type = recommended.group(1);
            assertTrue(template.contains("." + type + ";"), exercise.number() + " does not import " + type);
        }
    }

    @Test
    void whatIsNoClassAtAll() {
        Exercise exercise = EXERCISES.get(0);
        assertThrows(Answer.Problem.class, () -> exercise.check("class Other {}", UNLIMITED));
        assertThrows(Answer.Problem.class, () -> exercise.check("", UNLIMITED));
        assertThrows(Answer.Problem.class, () -> exercise.check("class TanhGradient {}", UNLIMITED));
        assertThrows(
                Answer.Problem.class,
                () -> exercise.check(
                        "class TanhGradient { Object gradient(Object x, Object y, Object z) { return x; } }",
                        UNLIMITED));
    }

    private static String solution(Exercise exercise) throws IOException {
        try (InputStream in = ExercisesTest.class.getResourceAsStream("solutions/" + exercise.className() + ".java")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
