package dev.autodiff.examples.lesson;

import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.examples.page.PageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The lessons in their order, and what is made of them. */
public final class Course {
    /** All lessons. */
    public static final List<Lesson> LESSONS = List.of(
            new Lesson(
                    1,
                    OneNeuron.class,
                    "One neuron by hand",
                    "Forward, backward and update with three inputs and pencil and paper; then a famous mistake.",
                    OneNeuron::teach),
            new Lesson(
                    2,
                    TopologicalOrder.class,
                    "Why topological order",
                    "What goes wrong when a number is used twice, and why the order of the walk decides.",
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
                    "A line turns into place while the loss falls.",
                    LineByEpochs::teach),
            new Lesson(
                    5,
                    HiddenLayers.class,
                    "What a hidden layer is good for",
                    "Nothing without an activation; with one, XOR is easy and a boundary bends.",
                    HiddenLayers::teach),
            new Lesson(
                    6,
                    SoftmaxAndCrossEntropy.class,
                    "Softmax and cross-entropy",
                    "Why logits go in, why the gradient is p - y, and what 1000 does to the naive form.",
                    SoftmaxAndCrossEntropy::teach),
            new Lesson(
                    7,
                    VanishingGradients.class,
                    "Vanishing gradients",
                    "Ten layers deep: sigmoid, relu, and how the weights begin.",
                    VanishingGradients::teach),
            new Lesson(
                    8,
                    Regularization.class,
                    "Dropout and L2",
                    "What they do to the weights, and to the gap between training and test.",
                    Regularization::teach),
            new Lesson(
                    9,
                    Mistakes.class,
                    "Checking, and ten classic mistakes",
                    "How to check a gradient, how to find a NaN, and what the framework says when you slip.",
                    Mistakes::teach),
            new Lesson(
                    10,
                    Micrograd.class,
                    "Micrograd's example",
                    "A larger expression in which everything is used twice, with numbers to compare.",
                    Micrograd::teach));

    private static final PageWriter.Title INDEX = new PageWriter.Title(
            "index",
            "Backpropagation, step by step",
            "Each page is written by a short program. Run the first one with `./autodiff lesson 1`.");

    private Course() {}

    /**
     * A lesson.
     *
     * @param number from 1
     * @param program whose source a reader follows
     * @param subtitle what it is about, in a sentence
     * @param teach writes it on its page
     */
    public record Lesson(int number, Class<?> program, String title, String subtitle, Consumer<LessonPage> teach) {
        /** The name of its page, as {@code 01-one-neuron}. */
        public String name() {
            String words = program.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-");
            return String.format(Locale.ROOT, "%02d-%s", number, words.toLowerCase(Locale.ROOT));
        }

        /** Number and title. */
        public String heading() {
            return number + ". " + title;
        }

        private PageWriter.Title pageTitle() {
            return new PageWriter.Title(name(), heading(), subtitle);
        }

        /** Writes the files of the page that this lesson was written on. */
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
