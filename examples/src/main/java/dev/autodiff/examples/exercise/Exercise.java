package dev.autodiff.examples.exercise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A task with a check.
 *
 * @param number from 1
 * @param className of the class to complete
 * @param title what it is about
 * @param hint for those who are stuck
 * @param check takes a compiled answer and says why it is right, or throws a problem that says what is wrong and why
 */
public record Exercise(int number, String className, String title, String hint, Function<Answer, String> check) {
    /** All exercises. */
    public static final List<Exercise> ALL = List.of(
            new Exercise(
                    1,
                    "TanhGradient",
                    "The gradient of tanh",
                    "The derivative of tanh(x) is 1 - tanh²(x), and tanh(x) has been computed already: it is y.",
                    GradientExercises::tanh),
            new Exercise(
                    2,
                    "ReluGradient",
                    "The gradient of relu",
                    "Where x was above 0, relu passed it on unchanged; elsewhere nothing that x does changes the result."
                            + " x.greater(0) and Comparisons.where(condition, a, b) may help.",
                    GradientExercises::relu),
            new Exercise(
                    3,
                    "MatmulGradient",
                    "The gradients of a matrix product",
                    "Let the shapes lead you: y = a·b has shape [m, n], a [m, k], b [k, n]. Only one product of dy and a"
                            + " transposed matrix has the shape of a, and one that of b.",
                    GradientExercises::matmul),
            new Exercise(
                    4,
                    "MissingLine",
                    "The missing line of backpropagation",
                    "What arrives at an operand is the node's own gradient times the local derivative. And if the operand is"
                            + " used in several places?",
                    PlainExercises::missingLine),
            new Exercise(
                    5,
                    "SoftmaxCrossEntropyGradient",
                    "The gradient of softmax with cross-entropy",
                    "Lesson 6: prediction minus truth. Mind logits of 1000: take the largest off before the exponential.",
                    PlainExercises::softmaxCrossEntropy),
            new Exercise(
                    6,
                    "MomentumUpdate",
                    "The update of momentum",
                    "First v ← μ v + g, then w ← w - η v with the new v.",
                    PlainExercises::momentum));

    /** The file to complete, with the task in its comment. */
    public String template() {
        return resource(className + ".java");
    }

    private static String resource(String name) {
        try (InputStream in = Exercise.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Compiles an answer and tries it out.
     *
     * @return why it is right
     * @throws Answer.Problem if it is not, with the reason
     */
    public String check(String source) {
        return check(source, Answer.PATIENCE);
    }

    /** Checks an answer whose methods get another time to run in. */
    String check(String source, Duration patience) {
        return check.apply(Answer.compile(className, source, patience));
    }
}
