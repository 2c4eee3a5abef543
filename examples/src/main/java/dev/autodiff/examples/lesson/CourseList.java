package dev.autodiff.examples.lesson;

import dev.autodiff.examples.exercise.Exercise;
import dev.autodiff.examples.lesson.Course.Lesson;
import dev.autodiff.examples.lesson.Course.Part;
import java.util.List;
import java.util.stream.Stream;

/** The table of contents of the course. */
final class CourseList {
    private CourseList() {}

    /** Returns the lessons, in order. */
    static List<Lesson> lessons() {
        return List.of(
                new Lesson(
                        1,
                        Part.BACKPROPAGATION,
                        Derivative.class,
                        "What a derivative is",
                        "A nudge, and what becomes of it; a slope measured, and a rule that gives the same number.",
                        "If one number of a computation changes a little, by how much does the result change?",
                        Derivative::teach,
                        exercises("Slope")),
                new Lesson(
                        2,
                        Part.BACKPROPAGATION,
                        ChainRule.class,
                        "The chain rule",
                        "Three steps there and back; upstream times local; why contributions of several paths are"
                                + " added.",
                        "A number reaches the result through several steps, and perhaps along several paths. How does"
                                + " its nudge get there?",
                        ChainRule::teach,
                        exercises("LocalTimesUpstream", "TwoPaths")),
                new Lesson(
                        3,
                        Part.BACKPROPAGATION,
                        OneNeuron.class,
                        "One neuron by hand",
                        "Forward, backward and update of a neuron with three inputs on paper; then a famous mistake.",
                        "In which direction, and how far, should each weight of a neuron move?",
                        OneNeuron::teach,
                        exercises("NeuronGradient")),
                new Lesson(
                        4,
                        Part.BACKPROPAGATION,
                        TopologicalOrder.class,
                        "Why topological order",
                        "Why gradients go wrong when a number is used twice, unless nodes are visited in the right"
                                + " order.",
                        "When may a node pass its gradient on?",
                        TopologicalOrder::teach,
                        exercises("MissingLine")),
                new Lesson(
                        5,
                        Part.BACKPROPAGATION,
                        Micrograd.class,
                        "Micrograd's example, and your own engine",
                        "A larger expression in which everything is used twice, with numbers to compare; then five"
                                + " steps to an engine.",
                        "Is that all? Can a hundred lines differentiate any expression?",
                        Micrograd::teach,
                        exercises("EngineNodes", "EngineLocals", "EngineOrder", "EngineBackward", "EngineTraining")),
                new Lesson(
                        6,
                        Part.BACKPROPAGATION,
                        MatricesAndBatches.class,
                        "Matrices and batches",
                        "Why dW = Xᵀ·dY, why the gradient of a bias is a sum over the batch, and where to divide by"
                                + " n.",
                        "Why is there a transpose in the gradient of a matrix product, and why is the gradient of a"
                                + " bias a sum?",
                        MatricesAndBatches::teach,
                        exercises("MatmulGradient", "BiasGradient", "MeanSquaredErrorGradient")),
                new Lesson(
                        7,
                        Part.TRAINING,
                        LearningRate.class,
                        "The learning rate",
                        "Too small, right and too large on one cost surface; then momentum, RMSProp and Adam.",
                        "How large may a step be?",
                        LearningRate::teach,
                        exercises("MomentumUpdate", "AdamUpdate")),
                new Lesson(
                        8,
                        Part.TRAINING,
                        LineByEpochs.class,
                        "Linear regression, epoch by epoch",
                        "A line approaches the data while the loss falls.",
                        "What happens to a model from one epoch to the next?",
                        LineByEpochs::teach,
                        exercises("TrainingLoop")),
                new Lesson(
                        9,
                        Part.TRAINING,
                        Schedules.class,
                        "Learning-rate schedules",
                        "Why a constant rate stops short of the best line, and what steps, cosines and a warm-up"
                                + " change.",
                        "Should the last step be as large as the first?",
                        Schedules::teach,
                        exercises("CosineSchedule")),
                new Lesson(
                        10,
                        Part.TRAINING,
                        HiddenLayers.class,
                        "What a hidden layer is good for",
                        "Without an activation, nothing; with one, XOR is easy and decision boundaries bend.",
                        "Why is one layer not enough, and why are two without an activation no better?",
                        HiddenLayers::teach,
                        exercises("ReluGradient")),
                new Lesson(
                        11,
                        Part.TRAINING,
                        SoftmaxAndCrossEntropy.class,
                        "Softmax and cross-entropy",
                        "Why the loss takes logits, why its gradient is p - y, and why the naive form fails at 1000.",
                        "How does a classifier's loss tell each logit what to do?",
                        SoftmaxAndCrossEntropy::teach,
                        exercises("SoftmaxCrossEntropyGradient")),
                new Lesson(
                        12,
                        Part.TRAINING,
                        VanishingGradients.class,
                        "Vanishing gradients",
                        "Ten layers deep: sigmoid, relu, and the initial weights.",
                        "Why do the first layers of a deep network sometimes not learn at all?",
                        VanishingGradients::teach,
                        exercises("TanhGradient")),
                new Lesson(
                        13,
                        Part.TRAINING,
                        Initialization.class,
                        "Initialization",
                        "Why weights must not start equal, and where He's √(2 / inputs) comes from.",
                        "Why are the first weights random, and how large should they be?",
                        Initialization::teach,
                        exercises("HeDeviations")),
                new Lesson(
                        14,
                        Part.TRAINING,
                        Regularization.class,
                        "Dropout and L2",
                        "Their effect on the weights, and on the gap between training and test loss.",
                        "A model knows its training data by heart. How is it made to learn the rest as well?",
                        Regularization::teach,
                        exercises("DropoutGradient")),
                new Lesson(
                        15,
                        Part.TRAINING,
                        Normalization.class,
                        "Batch norm and layer norm",
                        "Layers that train whatever their first weights are, and what their answers depend on.",
                        "Can the size of the first weights be made not to matter?",
                        Normalization::teach,
                        exercises("BatchNormalization")),
                new Lesson(
                        16,
                        Part.TRAINING,
                        Mistakes.class,
                        "Checking, and ten classic mistakes",
                        "How to check a gradient, how to find a NaN, and the framework's messages for ten mistakes.",
                        "It trains, but badly. Is the gradient wrong?",
                        Mistakes::teach,
                        exercises("GradientChecker")),
                new Lesson(
                        17,
                        Part.ARCHITECTURES,
                        Convolution.class,
                        "Convolution by hand",
                        "One filter on one image; its gradient is a correlation of the image with what arrives.",
                        "One small filter is used at every place of an image. What is its gradient?",
                        Convolution::teach,
                        exercises("FilterGradient")),
                new Lesson(
                        18,
                        Part.ARCHITECTURES,
                        BackpropagationThroughTime.class,
                        "Backpropagation through time",
                        "A recurrent network unrolled; why its gradients vanish or explode; clipping.",
                        "A loop uses the same weight at every step. How does a gradient go back through a loop?",
                        BackpropagationThroughTime::teach,
                        exercises("RecurrentGradient", "ClipByNorm")),
                new Lesson(
                        19,
                        Part.ARCHITECTURES,
                        AttentionOnThreeTokens.class,
                        "Attention on three tokens",
                        "Queries, keys, values and weights in numbers, and the way back through them.",
                        "How does a token choose what it takes from the others, and how does it learn to choose?",
                        AttentionOnThreeTokens::teach,
                        exercises("AttentionByHand")));
    }

    private static List<Exercise> exercises(String... files) {
        return Stream.of(files).map(Exercise::named).toList();
    }
}
