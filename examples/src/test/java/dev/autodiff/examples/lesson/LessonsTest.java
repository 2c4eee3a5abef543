package dev.autodiff.examples.lesson;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.exercise.Exercise;
import dev.autodiff.examples.lesson.Course.Lesson;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The numbers in the lessons, and their pages. */
class LessonsTest {
    static final List<Lesson> LESSONS = Course.LESSONS;

    /** The folder of the committed pages, relative to the module's folder. */
    private static final Path DOCS = Path.of("..", "docs");

    @TempDir
    Path folder;

    private final StringWriter text = new StringWriter();

    @ParameterizedTest
    @FieldSource("LESSONS")
    @Tag("slow")
    void thePagesAreAsTheProgramsMakeThem(Lesson lesson) throws IOException {
        LessonPage lessonPage = new LessonPage(new PrintWriter(text));
        lesson.teach(lessonPage);
        for (Path file : lesson.write(folder, lessonPage)) {
            String page = Files.readString(file);
            assertFalse(
                    page.contains("src=\"http") || page.contains("href=\"http") || page.contains("url(http"),
                    "the page loads something from the network");
            assertFalse(Pattern.compile("\\.java:[0-9]").matcher(page).find(), "the page contains a line number");
            assertEquals(
                    withoutNumbers(Files.readString(DOCS.resolve(folder.relativize(file)))),
                    withoutNumbers(page),
                    "Regenerate the pages: ./autodiff lesson --all --docs docs");
        }
        assertEquals(filesOf(lesson, folder), filesOf(lesson, DOCS), "Files in docs that no lesson makes any more");
        assertFalse(lessonPage.sections().isEmpty());
        assertTrue(text.toString().lines().noneMatch(line -> line.length() > 80), text::toString);
    }

