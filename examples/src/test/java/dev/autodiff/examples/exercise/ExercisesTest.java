package dev.autodiff.examples.exercise;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Right answers are accepted, wrong ones are explained. */
@Tag("slow")
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
                "MatmulGradient | dy.matmul(b.transpose()) | dy.matmul(b) | the right one transposed would fit",
                "Slope | / (2 * h) | | distance of the two places",
                "Slope | (2 * h) | h | twice the slope",
                "Slope | (2 * h) | 2 * h | Without parentheses",
                "Slope | (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) / (2 * h) | (f.applyAsDouble(x + h) -"
                        + " f.applyAsDouble(x)) / h | one side alone",
                "Slope | (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) | (f.applyAsDouble(x - h) -"
                        + " f.applyAsDouble(x + h)) | from below to above",
                "LocalTimesUpstream | {da, db, dc} | {b, a, 1} | upstream gradient is forgotten",
                "LocalTimesUpstream | {da, db, dc} | {db, da, dc} | swapped",
                "LocalTimesUpstream | 2 * s | s | not s",
                "LocalTimesUpstream | 2 * s | -2 * s | sign is wrong",
                "TwoPaths | alongU + alongV | alongU | path through u alone",
                "TwoPaths | alongU + alongV | alongV | path through v alone",
                "TwoPaths | alongU + alongV | alongU * alongV | different paths are added",
                "TwoPaths | v * 2 * x | u * 2 * x | That is not it",
                "NeuronGradient | upstream * x[i] | upstream * w[i] | the weights stand in place of the inputs",
                "NeuronGradient | 2 * (prediction | (prediction | factor 2 is missing",
                "NeuronGradient | (prediction - target) | (target - prediction) | prediction minus target",
                "NeuronGradient | gradient[w.length] = upstream; | | the last number, for the bias, is missing",
                "NeuronGradient | 2 * (prediction - target) | 1 | Multiply them by the upstream gradient",
                "EngineNodes | data * other.data, List.of(this, other) | data * other.data, List.of() | has no"
                        + " operands",
                "EngineNodes | data * other.data, List.of(this, other) | data * other.data, List.of(other, this) | in"
                        + " this"
                        + " order",
                "EngineNodes | data * other.data | data + other.data | is -6.0, not 1.0",
                "EngineLocals | List.of(other.data, data) | List.of(data, other.data) | the two are swapped",
                "EngineLocals | List.of(other.data, data) | List.of(1.0, 1.0) | local derivatives of a sum",
                "EngineLocals | 1 - t * t | 1 - data * data | not 1 - x²",
                "EngineLocals | 1 - t * t | t * (1 - t) | rule of sigmoid",
                "EngineOrder | if (order.contains(this)) { | if (false) { | stands in the order twice",
                "EngineOrder | operand.visit(order); | order.add(operand); | before one of its operands",
                "EngineBackward | .gradient += | .gradient = | += instead of =",
                "EngineBackward | each.gradient * each.locals.get(k) | each.locals.get(k) | upstream gradient is"
                        + " forgotten",
                "EngineBackward | each.gradient = 0; | | set them to 0 at the beginning",
                "EngineBackward | order.get(i) | order.get(order.size() - 1 - i) | walk it from its end",
                "EngineBackward | gradient = 1; | | own gradient must be set to 1",
                "EngineTraining | w.data -= rate * w.gradient; b.data -= rate * b.gradient; | w.data += rate *"
                        + " w.gradient;"
                        + " b.data += rate * b.gradient; | climbs",
                "EngineTraining | b.data -= rate * b.gradient; | | b has not changed",
                "EngineTraining | rate * w.gradient; b.data -= rate * | w.gradient; b.data -= | rate is missing",
                "EngineTraining | each.gradient = 0; | | gradients of earlier steps",
                "BiasGradient | dy.sum(0) | dy | add them up over the batch",
                "BiasGradient | dy.sum(0) | dy.sum(1) | one number for each example",
                "BiasGradient | dy.sum(0) | dy.sum() | adds up everything",
                "BiasGradient | dy.sum(0) | dy.mean(0) | divide twice",
                "BiasGradient | dy.sum(0) | dy.sum(0).mul(b) | local derivative of a sum is 1",
                "MeanSquaredErrorGradient | / p.length | | gradient of the sum",
                "MeanSquaredErrorGradient | / p.length; | / p.length / p.length; | twice",
                "MeanSquaredErrorGradient | 2 * (p[i] | (p[i] | twice the difference",
                "MeanSquaredErrorGradient | (p[i] - y[i]) | (y[i] - p[i]) | prediction minus target",
                "AdamUpdate | / (1 - Math.pow(BETA1, t)) | | That is not it",
                "AdamUpdate | g[i] * g[i] | g[i] | running mean of g²",
                "AdamUpdate | Math.sqrt(square) + EPSILON | Math.sqrt(square + EPSILON) | outside of the root",
                "AdamUpdate | w[i] -= | w[i] += | climbs",
                "AdamUpdate | int t) { | int t) { t++; | no t + 1",
                "TrainingLoop | slopeGradient = 0; interceptGradient = 0; for | for | still there",
                "TrainingLoop | / (end - start) | | divide the sums by their number",
                "TrainingLoop | / (end - start) | / batch | last batch is smaller",
                "TrainingLoop | / (end - start) | / (end - start) / (end - start) | twice",
                "TrainingLoop | -= rate | += rate | climbs",
                "CosineSchedule | if (k < warmup) { | if (false) { | warm-up is missing",
                "CosineSchedule | peak * (k + 1) / (warmup + 1) | peak * k / warmup | step with the rate 0 is lost",
                "CosineSchedule | (k - warmup) / (double) (total - warmup) | k / (double) total | begins at k = warmup",
                "CosineSchedule | (double) (total - warmup) | (total - warmup) | whole numbers",
                "CosineSchedule | Math.PI * t | t | angle of π",
                "HeDeviations | Math.sqrt(2.0 / widths[layer]) | 2.0 / widths[layer] | variance",
                "HeDeviations | 2.0 | 1.0 | factor 2 below the root",
                "HeDeviations | 2.0 | 2 | division of whole numbers",
                "HeDeviations | widths[layer] | widths[layer + 1] | as the layer has inputs",
                "DropoutGradient | / keep | | divided by keep",
                "DropoutGradient | / keep | * keep | not multiplied",
                "DropoutGradient | / keep | / (1 - keep) | not by 1 - keep",
                "DropoutGradient | dy[i] / keep : 0 | dy[i] / keep : dy[i] | their gradient as well",
                "BatchNormalization | Math.sqrt(variance + 1e-5) | (variance + 1e-5) | not by the variance",
                "BatchNormalization | / Math.sqrt(variance + 1e-5) | | is missing",
                "BatchNormalization | (row[f] - mean) / rows; | (row[f] - mean) / (rows - 1); | n - 1",
                "GradientChecker | x[i] = at; | | put back each number",
                "GradientChecker | * (1 + Math.abs(slope)) | | from rounding alone",
                "GradientChecker | Math.abs(slope - gradient[i]) | slope - gradient[i] | absolute",
                "GradientChecker | -1; | 0; | so the answer is -1",
                "FilterGradient | += | = | += instead of =",
                "FilterGradient | * dy[i][j] | | upstream gradient is forgotten",
                "FilterGradient | gradient[r][c] | gradient[rows - 1 - r][columns - 1 - c] | flipped",
                "FilterGradient | gradient[r][c] | gradient[c][r] | swapped",
                "RecurrentGradient | dw += | dw = | += instead of =",
                "RecurrentGradient | dh * (1 - h[t + 1] * h[t + 1]) | dh | slope of tanh is forgotten",
                "RecurrentGradient | dh = da * w; | | dh is not passed on",
                "RecurrentGradient | h[t + 1] * h[t + 1] | h[t] * h[t] | belongs to its result",
                "RecurrentGradient | dh = da * w; | break; | last step alone",
                "ClipByNorm | norm > max | true | stays as it is",
                "ClipByNorm | g[i] * max / norm | g[i] / norm | length 1",
                "ClipByNorm | g[i] * max / norm | Math.max(-max, Math.min(max, g[i])) | changes the direction",
                "ClipByNorm | norm = Math.sqrt(norm); | | the root is missing",
                "AttentionByHand | / Math.sqrt(k[j].length) | | not divided by √d",
                "AttentionByHand | Math.sqrt(k[j].length) | k[j].length | it is the root of d",
                "AttentionByHand | / sum | | do not add up to 1",
                "AttentionByHand | q[i][c] * k[j][c] | q[j][c] * k[i][c] | swapped",
                "TanhGradient | dy.mul(Tensors.scalar(1, y.dtype()).sub(y.square())) | Tensors.scalar(1,"
                        + " y.dtype()).sub(y.square()) | dy",
                "TanhGradient | y.square() | y | with a square",
                "TanhGradient | y.square() | x.square() | y = tanh(x)",
                "TanhGradient | dy.mul(Tensors | dy.neg().mul(Tensors | sign is wrong",
                "TanhGradient | dy.mul(Tensors | dy.sum().mul(Tensors | does not agree",
                "Slope | (f.applyAsDouble(x + h) | (slope(f, x, h) | calls itself again and again",
                "ReluGradient | x.greater(0) | dy.greater(0) | sign of dy",
                "ReluGradient | x.greater(0) | x.add(1e-300).greater(0) | at x = 0",
                "ReluGradient | Comparisons.where(x.greater(0), dy, Tensors.scalar(0, dy.dtype())) | dy | the gradient"
                        + " is 0",
                "MatmulGradient | dy.matmul(b.transpose()) | b.matmul(dy.transpose()) | has shape",
                "MatmulGradient | dy.matmul(b.transpose()) | dy.matmul(b) | inner dimensions differ",
                "MissingLine | += | = | Contributions must be added",
                "MissingLine | value.gradient * local | local | own gradient is not used",
                "MissingLine | value.gradient * local | value.gradient | local derivative is not used",
                "SoftmaxCrossEntropyGradient | gradient[i] / sum - labels[i] | labels[i] - gradient[i] / sum | p - y,"
                        + " not y - p",
                "SoftmaxCrossEntropyGradient | gradient[i] / sum - labels[i] | gradient[i] / sum | labels are not"
                        + " subtracted",
                "SoftmaxCrossEntropyGradient | logits[i] - max | logits[i] | e^1000 is infinite",
                "MomentumUpdate | v[i] = mu * v[i] + g[i]; | v[i] = g[i]; | plain gradient descent",
                "MomentumUpdate | w[i] -= | w[i] += | climbs",
                "MomentumUpdate | rate * v[i] | v[i] | learning rate is missing",
                "MomentumUpdate | + g[i] | + (1 - mu) * g[i] | adds the whole gradient",
                "MomentumUpdate | v[i] = mu * v[i] + g[i]; | w[i] -= rate * (mu * v[i] + g[i]); if (true) continue; |"
                        + " v is not",
                "MomentumUpdate | w[i] -= rate * v[i]; | v[i] = rate * v[i]; | w has not changed",
                "MomentumUpdate | v[i] = mu * v[i] + g[i]; | double next = mu * v[i] + g[i]; if (w.length == 2) {"
                        + " w[i] -= rate * v[i]; v[i] = next; continue; } | uses the old velocity"
            })
    void aMistakeIsExplained(String file, String right, @Nullable String wrong, String expected) throws IOException {
        Exercise exercise = Exercise.named(file);
        String solution = solution(exercise).replaceAll("//.*", "").replaceAll("\\s+", " ");
        assertTrue(solution.contains(right), solution);
        String answer = solution.replace(right, wrong == null ? "" : wrong);
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(answer, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.toLowerCase(Locale.ROOT).contains(expected.toLowerCase(Locale.ROOT)), message);
    }

    @Test
    void errorsOfTheCompilerHaveTheirLine() {
        Exercise exercise = Exercise.named("TanhGradient");
        String source = exercise.template().replace("return null;", "return dy.mull(y);");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("line 13: cannot find symbol"), message);
        assertTrue(message.contains("return dy.mull(y);") && message.contains("^"), message);
    }

    @Test
    void tensorsAreNotMultipliedWithASign() {
        Exercise exercise = Exercise.named("TanhGradient");
        String source = exercise.template().replace("return null;", "return dy * y;");
        Answer.Problem problem = assertThrows(Answer.Problem.class, () -> exercise.check(source, UNLIMITED));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("a.mul(b)"), message);
    }

    @Test
    void anAnswerThatDoesNotEndIsNotWaitedFor() {
        Exercise exercise = Exercise.named("MissingLine");
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
        Exercise exercise = Exercise.named("TanhGradient");
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
            if (type.equals("Math")) {
                continue; // of java.lang
            }
            assertTrue(template.contains("." + type + ";"), exercise.number() + " does not import " + type);
        }
    }

    @Test
    void whatIsNoClassAtAll() {
        Exercise exercise = Exercise.named("TanhGradient");
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
        try (InputStream in = ExercisesTest.class.getResourceAsStream("solutions/" + exercise.file() + ".java")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
