package dev.autodiff.examples.lesson;

import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.examples.page.PageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The lessons in their order, and their pages. */
public final class Course {
    /** All lessons. */
    public static final List<Lesson> LESSONS = List.of(
            new Lesson(
                    1,
                    OneNeuron.class,
                    "One neuron by hand",
                    "Forward, backward and update of a neuron with three inputs on paper; then a famous mistake.",
                    OneNeuron::teach),
            new Lesson(
                    2,
                    TopologicalOrder.class,
                    "Why topological order",
                    "Why gradients go wrong when a number is used twice, unless nodes are visited in the right order.",
                    TopologicalOrder::teach),
            new Lesson(
                    3,
                    LearningRate.class,
                    "The learning rate",
                    "Too small, right and too large on one cost surface; then momentum, RMSProp and Adam.",
                    LearningRate::teach),
            new Lesson(
                    4,
                    LineByEpochs.class,
                    "Linear regression, epoch by epoch",
                    "A line approaches the data while the loss falls.",
                    LineByEpochs::teach),
            new Lesson(
                    5,
                    HiddenLayers.class,
                    "What a hidden layer is good for",
                    "Without an activation, nothing; with one, XOR is easy and decision boundaries bend.",
                    HiddenLayers::teach),
            new Lesson(
                    6,
                    SoftmaxAndCrossEntropy.class,
                    "Softmax and cross-entropy",
                    "Why the loss takes logits, why its gradient is p - y, and why the naive form fails at 1000.",
                    SoftmaxAndCrossEntropy::teach),
            new Lesson(
                    7,
                    VanishingGradients.class,
                    "Vanishing gradients",
                    "Ten layers deep: sigmoid, relu, and the initial weights.",
                    VanishingGradients::teach),
            new Lesson(
                    8,
                    Regularization.class,
                    "Dropout and L2",
                    "Their effect on the weights, and on the gap between training and test loss.",
                    Regularization::teach),
            new Lesson(
                    9,
                    Mistakes.class,
                    "Checking, and ten classic mistakes",
                    "How to check a gradient, how to find a NaN, and the framework's messages for ten mistakes.",
                    Mistakes::teach),
            new Lesson(
                    10,
                    Micrograd.class,
                    "Micrograd's example",
                    "A larger expression in which everything is used twice, with numbers to compare.",
                    Micrograd::teach),
            new Lesson(
                    11,
                    Normalization.class,
                    "Batch norm and layer norm",
                    "Layers that train whatever their first weights are, and what their answers depend on.",
                    Normalization::teach));

    private static final PageWriter.Title INDEX = new PageWriter.Title(
            "index",
            "Backpropagation, step by step",
            "Each page is written by a short program. Run the first one with `./autodiff lesson 1`.");

    private Course() {}

    /**
     * A lesson.
     *
     * @param number the number, from 1
     * @param program the class whose source a reader follows
     * @param title the title
     * @param subtitle the content in one sentence
     * @param teach the lesson, which writes on the given page
     */
    public record Lesson(int number, Class<?> program, String title, String subtitle, Consumer<LessonPage> teach) {
        /** Returns the name of the page, for example {@code 01-one-neuron}. */
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

    /** Writes the page that lists the lessons. */
    public static Path writeIndex(Path folder) {
        return PageWriter.index(
                folder, INDEX, LESSONS.stream().map(Lesson::pageTitle).toList());
    }
}