    private static List<String> filesOf(Lesson lesson, Path where) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(lesson.name().substring(0, 3)))
                    .sorted()
                    .toList();
        }
    }

    /** Removes what another processor may round differently. */
    private static String withoutNumbers(String page) {
        return page.replaceAll(" d=\"[^\"]*\"", "").replaceAll("-?[0-9.]+(e[-+][0-9]+)?", "0");
    }

    /** Returns the lesson with a program. */
    static Lesson lesson(Class<?> program) {
        return LESSONS.stream()
                .filter(lesson -> lesson.program() == program)
                .findFirst()
                .orElseThrow();
    }

    /** Every lesson asks a question and has exercises; every exercise belongs to one lesson, in the same order. */
    @Test
    void questionsAndExercises() {
        List<Exercise> inOrder = new ArrayList<>();
        for (int i = 0; i < LESSONS.size(); i++) {
            Lesson lesson = LESSONS.get(i);
            assertEquals(i + 1, lesson.number());
            assertTrue(lesson.question().endsWith("?"), lesson.question());
            assertFalse(lesson.exercises().isEmpty(), lesson.title());
            inOrder.addAll(lesson.exercises());
        }
        assertEquals(Exercise.ALL, inOrder);
        for (int i = 0; i < inOrder.size(); i++) {
            assertEquals(i + 1, inOrder.get(i).number());
        }
    }

    @Test
    void lessonsAndExercisesLinkToEachOther() throws IOException {
        String exercises = Files.readString(Course.writeExercises(folder));
        assertEquals(exercises, Files.readString(DOCS.resolve("exercises.html")));
        for (Lesson lesson : LESSONS) {
            String page = Files.readString(DOCS.resolve(lesson.name() + ".html"));
            assertTrue(page.contains("<p class=\"question\">"), lesson::name);
            for (Exercise exercise : lesson.exercises()) {
                assertTrue(page.contains("href=\"exercises.html#e" + exercise.number() + "\""), lesson::name);
                assertTrue(exercises.contains("<h2 id=\"e" + exercise.number() + "\">"), exercise::title);
            }
            assertTrue(exercises.contains("href=\"" + lesson.name() + ".html\""), lesson::name);
        }
    }

    /** No link of a page of the course leads nowhere. */
    @Test
    void linksLeadToPages() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".html")).toList()) {
                Matcher link = Pattern.compile("href=\"([\\w-]+\\.html)").matcher(Files.readString(file));
                while (link.find()) {
                    assertTrue(Files.exists(DOCS.resolve(link.group(1))), file + ": " + link.group(1));
                }
            }
        }
    }

    /** A lesson's files are named by its number and its program; those that it had under another number go away. */
    @Test
    void renumberedPagesAreReplaced() throws IOException {
        Lesson lesson = lesson(ChainRule.class);
        Path old = Files.writeString(folder.resolve("77-chain-rule.html"), "old");
        Path oldDrawing = Files.writeString(folder.resolve("77-chain-rule-steps.svg"), "old");
        Path other = Files.writeString(folder.resolve("77-one-neuron.html"), "another lesson's");
        LessonPage page = new LessonPage(new PrintWriter(text));
        page.section("Empty");
        lesson.write(folder, page);
        assertFalse(Files.exists(old) || Files.exists(oldDrawing));
        assertTrue(Files.exists(other) && Files.exists(folder.resolve(lesson.name() + ".html")));
        List<String> slugs =
                LESSONS.stream().map(each -> each.name().substring(3)).toList();
        for (String slug : slugs) {
            assertTrue(slugs.stream().noneMatch(each -> each.startsWith(slug + "-")), slug);
        }
    }

    @Test
    void theIndexListsAllLessons() throws IOException {
        String index = Files.readString(Course.writeIndex(folder));
        assertEquals(index, Files.readString(DOCS.resolve("index.html")));
        LESSONS.forEach(lesson -> assertTrue(index.contains(lesson.name() + ".html"), lesson::name));
    }

    private String taught(Class<?> program) {
        lesson(program).teach(new LessonPage(new PrintWriter(text)));
        return text.toString().replaceAll(" +", " ");
    }

    @Test
    void oneNeuron() {
        String lesson = taught(OneNeuron.class);
        assertTrue(lesson.contains("d cost / d w0 -4 · 2 = -8 -8"), lesson);
        assertTrue(lesson.contains("d cost / d w2 -4 · 3 = -12 -12"), lesson);
        assertTrue(lesson.contains("d cost / d delta 2 · (-2) = -4 -4"), lesson);
        assertTrue(lesson.contains("w0 1 -8 1.4"), lesson);
        assertEquals(1, OneNeuron.costs(true)[1], 1e-12);
        assertEquals(2.56, OneNeuron.costs(false)[1], 1e-12);
    }

    @Test
    void theTalksGradientIsCaught() {
        NDArray x = NDArray.of(2.0, 1, 3);
        CheckReport report = OneNeuron.check(x, new OneNeuron.TalkNeuron(false));
        assertFalse(report.passed());
        assertTrue(report.suspect().contains("whose rule for w is ∂cost/∂talkNeuron ⊙ w"), report::suspect);
        assertTrue(OneNeuron.check(x, new OneNeuron.TalkNeuron(true)).passed());
    }

    @ParameterizedTest
    @CsvSource({"hasty, 6, 7", "every path, 4, 7", "in order, 4, 3"})
    void threeWalks(String walk, double gradient, long visits) {
        TopologicalOrder.Node leaf = new TopologicalOrder.Node("a");
        assertEquals(visits, TopologicalOrder.walk(walk, TopologicalOrder.chain(leaf, 2)).count);
        assertEquals(gradient, leaf.gradient);
    }

    @Test
    void theHastyWalkIsToldVisitByVisit() {
        String lesson = taught(TopologicalOrder.class);
        assertTrue(lesson.contains("1 d/dc = 1: 1 to each b d/dc = 1: 1 to each b"), lesson);
        assertTrue(lesson.contains("5 d/db = 2: 2 to each a\n"), lesson);
        assertTrue(lesson.contains("7 d/da = 6\n"), lesson);
    }

    /** The gradient at the start is (-4, 15), and -3.7, 12 after a step of 0.3 for each weight. */
    @Test
    void adamByHand() {
        String lesson = taught(LearningRate.class);
        assertTrue(lesson.contains("= 0.9 · [-0.4, 1.5] + (1 - 0.9) · [-3.7, 12]"), lesson);
        assertTrue(lesson.contains("= [-0.73, 2.55] / (1 - 0.9^2)"), lesson);
    }

    @Test
    void learningRates() {
        String lesson = taught(LearningRate.class);
        assertTrue(lesson.contains("0 steps 19.25 19.25 19.25"), lesson);
        // (1 - 10η)² and (1 - η)² are the factors of the two parts of the cost
        assertEquals(
                8 * Math.pow(0.83, 80) + 11.25 * Math.pow(0.7, 80),
                LearningRate.descend("", new dev.autodiff.nn.optimizer.GradientDescent(0.17))
                        .cost()[40],
                1e-12);
    }

    @Test
    void theLineEndsAtLeastSquares() {
        List<LineByEpochs.Fit> fits = LineByEpochs.train(LineByEpochs.points());
        double[] best = LineByEpochs.leastSquares(
                LineByEpochs.points().features().toDoubles(),
                LineByEpochs.points().labels().toDoubles());
        LineByEpochs.Fit last = fits.get(fits.size() - 1);
        assertEquals(best[0], last.slope(), 0.05);
        assertEquals(best[1], last.intercept(), 0.05);
        assertEquals(best[2], last.loss(), 0.005);
    }

    @Test
    void xorNeedsAnActivation() {
        double[] half = {0.5, 0.5, 0.5, 0.5};
        assertArrayEquals(half, HiddenLayers.xor(0, t -> t), 0.05);
        assertArrayEquals(half, HiddenLayers.xor(8, t -> t), 0.05);
        assertArrayEquals(new double[] {0, 1, 1, 0}, HiddenLayers.xor(8, Tensor::relu), 0.05);
    }

    @Test
    void softmax() {
        String lesson = taught(SoftmaxAndCrossEntropy.class);
        assertTrue(lesson.contains("1 1 2.7183 0.2595 1 -0.7405 -0.7405"), lesson);
        assertTrue(lesson.contains("[1000, 0, -1000] not a number not a number 1000"), lesson);
        assertTrue(lesson.contains("gradient, the framework: [1, -1, 0]"), lesson);
        assertTrue(lesson.contains("probabilities go in 0.5514"), lesson);
    }

    @Test
    void gradientsVanishAndExplode() {
        List<VanishingGradients.Measured> all = VanishingGradients.measure();
        double[] sigmoid = all.get(0).gradients();
        assertTrue(sigmoid[0] < 1e-5 * sigmoid[9], "sigmoid vanishes");
        assertTrue(all.get(1).gradients()[0] < 1e-5, "small weights vanish");
        assertTrue(all.get(2).gradients()[0] > 10, "large weights explode");
        double[] he = all.get(3).gradients();
        assertTrue(he[0] > 0.1 * he[9] && he[0] < 10 * he[9], "He keeps the size");
        assertEquals(Math.log(2), all.get(0).losses()[300], 1e-3);
        assertTrue(all.get(3).losses()[300] < 0.1, "He trains");
    }

    @Test
    void regularizationNarrowsTheGap() {
        List<Regularization.Trained> all = Regularization.trainAll();
        assertTrue(all.get(1).gap() < all.get(0).gap(), "dropout");
        assertTrue(all.get(2).gap() < all.get(1).gap(), "L2");
        assertTrue(
                Regularization.norm(all.get(2).weights())
                        < Regularization.norm(all.get(0).weights()) / 2,
                "L2 shrinks weights");
        assertTrue(all.get(1).accuracy() > all.get(0).accuracy(), "dropout helps on the test points");
        double[] l2 = all.get(2).test();
        assertTrue(l2[l2.length - 1] < 1.1 * all.get(2).leastTest(), "with L2 the test loss stays where it fell");
    }

    @Test
    void tenMistakesAreExplained() {
        String lesson = taught(Mistakes.class).replaceAll("\\s+", " "); // wherever lines are broken
        assertTrue(lesson.contains("-infinity at index [2] of log logs"), lesson);
        assertTrue(lesson.contains("the inner dimensions differ"), lesson);
        assertTrue(lesson.contains("label 4 at position 1 is outside the 4 classes"), lesson);
        assertTrue(lesson.contains("10. Dropout"), lesson);
    }

    @Test
    void micrograd() {
        String lesson = taught(Micrograd.class);
        assertTrue(lesson.contains("g 24.7041 24.7041"), lesson);
        assertTrue(lesson.contains("dg/da 138.8338 138.8338"), lesson);
        assertTrue(lesson.contains("dg/db 645.5773 645.5773"), lesson);
    }

    @Test
    void normalizationByHand() {
        float[][] batch = Normalization.BATCH;
        String lesson = taught(Normalization.class);
        for (int row = 0; row < batch.length; row++) {
            String[] byBatch = new String[3];
            String[] byLayer = new String[3];
            for (int feature = 0; feature < 3; feature++) {
                int column = feature;
                byBatch[feature] = normal(batch[row][feature], Stream.of(batch).mapToDouble(each -> each[column]));
                byLayer[feature] = normal(batch[row][feature], floats(batch[row]));
            }
            assertTrue(
                    lesson.contains(String.join(", ", byBatch) + " " + String.join(", ", byLayer)),
                    () -> String.join(", ", byBatch) + " " + String.join(", ", byLayer) + " in " + lesson);
        }
        assertTrue(lesson.contains("(1 - 4) / √5 = -1.342"), lesson);
    }

    private static DoubleStream floats(float[] row) {
        return IntStream.range(0, row.length).mapToDouble(i -> row[i]);
    }

    private static String normal(double value, DoubleStream among) {
        double[] all = among.toArray();
        double mean = DoubleStream.of(all).average().orElseThrow();
        double variance = DoubleStream.of(all)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();
        return Numbers.brief((float) ((value - mean) / Math.sqrt(variance)));
    }

    @Test
    void normalizedNetworksTrainWhateverTheWeights() {
        for (double deviation : Normalization.DEVIATIONS) {
            List<Normalization.Trained> all = Normalization.trainAll(deviation);
            assertFalse(last(all.get(0)) < 0.6, "without normalization, from N(0, " + deviation + ")");
            assertTrue(last(all.get(1)) < 0.3, "batch norm, from N(0, " + deviation + "): " + last(all.get(1)));
            assertTrue(last(all.get(2)) < 0.3, "layer norm, from N(0, " + deviation + "): " + last(all.get(2)));
            double[] large = all.get(2).losses();
            for (int i = 1; deviation == 1 && i < large.length; i++) {
                assertTrue(large[i] < large[i - 1], "layer norm's loss jumps no more from N(0, 1): epoch " + i);
            }
            double[] batch = all.get(1).answers();
            assertTrue(Math.abs(batch[0] - batch[1]) > 1e-3, "batch norm depends on the batch");
            double[] layer = all.get(2).answers();
            for (double answer : layer) {
                assertEquals(layer[0], answer, 1e-4 * Math.abs(layer[0]), "layer norm does not depend on the batch");
            }
        }
    }

    private static double last(Normalization.Trained trained) {
        return trained.losses()[trained.losses().length - 1];
    }
}
