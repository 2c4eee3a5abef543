package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of models with variables that no layer made. */
class OwnVariableTest {
    private static final Dataset LINE = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 20, 42);

    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));

    private static Variable position() {
        return Variable.of("position", NDArray.of(0.5f, 0.5f));
    }

    private static Loss weighted(Variable logSigma) {
        return (output, labels) ->
                output.sub(labels).square().mean(1).mul(logSigma.neg().exp()).add(logSigma);
    }

    private static Variable logSigma() {
        return Variable.of("logSigma", Shape.scalar(), Initializers.zeros());
    }

    @Test
    void functionTrainsSavesAndListsItsVariables(@TempDir Path directory) {
        Variable position = position();
        Layer head = new Dense(1);
        Model model = Model.of(List.of(x), () -> List.of(head.apply(x.add(position))))
                .compile(new Adam(0.1), Loss.meanSquaredError());
        model.fit(LINE, 2, 4);
        NDArray trained = position.value();
        assertNotEquals(NDArray.of(0.5f, 0.5f), trained);
        assertEquals(
                List.of("dense1/weights", "dense1/bias", "position"),
                List.copyOf(model.variables().keySet()));
        assertTrue(model.summary().contains("position"), model.summary());
        assertTrue(model.summary().contains("5 trainable"), model.summary());
        model.saveWeights(directory.resolve("weights.safetensors"));
        position.assign(NDArray.of(7f, 7f));
        model.loadWeights(directory.resolve("weights.safetensors"));
        assertEquals(trained, position.value());
    }

    @Test
    void layerOfFunctionTrainsItsVariables() {
        Variable position = position();
        Model model = Model.sequential(Layer.of(in -> in.add(position)), new Dense(1))
                .compile(new Adam(0.1), Loss.meanSquaredError());
        model.fit(LINE, 2, 4);
        assertNotEquals(NDArray.of(0.5f, 0.5f), position.value());
        model.freeze("position");
        NDArray before = position.value();
        model.fit(LINE, 2, 4);
        assertEquals(before, position.value());
    }

    @Test
    void stateOfFunctionIsListedAndNotTrained() {
        Variable shift = Variable.of("shift", DType.FLOAT32, Shape.of(2), Initializers.ones(), false);
        Model model = Model.sequential(Layer.of(in -> in.sub(shift)), new Dense(1))
                .compile(new Adam(0.1), Loss.meanSquaredError());
        model.fit(LINE, 2, 4);
        assertTrue(model.variables().containsKey("shift"));
        assertEquals(NDArray.of(1f, 1f), shift.value());
        assertEquals(Set.of("dense1/weights", "dense1/bias"), gradients(model));
    }

    @Test
    void variableOfACellIsTrained() {
        Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 3, 2));
        Variable recurrent = Variable.of("recurrent", NDArray.of(0.5f, 0.25f));
        Tensor steps = sequences.transpose(1, 0, 2);
        Tensor start = sequences.mean(1).mul(0);
        Model model = Model.of(
                        List.of(sequences),
                        () -> List.of(Recurrence.scan((slice, state) -> slice.add(state.mul(recurrent)), steps, start)
                                .sum(0)))
                .compile(new GradientDescent(0.1), Loss.meanSquaredError());
        model.trainer()
                .step(NDArray.full(DType.FLOAT32, Shape.of(2, 3, 2), 1), NDArray.of(new float[][] {{1, 1}, {2, 2}}));
        assertEquals(Set.of("recurrent"), model.variables().keySet());
        assertNotEquals(NDArray.of(0.5f, 0.25f), recurrent.value());
    }

    @Test
    void lossTrainsItsVariablesAndStateFileKeepsThem(@TempDir Path directory) {
        Path file = directory.resolve("state.safetensors");
        Variable first = logSigma();
        Model model = lossModel(first);
        model.fit(LINE, 3, 4);
        assertNotEquals(NDArray.scalar(0f), first.value());
        assertEquals(Set.of("dense1/weights", "dense1/bias", "logSigma"), gradients(model));
        StateFile.save(model, file);
        model.fit(LINE, 2, 4);

        Variable second = logSigma();
        Model again = lossModel(second);
        StateFile.load(again, file);
        again.fit(LINE, 2, 4);
        assertEquals(first.value(), second.value());
        assertEquals(model.predict(LINE.features()), again.predict(LINE.features()));
    }

    private static Model lossModel(Variable logSigma) {
        return Model.sequential(new Dense(1)).build(2).compile(new Adam(0.1), weighted(logSigma));
    }

    private static Set<String> gradients(Model model) {
        return model.trainer().gradients(LINE.features(), LINE.labels()).keySet();
    }

    @Test
    void lossLeavesLayersThatAreFrozenOrBehindStopGradient() {
        Layer features = new Dense(3).named("features");
        Layer target = new Dense(1).named("target");
        Loss loss = (output, labels) -> features.apply(output)
                .sub(features.apply(labels))
                .square()
                .mean(1)
                .add(output.sub(target.apply(labels).stopGradient()).square().mean(1));
        Model model = Model.sequential(new Dense(1)).freeze(features).compile(new Adam(0.1), loss);
        assertEquals(Set.of("dense1/weights", "dense1/bias"), gradients(model));
        model.unfreeze();
        assertEquals(Set.of("dense1/weights", "dense1/bias", "features/weights", "features/bias"), gradients(model));
    }

    @Test
    void freezingALayerIsFreezingItsName() {
        Layer hidden = new Dense(2);
        Model model =
                Model.sequential(hidden, new Dense(1)).freeze(hidden).compile(new Adam(0.1), Loss.meanSquaredError());
        assertEquals(Set.of("dense2/weights", "dense2/bias"), gradients(model));
    }

    @Test
    void anotherModelIsTrainedTooUnlessItIsFrozen() {
        Model base = Model.sequential(new Dense(3).named("base")).build(2);
        Layer head = new Dense(1).named("head");
        Model model = Model.of(
                        base.inputs(), () -> List.of(head.apply(base.network().output(Mode.INFERENCE))))
                .compile(new Adam(0.1), Loss.meanSquaredError());
        assertEquals(Set.of("head/weights", "head/bias", "base/weights", "base/bias"), gradients(model));
        model.freeze("base");
        assertEquals(Set.of("head/weights", "head/bias"), gradients(model));
    }

    @Test
    void refusesNamesThatAreTakenTwice() {
        Layer dense = new Dense(1);
        Tensor shift = Variable.of("dense1/bias", NDArray.of(1f));
        refused(
                GraphException.class,
                () -> Model.of(List.of(x), () -> List.of(dense.apply(x).add(shift)))
                        .variables(),
                "two variables named dense1/bias");
        refused(
                GraphException.class,
                () -> Model.of(List.of(x), () -> List.of(x.mul(position()))).variables(),
                "two variables named position",
                "outside of the function");
        Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), (output, labels) -> output.sub(labels)
                .square()
                .add(shift));
        refused(GraphException.class, () -> gradients(model), "two variables named dense1/bias");
    }

    @Test
    void divisionRefusesVariablesOfTheLoss() {
        Model model = lossModel(logSigma());
        refused(
                GraphException.class,
                () -> model.trainer().divided(LINE.features(), LINE.labels()),
                "logSigma is one of the loss alone");
    }
}
