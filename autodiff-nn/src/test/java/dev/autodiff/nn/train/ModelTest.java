package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.AveragedWeights;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.data.OneHot;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.Regularizer;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.metric.Average;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests of compile, fit, evaluate, predict and the state of models. */
class ModelTest {
    private static final Dataset MOONS = Generators.moons(100, 0.1, 7);
    private static final Dataset LINE = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 100, 42);

    private static Layer classifier() {
        return new Sequential(
                new Dense(8, Activation.RELU).kernelRegularizer(Regularizer.l2(0.001)),
                Dropout.rate(0.25),
                new BatchNorm(),
                new Dense(2, Activation.SOFTMAX));
    }

    private static Model compiled(Layer layer) {
        return Model.of(layer).seed(3).compile(new Adam(0.02), Loss.softmaxCrossEntropy(), Metric.accuracy());
    }

    private static List<NDArray> values(Model model) {
        return model.variables().values().stream().map(Variable::value).toList();
    }

    // ---- fit ----

    @Test
    void aModelLearnsAndHasItsFigures() {
        try (Model model = compiled(classifier())) {
            History history = model.fit(MOONS, 60, 20);
            assertEquals(60, history.epochs().size());
            assertEquals(List.of("loss", "penalty", "accuracy"), history.names());
            Map<String, Double> figures = model.evaluate(MOONS);
            assertTrue(Objects.requireNonNull(figures.get("accuracy")) > 0.9, figures::toString);
            assertEquals(
                    Classification.accuracy(model.predict(MOONS.features()), MOONS.labels()),
                    figures.get("accuracy"),
                    1e-12);
        }
    }

    /** The loop that fit is, with the same parts: a network, an optimizer, a prepared run and batches. */
    @Test
    void fitIsALoopOfPublicParts() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", DType.INT32, Shape.of(Shape.UNKNOWN));
        Network network = Network.of(classifier(), x);
        Tensor probabilities = network.output(Mode.TRAINING);
        Tensor logits = probabilities.inputs().get(0);
        Tensor cost = Losses.softmaxCrossEntropy(logits, y).mean();
        for (Tensor penalty : network.penalties(Mode.TRAINING)) {
            cost = cost.add(penalty);
        }
        TrainOp train = new Adam(0.02).minimize(cost);
        try (Session session = new Session(3);
                Model model = compiled(classifier())) {
            PreparedRun step = session.prepare(train, List.of(cost), x, y);
            Batches batches = Batches.shuffled(MOONS, 32, 3);
            double sum = 0;
            for (int epoch = 0; epoch < 3; epoch++) {
                sum = 0;
                for (Batch batch : batches.epoch(epoch)) {
                    step.run(batch.features(), batch.labels());
                    sum += step.number(0) * batch.rows();
                }
            }
            History history = model.fit(MOONS, 3, 32);
            assertEquals(sum / MOONS.rows(), history.last("loss"));
            List<NDArray> byHand =
                    network.variables().values().stream().map(Variable::value).toList();
            assertEquals(byHand, values(model));
            assertEquals(
                    session.run(network.output(Mode.INFERENCE), Feed.feed(x, MOONS.features())),
                    model.predict(MOONS.features()));
        }
    }

    @Test
    void fitAndStepsByHandShareTheOptimizer() {
        try (Model fitted = compiled(classifier());
                Model stepped = compiled(classifier())) {
            FitOptions inOrder = FitOptions.epochs(1).batch(50).shuffle(false);
            fitted.fit(MOONS, inOrder);
            fitted.fit(MOONS, inOrder);
            stepped.fit(MOONS, inOrder);
            for (Batch batch : Batches.inOrder(MOONS, 50).epoch(1)) {
                stepped.trainer().step(batch.features(), batch.labels());
            }
            assertEquals(values(fitted), values(stepped));
        }
    }

    @Test
    void twoCallsOfFitAreAsOne() {
        try (Model once = compiled(classifier());
                Model twice = compiled(classifier())) {
            once.fit(MOONS, 4, 32);
            twice.fit(MOONS, 1, 32);
            twice.fit(MOONS, 3, 32);
            assertEquals(values(once), values(twice));
        }
    }

    @Test
    void validationIsEvaluatedAfterEachEpoch() {
        try (Model model = compiled(classifier())) {
            History history = model.fit(MOONS, FitOptions.epochs(2).validationSplit(0.3));
            assertEquals(
                    List.of("loss", "penalty", "accuracy", "val_loss", "val_penalty", "val_accuracy"), history.names());
            Map<String, Double> last = model.evaluate(MOONS.rows(70, 100));
            assertEquals(last.get("loss"), history.last("val_loss"));
            assertEquals(last.get("accuracy"), history.last("val_accuracy"));
        }
    }

    @Test
    void penaltiesArePartOfEveryLoss() {
        Layer dense = new Dense(1).kernelInitializer(Initializers.ones()).kernelRegularizer(Regularizer.l2(10));
        try (Model model = Model.of(dense).compile(new GradientDescent(1e-9), Loss.meanSquaredError())) {
            Dataset zeros = new Dataset(NDArray.zeros(DType.FLOAT32, 4, 2), NDArray.zeros(DType.FLOAT32, 4, 1));
            assertEquals(20, Objects.requireNonNull(model.evaluate(zeros).get("loss")), 1e-5);
            assertEquals(20, model.fit(zeros, 1, 4).last("loss"), 1e-5);
        }
    }

    @Test
    void evaluationIsTheSameForAnyBatch() {
        try (Model model = compiled(classifier())) {
            model.fit(MOONS, 1, 32);
            Map<String, Double> whole = model.evaluate(MOONS, 100);
            Map<String, Double> parts = model.evaluate(MOONS, 7);
            assertEquals(
                    Objects.requireNonNull(whole.get("accuracy")),
                    Objects.requireNonNull(parts.get("accuracy")),
                    1e-12);
            assertEquals(Objects.requireNonNull(whole.get("loss")), Objects.requireNonNull(parts.get("loss")), 1e-6);
        }
    }

    @Test
    void predictionsAreForAnyNumberOfExamples() {
        try (Model model = compiled(classifier()).build(2)) {
            assertEquals(Shape.of(100, 2), model.predict(MOONS.features()).shape());
            assertEquals(
                    model.predictAll(100, List.of(MOONS.features())), model.predictAll(7, List.of(MOONS.features())));
            assertEquals(
                    Shape.of(0, 2), model.predict(MOONS.features().rows(0, 0)).shape());
        }
    }

    // ---- weights ----

    @Test
    void aWeightOfZeroLeavesExamplesOut() {
        NDArray weights = NDArray.wrap(new float[100], 100);
        for (int i = 0; i < 50; i++) {
            ((float[]) weights.storage())[i] = 1;
        }
        FitOptions whole = FitOptions.epochs(3).batch(100).shuffle(false);
        try (Model weighted = regression();
                Model half = regression()) {
            weighted.fit(LINE, whole.sampleWeights(weights));
            // The mean is over all examples, as in Keras, so that half of them give half of the gradient.
            half.compile(new GradientDescent(0.05), Loss.meanSquaredError());
            half.fit(LINE.rows(0, 50), whole);
            for (int i = 0; i < 2; i++) {
                double[] a = values(weighted).get(i).toDoubles();
                double[] b = values(half).get(i).toDoubles();
                for (int k = 0; k < a.length; k++) {
                    assertEquals(b[k], a[k], 1e-4);
                }
            }
        }
    }

    private static Model regression() {
        return Model.sequential(new Dense(1)).compile(new GradientDescent(0.1), Loss.meanSquaredError());
    }

    @Test
    void weightsFollowTheOrderOfTheExamples() {
        float[] byLabel = new float[100];
        for (int i = 0; i < 100; i++) {
            byLabel[i] = MOONS.labels().at(i) == 1 ? 3 : 1;
        }
        FitOptions options = FitOptions.epochs(2).batch(8);
        Dataset oneHot = MOONS.mapLabels(labels -> OneHot.encode(labels, 2));
        try (Model samples = compiled(classifier());
                Model classes = compiled(classifier());
                Model rows = compiled(classifier());
                Model without = compiled(classifier())) {
            samples.fit(MOONS, options.sampleWeights(NDArray.wrap(byLabel, 100)));
            classes.fit(MOONS, options.classWeights(Map.of(1, 3.0)));
            rows.fit(oneHot, options.classWeights(Map.of(1, 3.0)));
            without.fit(MOONS, options);
            assertEquals(values(samples), values(classes));
            assertEquals(values(samples), values(rows));
            assertNotEquals(values(samples), values(without));
        }
    }

    @Test
    void balancedWeightsFitLabelsOfAnyType() {
        Dataset some = MOONS.rows(0, 30);
        Dataset column = some.mapLabels(labels -> labels.cast(DType.FLOAT32).reshape(-1, 1));
        FitOptions options = FitOptions.epochs(2).batch(8);
        assertEquals(some.balancedClassWeights(), column.balancedClassWeights());
        try (Model whole = Model.sequential(new Dense(1)).seed(1);
                Model fractions = Model.sequential(new Dense(1)).seed(1)) {
            whole.compile(new Adam(0.1), Loss.sigmoidCrossEntropy());
            whole.fit(some, options.classWeights(some.balancedClassWeights()));
            fractions.compile(new Adam(0.1), Loss.sigmoidCrossEntropy());
            fractions.fit(column, options.classWeights(column.balancedClassWeights()));
            assertEquals(values(whole), values(fractions));
            refused(
                    IllegalArgumentException.class,
                    () -> whole.fit(some, options.classWeights(Map.of(0, 1.0, 2, 3.0))),
                    "weight for class 2",
                    "0 to 1");
        }
    }

    /** Labels or weights of another form than at the first fit make another graph, in which the optimizer goes on. */
    @Test
    void theFormOfLabelsMayChangeBetweenFits() {
        FitOptions options = FitOptions.epochs(2).batch(8);
        Dataset oneHot = MOONS.mapLabels(labels -> OneHot.encode(labels, 2));
        Dataset column = MOONS.mapLabels(labels -> labels.reshape(-1, 1));
        NDArray ones = NDArray.full(DType.FLOAT32, Shape.of(100), 1);
        try (Model same = compiled(classifier());
                Model changed = compiled(classifier())) {
            for (Dataset data : List.of(MOONS, oneHot, MOONS, column)) {
                same.fit(MOONS, options);
                changed.fit(data, options);
                assertEquals(same.snapshot().toArrays(), changed.snapshot().toArrays());
            }
            refused(
                    GraphException.class,
                    () -> changed.fit(MOONS.mapLabels(labels -> OneHot.encode(labels, 3)), options),
                    "give the last layer 3 units");
            double loss = changed.fit(MOONS, options.sampleWeights(ones)).last("loss");
            assertEquals(same.fit(MOONS, options).last("loss"), loss, 1e-5);
            assertEquals(
                    same.fit(MOONS, options).last("loss"),
                    changed.fit(MOONS, options).last("loss"),
                    1e-5);
        }
    }

    // ---- losses ----

    @Test
    void softmaxAtTheEndIsNotAppliedTwice() {
        NDArray x = NDArray.of(new float[][] {{1000, 0}});
        Dataset data = new Dataset(x, NDArray.of(1));
        Dense identity = new Dense(2, Activation.SOFTMAX)
                .kernelInitializer(Initializers.value(NDArray.of(new float[][] {{1, 0}, {0, 1}})));
        try (Model model = Model.of(identity).compile(new Adam(0.1), Loss.softmaxCrossEntropy())) {
            // A softmax in float gives a probability of 0, whose logarithm is infinite.
            assertEquals(1000, model.evaluate(data).get("loss"));
        }
    }

    @Test
    void labelsMayBeClassNumbersOrRowsOrColumns() {
        List<Double> losses = new ArrayList<>();
        for (NDArray labels : List.of(
                MOONS.labels(),
                MOONS.labels().reshape(100, 1),
                OneHot.encode(MOONS.labels(), 2),
                OneHot.encode(MOONS.labels(), 2, DType.FLOAT64))) {
            try (Model model = compiled(classifier())) {
                losses.add(model.evaluate(new Dataset(MOONS.features(), labels)).get("loss"));
            }
        }
        assertEquals(
                1,
                losses.stream().map(loss -> Math.round(loss * 1e6)).distinct().count(),
                losses::toString);
    }

    @Test
    void binaryLabelsMayBeWholeNumbersAndVectors() {
        Layer logit = new Dense(1).kernelInitializer(Initializers.constant(0.5));
        Layer probability = new Dense(1, Activation.SIGMOID).kernelInitializer(Initializers.constant(0.5));
        List<Double> losses = new ArrayList<>();
        for (Layer layer : List.of(logit, probability)) {
            try (Model model = Model.of(layer).compile(new Adam(0.1), Loss.sigmoidCrossEntropy())) {
                losses.add(model.evaluate(MOONS).get("loss"));
            }
        }
        assertEquals(losses.get(0), losses.get(1));
    }

    /** The penalties of layers are in the loss, and told apart from the rest of it. */
    @Test
    void penaltiesAreAValueOfTheirOwn() {
        Dense dense = new Dense(1).kernelRegularizer(Regularizer.l2(0.1)).biasRegularizer(Regularizer.l1(0.5));
        try (Model model = Model.of(dense).compile(new GradientDescent(0.01), Loss.meanSquaredError(), Metric.mse())) {
            FitOptions options = FitOptions.epochs(3).batch(30).validation(LINE.rows(0, 40));
            // the callback is told the names of the values before there are any
            History history = model.fit(
                    LINE,
                    options.callbacks(EarlyStopping.smallest("val_penalty").patience(3)));
            List<String> names = List.of("loss", "penalty", "mse", "val_loss", "val_penalty", "val_mse");
            assertEquals(names, history.names());
            for (int epoch = 0; epoch < 3; epoch++) {
                assertEquals(
                        history.of("loss").get(epoch),
                        history.of("mse").get(epoch) + history.of("penalty").get(epoch),
                        1e-4);
            }
            double[] w = values(model).get(0).toDoubles();
            double b = values(model).get(1).item();
            double expected = 0.1 * (w[0] * w[0] + w[1] * w[1]) + 0.5 * Math.abs(b);
            assertEquals(expected, history.last("val_penalty"), 1e-5);
            assertEquals(history.last("val_loss"), history.last("val_mse") + expected, 1e-4);
            assertEquals(
                    history.last("val_penalty"),
                    Objects.requireNonNull(model.evaluate(LINE).get("penalty")),
                    1e-6);
        }
        refused(
                IllegalArgumentException.class,
                () -> regression()
                        .compile(new Adam(0.1), Loss.meanSquaredError(), Metric.of("penalty", Metric.mse()::start)),
                "two values named penalty");
    }

    // ---- state ----

    @Test
    void restoringContinuesBitForBit() {
        try (Model model = compiled(classifier())) {
            model.fit(MOONS, 2, 32);
            Snapshot snapshot = model.snapshot();
            model.fit(MOONS, 3, 32);
            List<NDArray> once = values(model);
            model.restore(snapshot);
            model.fit(MOONS, 3, 32);
            assertEquals(once, values(model));
        }
    }

    @Test
    void restoringToBeforeTheFirstStepBeginsTheOptimizerAnew() {
        try (Model model = compiled(classifier()).build(2)) {
            Snapshot snapshot = model.snapshot();
            model.fit(MOONS, 3, 32);
            List<NDArray> once = values(model);
            model.restore(snapshot);
            model.fit(MOONS, 3, 32);
            assertEquals(once, values(model));
            model.restore(snapshot);
            model.compile(new GradientDescent(0.1), Loss.softmaxCrossEntropy());
            model.fit(MOONS, 3, 32);
            assertNotEquals(once, values(model));
        }
        try (Model other = compiled(classifier()).build(2);
                Model model = compiled(classifier()).build(2)) {
            refused(IllegalArgumentException.class, () -> model.restore(other.snapshot()), "another model");
        }
    }

    @Test
    void frozenLayersStay() {
        Layer encoder = new Sequential(new Dense(4), new Dense(4)).named("encoder");
        try (Model model = Model.sequential(encoder, new Dense(2))
                .seed(1)
                .build(2)
                .compile(new Adam(0.1), Loss.softmaxCrossEntropy())
                .freeze("encoder/dense1", "dense1/bias")) {
            model.snapshot(); // gives initial values
            List<NDArray> before = values(model);
            model.fit(MOONS, 1, 50);
            List<NDArray> after = values(model);
            List<Boolean> same = IntStream.range(0, 6)
                    .mapToObj(i -> before.get(i).equals(after.get(i)))
                    .toList();
            assertEquals(List.of(true, true, false, false, false, true), same);
            model.unfreeze().fit(MOONS, 1, 50);
            assertNotEquals(before.get(0), values(model).get(0));
            refused(IllegalArgumentException.class, () -> model.freeze("decoder"), "decoder", "encoder/dense1/weights");
            model.fit(MOONS, 1, 50); // as if nothing had been refused
            refused(
                    GraphException.class,
                    () -> model.unfreeze().freeze("encoder", "dense1").fit(MOONS, 1, 50),
                    "frozen");
        }
    }

    @Test
    void layersMayHaveLearningRatesOfTheirOwn() {
        List<List<NDArray>> changes = new ArrayList<>();
        for (double factor : new double[] {1, 0.25}) {
            Layer encoder = new Dense(4).named("encoder");
            Optimizer optimizer = new GradientDescent(Schedule.exponential(0.5, 0.5, 2));
            try (Model model = Model.sequential(encoder, new Dense(2))
                    .seed(1)
                    .build(2)
                    .compile(
                            factor == 1 ? optimizer : optimizer.learningRateFactor(factor, "encoder"),
                            Loss.softmaxCrossEntropy())) {
                model.snapshot();
                List<NDArray> before = values(model);
                History history = model.fit(MOONS, 1, MOONS.rows());
                assertEquals(0.5, history.last("learning_rate"));
                List<NDArray> after = values(model);
                changes.add(IntStream.range(0, 4)
                        .mapToObj(i -> Tensors.constant(after.get(i))
                                .sub(Tensors.constant(before.get(i)))
                                .eval())
                        .toList());
            }
        }
        for (int i = 0; i < 4; i++) {
            float scale = i < 2 ? 0.25f : 1;
            float[] whole = changes.get(0).get(i).toFloats();
            float[] part = changes.get(1).get(i).toFloats();
            for (int k = 0; k < whole.length; k++) {
                assertEquals(scale * whole[k], part[k], 1e-7f); // the sum with the weight is rounded
            }
        }
    }

    @Test
    void namesThatWereFrozenTooEarlyCanBeForgotten() {
        try (Model model = compiled(new Sequential(new Dense(4), new Dense(2)).named("all"))) {
            model.freeze("dense3");
            refused(IllegalArgumentException.class, () -> model.fit(MOONS, 1, 50), "dense3", "unfreeze()");
            model.unfreeze().freeze("dense1").fit(MOONS, 1, 50);
        }
    }

    @Test
    void frozenMovingAveragesStayAndNormalise() {
        Layer body = new Sequential(new Dense(4), new BatchNorm()).named("body");
        try (Model pretrained = Model.of(body).build(2);
                Model model = Model.sequential(body, new Dense(2)).seed(1).build(2)) {
            NDArray features = MOONS.features();
            NDArray before = pretrained.predict(features);
            model.compile(new Adam(0.1), Loss.softmaxCrossEntropy()).freeze("body");
            model.fit(MOONS, 3, 50);
            assertEquals(before, pretrained.predict(features));
            // one step at a rate of almost 0 has the loss of inference, as there is no mean of the batch
            model.compile(new GradientDescent(1e-30), Loss.softmaxCrossEntropy());
            double loss = model.fit(
                            MOONS, FitOptions.epochs(1).batch(MOONS.rows()).shuffle(false))
                    .last("loss");
            assertEquals(model.evaluate(MOONS).getOrDefault("loss", Double.NaN), loss, 1e-6);
            model.unfreeze().fit(MOONS, 1, 50);
            assertNotEquals(before, pretrained.predict(features));
        }
    }

    @Test
    void twoMetricsOfOneNameAreRefused() {
        try (Model model = Model.of(classifier())) {
            Loss loss = Loss.softmaxCrossEntropy();
            refused(
                    IllegalArgumentException.class,
                    () -> model.compile(new Adam(0.1), loss, Metric.f1(Average.MACRO), Metric.f1(Average.MICRO)),
                    "two values named f1",
                    "Metric.of(");
            refused(
                    IllegalArgumentException.class,
                    () -> model.compile(new Adam(0.1), loss, Metric.mean("loss", (outputs, labels) -> 0)),
                    "named loss");
            Metric micro = Metric.of("f1Micro", Metric.f1(Average.MICRO)::start);
            model.compile(new Adam(0.1), loss, Metric.f1(Average.MACRO), micro);
            assertEquals(
                    List.of("loss", "penalty", "f1", "f1Micro"),
                    model.fit(MOONS, 1, 50).names());
        }
    }

    @Test
    void outputsThatWereMadeBeforeAreTrained() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Layer dense = new Dense(2);
        Tensor made = dense.apply(x, Mode.TRAINING);
        try (Model model =
                Model.of(List.of(x), () -> List.of(made)).compile(new Adam(0.02), Loss.softmaxCrossEntropy())) {
            model.fit(MOONS, 1, 50);
            assertEquals(dense.variables(), List.copyOf(model.variables().values()));
            assertNotEquals(NDArray.of(0f, 0f), dense.variables().get(1).value());
        }
    }

    // ---- steps by hand ----

    @Test
    void accumulatedGradientsAreThoseOfALargeBatch() {
        try (Model small = regression();
                Model large = regression()) {
            Trainer four = small.trainer().accumulating(4);
            for (int round = 0; round < 3; round++) {
                for (Batch batch : Batches.inOrder(LINE, 25).epoch(0)) {
                    four.step(batch.features(), batch.labels());
                }
                large.trainer().step(LINE.features(), LINE.labels());
            }
            for (int i = 0; i < 2; i++) {
                double[] a = values(small).get(i).toDoubles();
                double[] b = values(large).get(i).toDoubles();
                for (int k = 0; k < a.length; k++) {
                    assertEquals(b[k], a[k], 1e-5);
                }
            }
            refused(IllegalStateException.class, () -> four.accumulating(2), "too late");
        }
    }

    @Test
    void aScheduleCountsUpdates() {
        try (Model model = regression()) {
            model.compile(new GradientDescent(Schedule.exponential(0.1, 0.5)), Loss.meanSquaredError());
            Trainer two = model.trainer().accumulating(2);
            List<Double> rates = new ArrayList<>();
            for (Batch batch : Batches.inOrder(LINE, 25).epoch(0)) {
                two.step(batch.features(), batch.labels());
                rates.add(two.learningRate());
            }
            assertEquals(List.of(0.1, 0.1, 0.05, 0.05), rates);
        }
    }

    @Test
    @SuppressWarnings("try") // the averages are not referred to
    void averagedWeightsAreEvaluated() {
        try (Model model = regression();
                Model same = regression()) {
            model.compile(new GradientDescent(0.1).averaging(0.5), Loss.meanSquaredError());
            same.compile(new GradientDescent(0.1), Loss.meanSquaredError());
            List<NDArray> steps = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                model.trainer().step(LINE.features(), LINE.labels());
                same.trainer().step(LINE.features(), LINE.labels());
                steps.add(values(same).get(0));
            }
            Map<String, Double> plain = same.evaluate(LINE);
            assertEquals(plain, model.evaluate(LINE));
            try (AveragedWeights averaged = model.trainer().averagedWeights()) {
                for (int k = 0; k < 2; k++) {
                    double expected = 0.25 * steps.get(0).at(k)
                            + 0.25 * steps.get(1).at(k)
                            + 0.5 * steps.get(2).at(k);
                    assertEquals(expected, values(model).get(0).at(k), 1e-6);
                }
                assertNotEquals(plain, model.evaluate(LINE));
            }
            assertEquals(plain, model.evaluate(LINE));
        }
    }

    @Test
    @SuppressWarnings("try") // nothing in the block uses what it puts back
    void fitValidatesWithAveragesAndLeavesThem() {
        FitOptions options = FitOptions.epochs(1).batch(20).validation(LINE.rows(0, 30));
        Optimizer optimizer = new GradientDescent(0.05).averaging(0.9);
        try (Model byHand = Model.sequential(new Dense(1)).seed(3).compile(optimizer, Loss.meanSquaredError());
                Model model = Model.sequential(new Dense(1)).seed(3).compile(optimizer, Loss.meanSquaredError())) {
            List<Double> losses = new ArrayList<>();
            List<Double> validations = new ArrayList<>();
            for (int epoch = 0; epoch < 3; epoch++) {
                losses.add(byHand.fit(LINE, options).last("loss"));
                try (AveragedWeights averaged = byHand.trainer().averagedWeights()) {
                    validations.add(byHand.evaluate(LINE.rows(0, 30)).get("loss"));
                }
            }
            List<NDArray> plain = values(byHand);
            byHand.trainer().averagedWeights().keep();

            EarlyStopping best = EarlyStopping.smallest("val_loss").patience(9);
            History history = model.fit(
                    LINE,
                    FitOptions.epochs(3)
                            .batch(20)
                            .validation(LINE.rows(0, 30))
                            .useAverages(true)
                            .callbacks(best));
            assertEquals(losses, history.of("loss"));
            assertEquals(validations, history.of("val_loss"));
            assertEquals(validations.get(2), best.best());
            assertEquals(values(byHand), values(model));
            assertNotEquals(plain, values(model));
            assertEquals(validations.get(2), model.evaluate(LINE.rows(0, 30)).get("loss"));
        }
    }

    @Test
    void theBestAveragesAreRestored() {
        Optimizer optimizer = new GradientDescent(0.05).averaging(0.9);
        try (Model model = Model.sequential(new Dense(1)).seed(3).compile(optimizer, Loss.meanSquaredError())) {
            Dataset other = new Dataset(LINE.features(), NDArray.zeros(DType.FLOAT32, 100, 1));
            History history = model.fit(
                    LINE,
                    FitOptions.epochs(6)
                            .batch(20)
                            .validation(other) // learns away from it
                            .useAverages(true)
                            .callbacks(EarlyStopping.smallest("val_loss")
                                    .patience(9)
                                    .restoringBest()));
            double best = history.of("val_loss").stream()
                    .mapToDouble(Double::doubleValue)
                    .min()
                    .orElseThrow();
            assertNotEquals(best, history.last("val_loss"));
            assertEquals(best, model.evaluate(other).get("loss"));
        }
    }

    @Test
    void averagesThatNobodyKeepsAreNoticedInTheFirstStep() {
        int[] steps = new int[1];
        try (Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError())) {
            FitOptions options =
                    FitOptions.epochs(3).batch(20).useAverages(true).callbacks(Callback.afterBatch(loop -> steps[0]++));
            refused(IllegalStateException.class, () -> model.fit(LINE, options), "keeps averages", ".averaging(0.999)");
            assertEquals(0, steps[0]);
        }
    }

    @Test
    void gradientsAreByNameAndChangeNothing() {
        Layer dense = new Dense(1).kernelInitializer(Initializers.constant(2));
        try (Model model = Model.of(dense).compile(new GradientDescent(0.5), Loss.meanSquaredError())) {
            NDArray x = NDArray.of(new float[][] {{1}, {2}});
            NDArray y = NDArray.of(new float[][] {{0}, {0}});
            // the mean of 2 w x² is 2 * 2 * 2.5, that of 2 w x is 2 * 2 * 1.5
            Map<String, NDArray> gradients = model.trainer().gradients(x, y);
            assertEquals(
                    10, Objects.requireNonNull(gradients.get("dense1/weights")).item());
            assertEquals(6, Objects.requireNonNull(gradients.get("dense1/bias")).item());
            assertEquals(10, model.trainer().step(x, y));
            assertEquals(-3, values(model).get(0).item());
        }
    }

    private static Model pair() {
        Placeholder a = Placeholder.of("a", Shape.of(Shape.UNKNOWN, 2));
        Placeholder b = Placeholder.of("b", Shape.of(Shape.UNKNOWN, 2));
        Layer sum = new Dense(1);
        Layer side = new Dense(2);
        return Model.of(List.of(a, b), () -> List.of(sum.apply(a.add(b)), side.apply(a.sub(b))))
                .seed(5)
                .compile(
                        new Adam(0.1),
                        Output.of(Loss.meanSquaredError(), Metric.mae()),
                        Output.of(Loss.softmaxCrossEntropy()));
    }

    private static Dataset pairs() {
        Dataset line = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 50, 1);
        Dataset moons = Generators.moons(50, 0.1, 7);
        return new Dataset(List.of(line.features(), moons.features()), List.of(line.labels(), moons.labels()));
    }

    @Test
    void severalInputsAndOutputsAreTrainedAsByHand() {
        Dataset data = pairs();
        NDArray weights = NDArray.wrap(new float[50], 50);
        for (int i = 0; i < 50; i++) {
            ((float[]) weights.storage())[i] = i % 3;
        }
        Dataset weightRows = new Dataset(weights, weights);
        try (Model fitted = pair();
                Model byHand = pair()) {
            fitted.fit(data, FitOptions.epochs(3).batch(8).sampleWeights(weights));
            for (int epoch = 0; epoch < 3; epoch++) {
                Iterator<Batch> batchWeights =
                        Batches.shuffled(weightRows, 8, 5).epoch(epoch).iterator();
                for (Batch batch : Batches.shuffled(data, 8, 5).epoch(epoch)) {
                    byHand.trainer()
                            .step(
                                    batch.inputs().get(0),
                                    batch.inputs().get(1),
                                    batch.targets().get(0),
                                    batch.targets().get(1),
                                    batchWeights.next().features());
                }
            }
            assertEquals(values(byHand), values(fitted));
        }
    }

    @Test
    void severalInputsAndOutputsAreEvaluatedAndPredicted() {
        Dataset data = pairs();
        try (Model model = pair()) {
            History history = model.fit(data, FitOptions.epochs(20).batch(10).validationSplit(0.2));
            assertTrue(history.last("val_loss") < history.of("val_loss").get(0) / 2, history.toCsv());
            Map<String, Double> measured = model.evaluate(data, 7);
            List<NDArray> predicted = model.predictAll(7, data.inputs());
            double absolute = 0;
            double loss = 0;
            for (int i = 0; i < 50; i++) {
                double error = predicted.get(0).at(i) - data.targets().get(0).at(i);
                absolute += Math.abs(error) / 50;
                double[] logits = {predicted.get(1).at(2 * i), predicted.get(1).at(2 * i + 1)};
                double right = logits[(int) data.targets().get(1).at(i)];
                loss += (error * error + Math.log(Math.exp(logits[0]) + Math.exp(logits[1])) - right) / 50;
            }
            assertEquals(absolute, Objects.requireNonNull(measured.get("output1_mae")), 1e-5);
            assertEquals(loss, Objects.requireNonNull(measured.get("loss")), 1e-4);
            assertTrue(new OverfitCheck(model)
                            .run(
                                    data.inputs().get(0),
                                    data.inputs().get(1),
                                    data.targets().get(0),
                                    data.targets().get(1))
                            .losses()
                            .size()
                    > 1);
            assertTrue(new LearningRateFinder(model).run(data, 10).losses().size() > 1);
        }
    }

    @Test
    void dataWithAnotherNumberOfArraysThanTheModel() {
        try (Model model = pair();
                Model single = compiled(classifier())) {
            NDArray left = MOONS.features();
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(MOONS, 1, 1),
                    "2 inputs and 2 losses",
                    "1 array of features and 1 array of labels",
                    "new Dataset(List.of(");
            refused(IllegalArgumentException.class, () -> model.evaluate(MOONS), "2 inputs and 2 losses");
            refused(
                    IllegalArgumentException.class,
                    () -> single.fit(pairs(), 1, 1),
                    "1 input and 1 loss",
                    "2 arrays of features and 2 arrays of labels");
            refused(IllegalStateException.class, () -> model.predict(left, left), "2 outputs");
            refused(GraphException.class, () -> model.predict(left), "2 inputs", "1 arrays");
            refused(IllegalStateException.class, () -> pairs().features(), "2 arrays of features", "inputs()");
            refused(IllegalStateException.class, () -> pairs().mapLabels(y -> y), "2 arrays of labels", "targets()");
        }
    }

    @Test
    void inputsArePlaceholdersForGraphsOfOnesOwn() {
        try (Model model = regression();
                Model twoInputs = pair()) {
            refused(IllegalStateException.class, model::inputs, "not built yet");
            model.fit(LINE, 1, 10);
            Placeholder input = model.inputs().get(0);
            Tensor saliency = Tensors.gradients(
                            model.network().output(Mode.INFERENCE).sum(), input)
                    .get(0);
            NDArray slopes = model.session().run(saliency, Feed.feed(input, NDArray.zeros(DType.FLOAT32, 1, 2)));
            assertEquals(values(model).get(0).reshape(1, 2), slopes);
            assertEquals(
                    List.of("a", "b"),
                    twoInputs.inputs().stream().map(Tensor::name).toList());
        }
    }

    // ---- mistakes ----

    @Test
    void forgettingToCompile() {
        try (Model model = Model.sequential(new Dense(2))) {
            refused(IllegalStateException.class, () -> model.fit(MOONS, 1, 10), "not compiled", "compile(");
            refused(IllegalStateException.class, () -> model.evaluate(MOONS), "not compiled");
            refused(IllegalStateException.class, model::trainer, "not compiled");
            assertEquals(Shape.of(100, 2), model.predict(MOONS.features()).shape());
        }
    }

    @Test
    void usingAClosedModel() {
        Model model = compiled(classifier());
        model.fit(MOONS, 1, 50);
        Trainer trainer = model.trainer();
        model.close();
        refused(IllegalStateException.class, () -> model.fit(MOONS, 1, 50), "model is closed");
        refused(IllegalStateException.class, () -> model.predict(MOONS.features()), "model is closed");
        refused(IllegalStateException.class, () -> model.evaluate(MOONS), "model is closed");
        refused(IllegalStateException.class, () -> trainer.step(MOONS.features(), MOONS.labels()), "closed");
    }

    @Test
    void summaryBeforeTheShapeIsKnown() {
        try (Model model = compiled(classifier())) {
            refused(IllegalStateException.class, model::summary, "not built", "build(784)");
            assertTrue(model.build(2).summary().contains("dense1"));
            refused(IllegalStateException.class, () -> model.build(2), "already");
            refused(IllegalStateException.class, () -> model.seed(2), "too late");
            assertTrue(model.draw().toSvg().contains("dense1"));
        }
    }

    @Test
    void dataOfAnotherWidth() {
        try (Model model = compiled(classifier())) {
            model.fit(MOONS, 1, 50);
            Dataset wide = MOONS.mapFeatures(x -> NDArray.zeros(DType.FLOAT32, 100, 3));
            refused(GraphException.class, () -> model.fit(wide, 1, 50), "input FLOAT32 [?, 2]", "needs 2, not 3");
            refused(GraphException.class, () -> model.evaluate(wide), "needs 2, not 3");
            refused(GraphException.class, () -> model.predict(wide.features()), "needs 2, not 3", "ModelTest");
        }
        try (Model model = compiled(classifier())) {
            Dataset flat = MOONS.mapFeatures(x -> NDArray.zeros(DType.FLOAT32, 100));
            refused(GraphException.class, () -> model.fit(flat, 1, 50), "[examples, features]", "column");
        }
    }

    private static void labelsRefused(Layer layer, Loss loss, NDArray labels, String... words) {
        Optimizer optimizer = new Adam(0.1);
        try (Model model = Model.of(layer).compile(optimizer, loss)) {
            refused(RuntimeException.class, () -> model.fit(MOONS.mapLabels(y -> labels), 1, 10), words);
        }
    }

    @Test
    void labelsThatDoNotFitTheLoss() {
        NDArray floats = MOONS.labels().cast(DType.FLOAT32);
        NDArray three = OneHot.encode(MOONS.labels(), 3);
        Loss softmax = Loss.softmaxCrossEntropy();
        labelsRefused(new Dense(2), softmax, three, "[?, 3]", "[?, 2]", "3 units", "ModelTest");
        labelsRefused(new Dense(2), softmax, floats, "INT32", "cast(DType.INT32)");
        labelsRefused(new Dense(1), softmax, MOONS.labels(), "always 1", "sigmoidCrossEntropy");
        labelsRefused(new Dense(2), Loss.meanSquaredError(), MOONS.labels(), "softmaxCrossEntropy", "OneHot", "2");
        labelsRefused(new Dense(2), Loss.meanAbsoluteError(), three, "as many units");
        labelsRefused(new Dense(2), Loss.huber(1), three, "huber");
        labelsRefused(
                new Dense(3), Loss.sigmoidCrossEntropy(), OneHot.encode(MOONS.labels(), 2), "sigmoidCrossEntropy");
        labelsRefused(new Dense(2), softmax, seven(), "7");
    }

    private static NDArray seven() {
        int[] labels = new int[100];
        labels[5] = 7;
        return NDArray.wrap(labels, 100);
    }

    @Test
    void setsThatAreEmpty() {
        Dataset none = MOONS.rows(0, 0);
        try (Model model = compiled(classifier())) {
            refused(
                    IllegalArgumentException.class,
                    () -> FitOptions.epochs(1).validation(none),
                    "validation set is empty");
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(MOONS, FitOptions.epochs(1).validationSplit(0.001)),
                    "0.001 of 100 rows leaves none for validation");
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(MOONS, FitOptions.epochs(1).validationSplit(0.999)),
                    "none for training");
            refused(IllegalArgumentException.class, () -> model.fit(none, 1, 10), "nothing to train with");
            refused(IllegalArgumentException.class, () -> model.evaluate(none), "nothing to evaluate");
        }
    }

    @Test
    void metricsThatDoNotFit() {
        try (Model model =
                Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.sigmoidCrossEntropy(), Metric.accuracy())) {
            refused(
                    IllegalArgumentException.class,
                    () -> model.fit(MOONS, 1, 10),
                    "metric accuracy does not fit",
                    "[10, 1]",
                    "binaryAccuracy");
        }
    }

    @Test
    void optionsOutOfRange() {
        FitOptions one = FitOptions.epochs(1);
        refused(IllegalArgumentException.class, () -> FitOptions.epochs(-1), "epochs");
        refused(IllegalArgumentException.class, () -> one.batch(0), "at least one");
        refused(IllegalArgumentException.class, () -> one.validationSplit(1), "0 to below 1");
        refused(IllegalArgumentException.class, () -> one.validation(MOONS).validationSplit(0.5), "leave one out");
        refused(IllegalArgumentException.class, () -> one.classWeights(Map.of(-1, 1.0)), "class -1");
        try (Model model = compiled(classifier())) {
            NDArray few = NDArray.of(1f, 2f);
            refused(IllegalArgumentException.class, () -> model.fit(MOONS, one.sampleWeights(few)), "100", "[2]");
            NDArray negative = NDArray.full(DType.FLOAT32, Shape.of(100), -1);
            refused(IllegalArgumentException.class, () -> model.fit(MOONS, one.sampleWeights(negative)), "row 0", "-1");
            Loss scalar = (output, labels) -> output.mean();
            model.compile(new Adam(0.1), scalar);
            refused(GraphException.class, () -> model.fit(MOONS, one.classWeights(Map.of(1, 2.0))), "for each example");
            assertEquals(0, model.fit(MOONS, FitOptions.epochs(0)).epochs().size());
        }
        try (Model model = regression()) {
            refused(IllegalArgumentException.class, () -> model.fit(LINE, one.classWeights(Map.of(1, 2.0))), "one-hot");
        }
    }

    @Test
    void weightsOfAnotherModel() {
        NDArray x = NDArray.of(1f, 2, 3, 4).reshape(2, 2);
        try (Model online = Model.sequential(new Dense(3), new Dense(1)).build(2);
                Model target =
                        Model.sequential(new Dense(3), new Dense(1)).seed(9).build(2);
                Model other = Model.sequential(new Dense(4), new Dense(1)).build(2)) {
            target.copyWeights(online);
            assertEquals(online.predict(x), target.predict(x));
            refused(IllegalArgumentException.class, () -> target.copyWeights(other), "dense1/weights", "[2, 4]");
            assertEquals(online.predict(x), target.predict(x));
        }
    }

    @Test
    void outputsOfLayersWithin() {
        NDArray x = NDArray.of(1f, -2, 3, 4).reshape(2, 2);
        Dense inner = new Dense(3, Activation.RELU);
        try (Model model = Model.sequential(new Sequential(inner).named("encoder"), Dropout.rate(0.5), new Dense(1))
                .build(2)) {
            Tensor features = model.network().layerOutput("encoder/dense1");
            NDArray seen =
                    model.session().run(features, Feed.feed(model.inputs().get(0), x));
            try (Session session = new Session()) {
                assertEquals(session.run(inner.apply(Tensors.constant(x))), seen);
            }
            assertEquals(
                    model.network().layerOutput("encoder").shape(),
                    model.network().layerOutput("dropout1").shape());
            refused(
                    IllegalArgumentException.class,
                    () -> model.network().layerOutput("dense9"),
                    "no layer dense9",
                    "encoder/dense1",
                    "dense1");
        }
    }

    @Test
    void logsByName() {
        try (Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError())) {
            NDArray x = NDArray.of(1f, 2, 3, 4).reshape(4, 1);
            Callback known =
                    Callback.afterEpoch(loop -> assertEquals(loop.logs().get("loss"), loop.log("loss")));
            model.fit(new Dataset(x, x), FitOptions.epochs(1).callbacks(known));
            Callback missing = Callback.afterEpoch(loop -> loop.log("val_loss"));
            refused(
                    NoSuchElementException.class,
                    () -> model.fit(new Dataset(x, x), FitOptions.epochs(1).callbacks(missing)),
                    "no value named val_loss",
                    "validation data");
        }
    }
}
