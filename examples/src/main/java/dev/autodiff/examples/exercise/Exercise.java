package dev.autodiff.examples.exercise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An exercise with a check.
 *
 * @param number the number, from 1
 * @param file the name of the file to complete, without extension
 * @param className the name of the class in it
 * @param title the title
 * @param hint a hint
 * @param check the check of a compiled answer, which returns why it is right, or throws a problem with the reason
 */
public record Exercise(
        int number, String file, String className, String title, String hint, Function<Answer, String> check) {
    /** The class of the learner's own engine, which grows over several exercises. */
    private static final String ENGINE = "Scalar";

    /** All exercises, in the order of the lessons that they belong to. */
    public static final List<Exercise> ALL = List.of(
            new Exercise(
                    1,
                    "Slope",
                    "A derivative, measured",
                    "The change is f(x + h) - f(x - h). How far apart are the two places?",
                    FirstExercises::slope),
            new Exercise(
                    2,
                    "LocalTimesUpstream",
                    "Back through three steps",
                    "The derivative of s² by s is 2s. A sum passes on what arrives; a product passes on what arrives"
                            + " times the other factor.",
                    FirstExercises::localTimesUpstream),
            new Exercise(
                    3,
                    "TwoPaths",
                    "Two paths to one number",
                    "Of a product u·v, the derivative by u is v, and that by v is u. Multiply along a path, add where"
                            + " paths meet.",
                    FirstExercises::twoPaths),
            new Exercise(
                    4,
                    "NeuronGradient",
                    "The gradient of a neuron",
                    "What arrives at the sum is 2·(prediction - target). The local derivative by a weight is its"
                            + " input.",
                    FirstExercises::neuronGradient),
            new Exercise(
                    5,
                    "MissingLine",
                    "The missing line of backpropagation",
                    "What arrives at an operand is the node's own gradient times the local derivative. And if the"
                            + " operand is used in several places?",
                    PlainExercises::missingLine),
            new Exercise(
                    6,
                    "EngineNodes",
                    ENGINE,
                    "Your own engine, 1: numbers that remember",
                    "The private constructor takes the result and the list of operands: List.of(this, other).",
                    EngineExercises::nodes),
            new Exercise(
                    7,
                    "EngineLocals",
                    ENGINE,
                    "Your own engine, 2: local derivatives",
                    "If a grows by a little, a·b grows by b times that. The derivative of tanh is 1 - t², with the"
                            + " result t.",
                    EngineExercises::locals),
            new Exercise(
                    8,
                    "EngineOrder",
                    ENGINE,
                    "Your own engine, 3: the order",
                    "Return at once if the list contains this one; visit the operands; then add this one.",
                    EngineExercises::order),
            new Exercise(
                    9,
                    "EngineBackward",
                    ENGINE,
                    "Your own engine, 4: backward",
                    "Two loops: one over the order that sets 0, and one from its end that adds"
                            + " each.gradient * each.locals.get(k) to the gradient of operand k.",
                    EngineExercises::backward),
            new Exercise(
                    10,
                    "EngineTraining",
                    ENGINE,
                    "Your own engine, 5: a neuron that learns",
                    "loss.backward(), and then one line for w and one for b, in which rate and the gradient occur.",
                    EngineExercises::training),
            new Exercise(
                    11,
                    "MatmulGradient",
                    "The gradients of a matrix product",
                    "Let the shapes lead you: y = a·b has shape [m, n], a [m, k], b [k, n]. Only one product of dy and"
                            + " a transposed matrix has the shape of a, and one that of b.",
                    GradientExercises::matmul),
            new Exercise(
                    12,
                    "BiasGradient",
                    "The gradient of a bias",
                    "A bias is used once for each example: what arrives in each row is a contribution. Which axis runs"
                            + " over the examples?",
                    BatchExercises::bias),
            new Exercise(
                    13,
                    "MeanSquaredErrorGradient",
                    "The gradient of a mean",
                    "The mean is a sum divided by the number of examples: each term passes on 1 / n.",
                    BatchExercises::meanSquaredError),
            new Exercise(
                    14,
                    "MomentumUpdate",
                    "The update of momentum",
                    "First v ← μ v + g, then w ← w - η v with the new v.",
                    PlainExercises::momentum),
            new Exercise(
                    15,
                    "AdamUpdate",
                    "The update of Adam",
                    "Four lines for each weight: m, v, both corrected by 1 - βᵗ, and the step. Math.pow(BETA1, t) is"
                            + " β₁ᵗ.",
                    TrainingExercises::adam),
            new Exercise(
                    16,
                    "TrainingLoop",
                    "A training loop to repair",
                    "Print both gradients after each batch: do they begin at 0? And how many examples does the last"
                            + " batch have?",
                    BatchExercises::trainingLoop),
            new Exercise(
                    17,
                    "CosineSchedule",
                    "A schedule with warm-up",
                    "Two cases, before and from k = warmup on. In the second, t = (k - warmup) / (double) (total -"
                            + " warmup).",
                    TrainingExercises::cosine),
            new Exercise(
                    18,
                    "ReluGradient",
                    "The gradient of relu",
                    "Where x was above 0, relu passed it on unchanged; elsewhere nothing that x does changes the"
                            + " result. x.greater(0) and Comparisons.where(condition, a, b) may help.",
                    GradientExercises::relu),
            new Exercise(
                    19,
                    "SoftmaxCrossEntropyGradient",
                    "The gradient of softmax with cross-entropy",
                    "It is prediction minus truth, p - y. Mind logits of 1000: take the largest off before the"
                            + " exponential.",
                    PlainExercises::softmaxCrossEntropy),
            new Exercise(
                    20,
                    "TanhGradient",
                    "The gradient of tanh",
                    "The derivative of tanh(x) is 1 - tanh²(x), and tanh(x) has been computed already: it is y.",
                    GradientExercises::tanh),
            new Exercise(
                    21,
                    "HeDeviations",
                    "The size of the first weights",
                    "He: √(2 / inputs), and the inputs of a layer are the width before it.",
                    TrainingExercises::he),
            new Exercise(
                    22,
                    "DropoutGradient",
                    "Dropout, forward and backward",
                    "y = x · (1 / keep or 0): the derivative is that factor.",
                    TrainingExercises::dropout),
            new Exercise(
                    23,
                    "BatchNormalization",
                    "A batch, normalized",
                    "For each feature f: one loop for the mean, one for the variance, one for the result.",
                    TrainingExercises::batchNorm),
            new Exercise(
                    24,
                    "GradientChecker",
                    "A gradient checker",
                    "Keep x[i] in a variable, set it to at + H and to at - H, put it back, and compare.",
                    TrainingExercises::checker),
            new Exercise(
                    25,
                    "FilterGradient",
                    "The gradient of a filter",
                    "y[i][j] contains filter[r][c] · image[i + r][j + c], so its derivative by filter[r][c] is"
                            + " image[i + r][j + c].",
                    ArchitectureExercises::filter),
            new Exercise(
                    26,
                    "RecurrentGradient",
                    "Back through time",
                    "Three lines: what arrives before tanh, what that adds to dw, and what it passes on to h[t].",
                    ArchitectureExercises::recurrent),
            new Exercise(
                    27,
                    "ClipByNorm",
                    "Clipping by the norm",
                    "Compute the norm first. If it is above max, multiply each number by max / norm.",
                    ArchitectureExercises::clip),
            new Exercise(
                    28,
                    "AttentionByHand",
                    "Attention",
                    "For each token i: the scores against all keys, their exponentials and the sum of these, and then"
                            + " the values, each times its exponential over the sum.",
                    ArchitectureExercises::attention));

    /** Creates an exercise whose file is named as the class in it. */
    private Exercise(int number, String className, String title, String hint, Function<Answer, String> check) {
        this(number, className, className, title, hint, check);
    }

    /**
     * Returns the exercise with a file.
     *
     * @param file the name of the file, without extension
     */
    public static Exercise named(String file) {
        return ALL.stream()
                .filter(each -> each.file.equals(file))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no exercise " + file));
    }

    /** Returns the file to complete, with the task in its comment. */
    public String template() {
        return resource(file + ".java").replace("{n}", String.valueOf(number));
    }

    /** Returns the task, without the code, as paragraphs; a formula on lines of its own begins with spaces. */
    public List<String> task() {
        String template = template();
        String comment = template.substring(template.indexOf("/**") + 4, template.indexOf("*/"))
                .lines()
                .map(line -> line.replaceFirst("^ \\* ?", ""))
                .collect(Collectors.joining("\n"));
        List<String> paragraphs = List.of(comment.strip().split("\n\n", -1));
        return paragraphs.subList(1, paragraphs.size());
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
