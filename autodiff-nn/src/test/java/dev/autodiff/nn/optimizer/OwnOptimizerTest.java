package dev.autodiff.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An optimizer that is written outside of the framework. */
class OwnOptimizerTest {
    /** Goes by the sign of the gradient, a shorter way each time. */
    private static final class SignDescent extends Optimizer {
        SignDescent(double learningRate) {
            super(rate(learningRate));
        }

        @Override
        public String formula() {
            return "t ← t + 1;  w ← w - η sign(g) / t";
        }

        @Override
        protected List<Tensor> update(Variable w, Tensor g, Context context) {
            Variable count = slot(w, "count");
            Tensor t = count.add(1);
            Tensor scale = context.learningRate(w).div(context.stepNumber(w, "SignDescent"));
            return List.of(Tensors.assign(w, w.sub(scale.mul(Arithmetic.sign(g)))), Tensors.assign(count, t));
        }
    }

    @Test
    void worksLikeTheOthers() {
        Variable w = Variable.of("w", NDArray.of(5.0, -5));
        TrainOp train = new SignDescent(1).minimize(w.square().sum());
        try (Session session = new Session()) {
            session.run(train);
            session.run(train);
            assertEquals(
                    List.of("w", "w/count", "SignDescent/step"),
                    session.variables().stream().map(Tensor::name).toList());
            assertEquals(NDArray.of(2.0, 2), session.variables().get(1).value());
        }
        assertArrayEquals(new double[] {3.5, -3.5}, w.value().toDoubles());
    }
}
