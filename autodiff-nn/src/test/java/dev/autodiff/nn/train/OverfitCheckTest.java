package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the check that a model can learn one batch. */
class OverfitCheckTest {
    private static final NDArray X = NDArray.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    private static final NDArray XOR = NDArray.of(0, 1, 1, 0);

    private static Model model(Optimizer optimizer, Layer... layers) {
        return Model.sequential(layers).seed(1).compile(optimizer, Loss.softmaxCrossEntropy());
    }

    private static OverfitCheck.Result check(Optimizer optimizer, Layer... layers) {
        try (Model model = model(optimizer, layers)) {
            return new OverfitCheck(model).steps(300).run(X, XOR);
        }
    }

    @Test
    void aModelThatIsLargeEnoughLearnsABatchByHeart() {
        OverfitCheck.Result result = check(new Adam(0.05), new Dense(16, Activation.TANH), new Dense(2));
        assertEquals(OverfitCheck.Verdict.LEARNED, result.verdict(), result.toString());
        assertTrue(result.losses().size() < 300, "it ends when the loss is small");
        assertTrue(result.toString().contains("can learn"), result.toString());
        assertEquals(List.of(), result.withoutGradient());
    }

    @Test
    void aModelThatIsTooSmallStaysAboveZero() {
        OverfitCheck.Result result = check(new Adam(0.05), new Dense(2)); // no line separates the classes of XOR
        assertTrue(
                result.verdict() == OverfitCheck.Verdict.FELL || result.verdict() == OverfitCheck.Verdict.STUCK,
                result.toString());
        assertEquals(301, result.losses().size());
        assertTrue(result.losses().get(300) > 0.5);
    }

    @Test
    void whatGetsNoGradientIsNamed() {
        Layer cut = Layer.of(x -> x.mul(0));
        OverfitCheck.Result result = check(new Adam(0.05), new Dense(4), cut, new Dense(2));
        assertEquals(OverfitCheck.Verdict.STUCK, result.verdict());
        assertTrue(result.withoutGradient().contains("dense1/weights"), result.toString());
        assertTrue(result.toString().contains("No gradient reaches dense1/weights"), result.toString());
    }

    @Test
    void tooLargeARateDiverges() {
        try (Model model = Model.sequential(new Dense(1))) {
            model.compile(new GradientDescent(1e6), Loss.meanSquaredError());
            OverfitCheck.Result result =
                    new OverfitCheck(model).run(X, XOR.cast(X.dtype()).reshape(4, 1));
            assertEquals(OverfitCheck.Verdict.DIVERGED, result.verdict());
            assertTrue(result.toString().contains("smaller learning rate"), result.toString());
        }
    }

    @Test
    void theModelIsAsItWas() {
        try (Model model = model(new Adam(0.05), new Dense(4, Activation.TANH), new Dense(2))) {
            model.trainer().step(X, XOR);
            List<NDArray> before =
                    model.variables().values().stream().map(Variable::value).toList();
            new OverfitCheck(model).steps(20).run(X, XOR);
            assertEquals(
                    before,
                    model.variables().values().stream().map(Variable::value).toList());
        }
    }

    @Test
    void refusesNumbersOutOfRange() {
        try (Model model = Model.sequential(new Dense(2))) {
            OverfitCheck check = new OverfitCheck(model);
            refused(IllegalArgumentException.class, () -> check.steps(0), "0");
            refused(IllegalArgumentException.class, () -> check.below(1), "1.0");
            refused(IllegalStateException.class, () -> check.run(X, XOR), "not compiled");
        }
    }
}
