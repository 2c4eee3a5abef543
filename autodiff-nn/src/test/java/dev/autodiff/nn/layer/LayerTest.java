package dev.autodiff.nn.layer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of what layers compute, of their variables and names, and of what they leave for a training step. */
class LayerTest {
    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
    private final Session session = new Session(1);

    private static List<String> names(Layer layer) {
        return layer.variables().stream().map(Tensor::name).toList();
    }

    // ---- values ----

    @Test
    void maxoutIsTheLargestOfItsPieces() {
        NDArray weights = NDArray.of(new float[][] {{1, -1, 0, 2}, {0, 1, 3, -2}, {0, 0, 1, 1}});
        Layer maxout = new Maxout(2, 2).kernelInitializer(Initializers.value(weights));
        // x W = [1, 1, 7, -1] and [-2, 3, 4, -5]
        NDArray y = session.run(maxout.apply(x), Feed.feed(x, new float[][] {{1, 2, 1}, {-2, 1, 1}}));
        assertEquals(NDArray.of(new float[][] {{1, 7}, {3, 4}}), y);
    }

    @Test
    void embeddingLooksUpRows() {
        Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 2));
        Layer embedding = new Embedding(3, 2)
                .embeddingsInitializer(Initializers.value(NDArray.of(new float[][] {{0, 1}, {2, 3}, {4, 5}})));
        Tensor y = embedding.apply(words);
        assertEquals(Shape.of(Shape.UNKNOWN, 2, 2), y.shape());
        NDArray found = session.run(y, Feed.feed(words, NDArray.of(new int[][] {{2, 0}})));
        assertArrayEquals(new double[] {4, 5, 0, 1}, found.toDoubles());
        refused(RuntimeException.class, () -> session.run(y, Feed.feed(words, NDArray.of(new int[][] {{3, 0}}))), "3");
    }

    @Test
    void flattenAndReshapeKeepTheExamples() {
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 2, 3));
        Layer both = new Sequential(new Flatten(), new Reshape(3, 2));
        Tensor y = both.apply(images);
        assertEquals(Shape.of(Shape.UNKNOWN, 3, 2), y.shape());
        NDArray pixels = NDArray.wrap(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 2, 2, 3);
        assertEquals(pixels.reshape(2, 3, 2), session.run(y, Feed.feed(images, pixels)));
    }

    @Test
    void denseWorksOnSequencesToo() {
        Placeholder words = Placeholder.of("words", Shape.of(Shape.UNKNOWN, 5, 3));
        Tensor y = new Dense(2, Activation.RELU).apply(words);
        assertEquals(Shape.of(Shape.UNKNOWN, 5, 2), y.shape());
        assertEquals(
                2 * 5 * 2,
                session.run(y, Feed.feed(words, NDArray.zeros(DType.FLOAT32, 2, 5, 3)))
                        .size());
    }

    @Test
    void everyStepGetsTheSameLayer() {
        Placeholder films = Placeholder.of("films", Shape.of(Shape.UNKNOWN, 2, 3, 3, 1));
        Layer each = new MaxPooling2D(2);
        Tensor y = new TimeDistributed(each).apply(films);
        assertEquals(Shape.of(Shape.UNKNOWN, 2, 1, 1, 1), y.shape());
        float[] pixels = new float[36];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i;
        }
        NDArray largest = session.run(y, Feed.feed(films, NDArray.wrap(pixels, 2, 2, 3, 3, 1)));
        assertArrayEquals(new double[] {4, 13, 22, 31}, largest.toDoubles());
        Placeholder open = Placeholder.of("open", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 3));
        refused(GraphException.class, () -> new TimeDistributed(new Dense(2)).apply(open), "TimeDistributed", "sizes");
        refused(GraphException.class, () -> new TimeDistributed(new Dense(2)).apply(x), "3 axes or more");
    }

    @Test
    void noiseHasItsDeviationAndOnlyInTraining() {
        Tensor ones = Tensors.ones(200, 100);
        Layer noise = new GaussianNoise(0.5);
        NDArray noisy = session.run(noise.apply(ones, Mode.TRAINING));
        double sum = 0;
        double squares = 0;
        int within = 0;
        for (int i = 0; i < noisy.size(); i++) {
            double z = (noisy.at(i) - 1) / 0.5;
            sum += z;
            squares += z * z;
            within += Math.abs(z) < 1 ? 1 : 0;
        }
        // of 20,000 numbers: six standard errors of the mean, of the mean square, and of the share within one deviation
        assertEquals(0, sum / noisy.size(), 6 / Math.sqrt(20_000));
        assertEquals(1, squares / noisy.size(), 6 * Math.sqrt(2 / 20_000.0));
        assertEquals(0.682689, (double) within / noisy.size(), 6 * Math.sqrt(0.6827 * 0.3173 / 20_000));
        assertNotEquals(noisy, session.run(noise.apply(ones, Mode.TRAINING)));
        assertSame(ones, noise.apply(ones, Mode.INFERENCE));
    }

    @Test
    void batchNormOfASingleExampleStaysFinite() {
        Layer norm = new BatchNorm();
        Tensor y = norm.apply(x, Mode.TRAINING);
        session.run(new GradientDescent(0.1).minimize(y.square().mean()), Feed.feed(x, new float[][] {{1, 2, 3}}));
        for (Variable variable : norm.variables()) {
            for (double value : variable.value().toDoubles()) {
                assertTrue(Double.isFinite(value), variable.name());
            }
        }
    }

    @Test
    void layersComputeInTheTypeOfTheirInput() {
        Placeholder wide = Placeholder.of("wide", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 3));
        Tensor y = new Sequential(
                        new Dense(2), new BatchNorm(), new LayerNorm(), new Maxout(2, 2), new GaussianNoise(1))
                .apply(wide, Mode.TRAINING);
        assertEquals(DType.FLOAT64, y.dtype());
    }

    // ---- training and inference ----

    @Test
    void aVariableIsAskedForOnceInAnApplication() {
        Layer twice = new Layer() {
            @Override
            protected Tensor build(Tensor in, LayerScope scope) {
                Tensor g = scope.variable("g", Shape.of(3), Initializers.ones());
                return in.mul(g).add(scope.variable("g", Shape.of(3), Initializers.zeros()));
            }
        };
        refused(GraphException.class, () -> twice.apply(x), "its variable g twice", "different names", "LayerTest");
    }

    @Test
    void bothModesShareTheVariables() {
        Layer layer = new Sequential(new Dense(4), Dropout.rate(0.5), new BatchNorm(), new Dense(2));
        Tensor training = layer.apply(x, Mode.TRAINING);
        List<Variable> variables = layer.variables();
        Tensor inference = layer.apply(x, Mode.INFERENCE);
        assertEquals(variables, layer.variables());
        Feed ones = Feed.feed(x, new float[][] {{1, 1, 1}});
        assertEquals(session.run(inference, ones), session.run(inference, ones));
        session.run(new GradientDescent(0.1).minimize(training.square().mean()), ones);
        assertEquals(List.of(), Attachments.assignments(inference));
    }

    @Test
    void whereModesDifferTheModeMustBeSaid() {
        refused(GraphException.class, () -> Dropout.rate(0.5).apply(x), "Mode.TRAINING", "Mode.INFERENCE", "LayerTest");
        refused(GraphException.class, () -> new Sequential(new Dense(2), new BatchNorm()).apply(x), "BatchNorm");
        assertEquals(Shape.of(Shape.UNKNOWN, 2), new Dense(2).apply(x).shape());
    }

    @Test
    void aLayerWithinAnotherMayHaveAModeOfItsOwn() {
        BatchNorm frozen = new BatchNorm();
        Layer layer = Layer.of(in -> frozen.apply(in, Mode.INFERENCE));
        assertEquals(List.of(), Attachments.assignments(layer.apply(x, Mode.TRAINING)));
    }

    @Test
    void movingAveragesBelongToTheTrainingStep() {
        Layer layer = new Sequential(new BatchNorm(0.5, 1e-5), new Dense(1));
        TrainOp step =
                new Adam(0.1).minimize(layer.apply(x, Mode.TRAINING).square().mean());
        session.run(step, Feed.feed(x, new float[][] {{2, 0, 0}, {4, 0, 0}}));
        Variable movingMean = layer.variables().get(2);
        assertArrayEquals(new double[] {1.5, 0, 0}, movingMean.value().toDoubles());
        assertEquals(
                List.of(false, false),
                layer.variables().subList(2, 4).stream()
                        .map(Variable::isTrainable)
                        .toList());
    }

    @Test
    void aSharedLayerHasItsPenaltyOnce() {
        Layer shared = new Dense(3)
                .kernelInitializer(Initializers.constant(2))
                .kernelRegularizer(Regularizer.l1(1))
                .biasRegularizer(Regularizer.elasticNet(1, 1));
        Tensor y = shared.apply(shared.apply(x));
        List<Tensor> penalties = Attachments.penalties(y);
        assertEquals(2, penalties.size());
        assertEquals(18, session.run(penalties.get(0)).item());
    }

    @Test
    void activityPenaltiesAreAveragesOverTheExamples() {
        Layer dense =
                new Dense(1).kernelInitializer(Initializers.ones()).activityRegularizer(Regularizer.elasticNet(1, 0.5));
        Tensor penalty = Attachments.penalties(dense.apply(x)).get(0);
        // outputs 3 and -2: (3 + 2 + (9 + 4) / 2) / 2
        assertEquals(
                5.75,
                session.run(penalty, Feed.feed(x, new float[][] {{1, 1, 1}, {-2, 0, 0}}))
                        .item());
    }

    @Test
    void constraintsHoldAfterEachStepOfEveryOptimizer() {
        Layer dense =
                new Dense(2).kernelInitializer(Initializers.constant(0.25)).kernelConstraint(Constraint.nonNegative());
        TrainOp step = new Adam(0.5).minimize(dense.apply(x).sum());
        session.run(step, Feed.feed(x, new float[][] {{1, 0, -1}}));
        assertArrayEquals(
                new double[] {0, 0, 0.25, 0.25, 0.75, 0.75},
                dense.variables().get(0).value().toDoubles(),
                1e-6);
        String trace =
                session.trace(step, Feed.feed(x, new float[][] {{1, 0, -1}})).toString();
        assertTrue(trace.contains("constraint"), trace);
    }

    // ---- names ----

    @Test
    void namesFollowTheNesting() {
        Layer encoder = new Sequential(new Dense(4), new Dense(2)).named("encoder");
        Layer decoder = new Sequential(new Dense(4), new Dense(3).named("out")).named("decoder");
        Network network = Network.of(new Sequential(encoder, new BatchNorm(), decoder), x);
        assertEquals(
                List.of(
                        "encoder/dense1/weights",
                        "encoder/dense1/bias",
                        "encoder/dense2/weights",
                        "encoder/dense2/bias",
                        "batchNorm1/scale",
                        "batchNorm1/shift",
                        "batchNorm1/movingMean",
                        "batchNorm1/movingVariance",
                        "decoder/dense1/weights",
                        "decoder/dense1/bias",
                        "decoder/out/weights",
                        "decoder/out/bias"),
                List.copyOf(network.variables().keySet()));
        network.variables().forEach((name, variable) -> assertEquals(name, variable.name()));
    }

    @Test
    @SuppressWarnings("try") // the scope is not referred to
    void namesAreUniqueInGraphsByHandToo() {
        Layer first = new Dense(3);
        Layer second = new Dense(3);
        second.apply(first.apply(x)).add(first.apply(x));
        assertEquals(List.of("dense1/weights", "dense1/bias"), names(first));
        assertEquals(List.of("dense2/weights", "dense2/bias"), names(second));
        try (NameScope scope = NameScope.open("head")) {
            Layer third = new Dense(3);
            third.apply(x);
            assertEquals(List.of("head/dense1/weights", "head/dense1/bias"), names(third));
        }
    }

    @Test
    void aTrainedLayerKeepsItsVariablesInAnotherModel() {
        Layer base = new Dense(3);
        Network before = Network.of(new Sequential(base), x);
        Network after = Network.of(new Sequential(new Dense(3), base), x);
        assertSame(before.variables().get("dense1/weights"), after.variables().get("dense2/weights"));
    }

    @Test
    void twoLayersOfOneNameAreRefused() {
        Layer twice = new Sequential(new Dense(3).named("a"), new Maxout(2, 2).named("a"));
        refused(GraphException.class, () -> twice.apply(x), "two layers named a", "Dense", "Maxout");
        refused(GraphException.class, () -> new Dense(3).named("a/b"), "slashes", "a/b");
        refused(GraphException.class, () -> new Dense(3).named(" "), "name");
    }

    // ---- composition ----

    @Test
    void residualsAndBranchesArePlainCode() {
        Layer left = new Dense(3).kernelInitializer(Initializers.ones());
        Layer right = new Dense(3).kernelInitializer(Initializers.ones());
        Layer block = Layer.of(in -> in.add(left.apply(in)).add(right.apply(left.apply(in))));
        Network network = Network.of(new Sequential(block.named("block")), x);
        assertEquals(
                List.of("block/dense1/weights", "block/dense1/bias", "block/dense2/weights", "block/dense2/bias"),
                List.copyOf(network.variables().keySet()));
        // x + sum + 3 sum, where the sum of x is 6
        NDArray y = session.run(network.output(Mode.INFERENCE), Feed.feed(x, new float[][] {{1, 2, 3}}));
        assertArrayEquals(new double[] {25, 26, 27}, y.toDoubles());
    }

    @Test
    void severalInputsAndOutputs() {
        Placeholder other = Placeholder.of("other", Shape.of(Shape.UNKNOWN, 3));
        Layer encoder = new Dense(2).named("encoder");
        Layer dropout = Dropout.rate(0.5);
        Network network = Network.of(() -> {
            Tensor a = dropout.apply(encoder.apply(x));
            Tensor b = encoder.apply(other);
            return List.of(a.sub(b), a.add(b));
        });
        assertEquals(2, network.outputs(Mode.TRAINING).size());
        assertEquals(
                List.of("encoder/weights", "encoder/bias"),
                List.copyOf(network.variables().keySet()));
        refused(IllegalStateException.class, () -> network.output(Mode.INFERENCE), "2 outputs");
    }

    @Test
    void layersMadeInsideOfTheFunctionAreRefused() {
        refused(
                GraphException.class,
                () -> Network.of(Layer.of(in -> new Dense(2).apply(in)), x),
                "dense2/weights",
                "outside of the function");
    }

    /** A layer of one's own. */
    private static final class Scale extends Layer {
        @Override
        protected Tensor build(Tensor in, LayerScope scope) {
            return in.mul(scope.variable("factor", Shape.of(in.shape().dim(-1)), Initializers.ones()));
        }
    }

    @Test
    void aLayerOfOnesOwnIsShort() {
        Network network = Network.of(new Sequential(new Scale(), new Scale()), x);
        assertEquals(
                List.of("scale1/factor", "scale2/factor"),
                List.copyOf(network.variables().keySet()));
    }

    @Test
    void tensorsAreMadeAtTheUsersLine() {
        assertTrue(new Dense(2, Activation.RELU).apply(x).sourceLine().startsWith("LayerTest.java:"));
    }

    // ---- mistakes ----

    @Test
    void anInputOfAnotherWidthIsRefused() {
        Layer dense = new Dense(2);
        dense.apply(x);
        Placeholder wide = Placeholder.of("wide", Shape.of(Shape.UNKNOWN, 5));
        refused(
                GraphException.class,
                () -> dense.apply(wide),
                "Dense dense1",
                "[3, 2]",
                "[5, 2]",
                "make another Dense");
    }

    @Test
    void inputsThatNoLayerCanUseAreRefused() {
        Placeholder flat = Placeholder.of("flat", Shape.of(Shape.UNKNOWN));
        refused(GraphException.class, () -> new Dense(2).apply(flat), "column", "expandDims(-1)", "flat");
        Placeholder open = Placeholder.of("open", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
        refused(GraphException.class, () -> new Dense(2).apply(open), "number of features", "open");
        Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 4));
        refused(GraphException.class, () -> new Dense(2).apply(words), "Embedding", "cast(DType.FLOAT32)");
        refused(GraphException.class, () -> new Embedding(9, 2).apply(x), "DType.INT32");
        refused(
                GraphException.class,
                () -> new Flatten().apply(Placeholder.of("open", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 2))),
                "Flatten");
    }

    @Test
    void optionsOfAnAppliedLayerStay() {
        Dense dense = new Dense(2);
        dense.apply(x);
        refused(
                GraphException.class,
                () -> dense.kernelRegularizer(Regularizer.l2(1)),
                "too late",
                "kernelRegularizer");
        refused(GraphException.class, () -> dense.named("late"), "too late");
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        refused(GraphException.class, () -> new Dense(0), "at least 1", "0");
        refused(GraphException.class, () -> new Maxout(1, 0), "pieces");
        refused(GraphException.class, () -> new BatchNorm(1, 1e-5), "decay", "momentum");
        refused(GraphException.class, () -> new BatchNorm(0.9, 0), "epsilon");
        refused(GraphException.class, () -> new LayerNorm(-1), "epsilon");
        refused(GraphException.class, () -> new GaussianNoise(-1), "deviation");
        refused(GraphException.class, () -> Regularizer.l2(-1), "penalty");
        refused(GraphException.class, () -> Constraint.maxNorm(0), "norm");
        refused(GraphException.class, () -> Dropout.rate(50), "50.0");
        Layer bad = new Dense(2).kernelRegularizer(w -> w.square());
        refused(GraphException.class, () -> bad.apply(x), "penalty is a scalar", "sum it");
    }

    // ---- summary ----

    @Test
    void summaryHasLayersShapesParametersAndBytes() {
        Layer inner = new Sequential(new Dense(4, Activation.RELU), new BatchNorm()).named("inner");
        Layer shared = new Dense(4);
        Network network = Network.of(new Sequential(inner, shared, Activation.TANH.layer(), shared), x);
        assertEquals("""
                Layer             Kind        Output  Parameters  Bytes
                inner             Sequential  [?, 4]           0      0
                inner/dense1      Dense       [?, 4]          16     64
                inner/batchNorm1  BatchNorm   [?, 4]          16     64
                dense1            Dense       [?, 4]          20     80
                tanh1             Activation  [?, 4]           0      0
                dense1            Dense       [?, 4]      shared
                Parameters: 44 trainable, 8 not trainable, 208 bytes
                """, network.summary());
    }

    /** As in a GAN: each of two networks has a training step, which leaves the other one alone. */
    @Test
    void oneOfTwoNetworksIsTrained() {
        Layer generator = new Sequential(new Dense(2), new BatchNorm());
        Layer discriminator = new Dense(1);
        Tensor made = generator.apply(Tensors.range(6).cast(DType.FLOAT32).reshape(3, 2), Mode.TRAINING);
        Tensor cost = discriminator.apply(made).square().mean();
        List<Variable> trained = generator.trainableVariables();
        assertEquals(4, trained.size());
        assertEquals(6, generator.variables().size());
        TrainOp train = new GradientDescent(0.1).minimize(cost, trained);
        assertEquals(
                trained, train.updates().stream().map(TrainOp.Update::variable).toList());
        try (Session session = new Session(1)) {
            Variable other = discriminator.variables().get(0);
            NDArray before = session.run(other).copy();
            session.run(train);
            assertEquals(before, session.run(other));
        }
    }
}
