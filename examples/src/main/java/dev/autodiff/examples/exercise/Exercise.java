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
 * An exercise with a check.
 *
 * @param number the number, from 1
 * @param className the name of the class to complete
 * @param title the title
 * @param hint a hint
 * @param check the check of a compiled answer, which returns why it is right, or throws a problem with the reason
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
                    "Where x was above 0, relu passed it on unchanged; elsewhere nothing that x does changes the"
                            + " result. x.greater(0) and Comparisons.where(condition, a, b) may help.",
                    GradientExercises::relu),
            new Exercise(
                    3,
                    "MatmulGradient",
                    "The gradients of a matrix product",
                    "Let the shapes lead you: y = a·b has shape [m, n], a [m, k], b [k, n]. Only one product of dy and"
                            + " a transposed matrix has the shape of a, and one that of b.",
                    GradientExercises::matmul),
            new Exercise(
                    4,
                    "MissingLine",
                    "The missing line of backpropagation",
                    "What arrives at an operand is the node's own gradient times the local derivative. And if the"
                            + " operand is used in several places?",
                    PlainExercises::missingLine),
            new Exercise(
                    5,
                    "SoftmaxCrossEntropyGradient",
                    "The gradient of softmax with cross-entropy",
                    "Lesson 6: prediction minus truth. Mind logits of 1000: take the largest off before the"
                            + " exponential.",
                    PlainExercises::softmaxCrossEntropy),
            new Exercise(
                    6,
                    "MomentumUpdate",
                    "The update of momentum",
                    "First v ← μ v + g, then w ← w - η v with the new v.",
                    PlainExercises::momentum));

    /** Returns the file to complete, with the task in its comment. */
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
     * Compiles an answer and checks it.
     *
     * @param source the completed file
     * @return the reason why it is right
     * @throws Answer.Problem if it is wrong, with the reason
     */
    public String check(String source) {
        return check(source, Answer.PATIENCE);
    }

    /** Compiles an answer and checks it, with a limit to the time that each call of it may take. */
    String check(String source, Duration patience) {
        return check.apply(Answer.compile(className, source, patience));
    }
}
