package dev.autodiff.graph;

import static dev.autodiff.graph.Refused.misbuilt;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.ir.State;
import dev.autodiff.runtime.TestLeaf;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The mistakes that are found when gradients are asked for; see {@link MistakesTest}. */
class GradientMistakesTest {
    private final Tensor x = new Input("x", DType.FLOAT32, Shape.UNKNOWN, 784);
    private final Tensor w = Tensors.zeros(784, 10).named("w");

    @Test
    void gradientOfSomethingThatIsNotAScalar() {
        Tensor loss = x.matmul(w).square().named("loss");
        misbuilt(() -> Tensors.gradients(loss, w), "loss", "[?, 10]", "mean() or sum()", "upstream gradient");
        misbuilt(() -> w.square().backward(), "[784, 10]", "mean() or sum()");
    }

    @Test
    void gradientOfAnUnconnectedTensor() {
        Tensor forgotten = Tensors.zeros(10).named("bias");
        Tensor loss = w.square().sum().named("loss");
        misbuilt(
                () -> Tensors.gradients(loss, forgotten),
                "no gradient of loss",
                "with respect to bias",
                "is not computed from it",
                "another tensor used in its place");
    }

    @Test
    void gradientThroughWhatLetsNonePass() {
        misbuilt(
                () -> Tensors.gradients(w.stopGradient().square().sum(), w),
                "lets no gradient pass: stopGradient",
                "gradients are stopped here");
        misbuilt(
                () -> Tensors.gradients(w.argmax(1).cast(DType.FLOAT32).mean(), w),
                "argmax",
                "a position does not change gradually");
        misbuilt(() -> Tensors.gradients(w.greater(0).mean(), w), "greater", "constant between its steps");
        Tensor state = TestLeaf.variable(new State(DType.FLOAT32, w.shape()));
        misbuilt(() -> Tensors.gradients(Tensors.assign(state, w).sum(), w), "assign", ", which has no gradient rule");
        misbuilt(
                () -> Tensors.gradients(w.cast(DType.INT32).cast(DType.FLOAT32).mean(), w),
                "cast",
                "whole numbers do not change gradually");
    }

    @Test
    void gradientWithRespectToIntegers() {
        Tensor labels = Tensors.constant(1, 2);
        Tensor loss = CrossEntropy.softmax(Tensors.zeros(2, 5), labels).mean();
        misbuilt(() -> Tensors.gradients(loss, labels), "only floating-point tensors have gradients");
        misbuilt(() -> Tensors.gradients(labels.sum(), w), "only floating-point tensors have gradients, not INT32");
    }

    /** Returns an operation whose rule is a mistake. */
    private static Op twice(UnaryOperator<Tensor> contribution) {
        return new NamedAlike("twice") {
            @Override
            protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
                return contribution.apply(dy);
            }
        };
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake
    void ownRuleThatMakesNothing() {
        Tensor y = twice(dy -> null).apply(w).sum();
        misbuilt(
                () -> Tensors.gradients(y, w),
                "twice",
                "gradient rule for operand 1 returned null",
                "Tensors.zerosLike(in.get(0))",
                "isDifferentiable(int input)",
                "operand 1: w FLOAT32 [784, 10]");
    }

    @Test
    void ownRuleThatMakesAnotherShape() {
        Tensor y = twice(dy -> dy.sum().mul(2)).apply(w).sum();
        misbuilt(
                () -> Tensors.gradients(y, w),
                "twice",
                "gradient rule for operand 1 makes FLOAT32 []",
                "operand 1: w FLOAT32 [784, 10]");
    }

    @Test
    void gradBeforeBackward() {
        Refused.with(IllegalStateException.class, w::grad, "no gradient", "w FLOAT32 [784, 10]", "call backward()");
    }
}
