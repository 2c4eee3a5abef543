package dev.autodiff.nn;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of training steps that are put together. */
class TrainOpTest {
    @Test
    void groupsOfParametersHaveTheirOwnRates() {
        Variable slow = Variable.of("slow", NDArray.of(1f));
        Variable fast = Variable.of("fast", NDArray.of(1f));
        Variable count = Variable.of("count", DType.FLOAT32, Shape.scalar(), Initializers.zeros(), false);
        Tensor cost = Attachments.attach(slow.add(fast).sum(), List.of(Tensors.assign(count, count.add(1))), List.of());
        TrainOp both = new GradientDescent(0.125).minimize(cost, slow).and(new Adam(0.5).minimize(cost, fast));
        try (Session session = new Session()) {
            session.run(both);
            assertEquals(NDArray.of(0.875f), slow.value());
            assertEquals(0.5, fast.value().at(0), 1e-6);
            assertEquals(1, count.value().item());
        }
        refused(GraphException.class, () -> both.and(new Adam(1).minimize(cost, slow)), "slow", "by both steps");
        refused(
                GraphException.class,
                () -> both.and(new Adam(1).minimize(slow.sum().add(1), slow)),
                "One step makes one cost smaller");
    }
}
