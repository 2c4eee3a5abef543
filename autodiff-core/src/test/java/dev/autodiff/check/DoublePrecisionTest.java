package dev.autodiff.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.NamedAlike;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of graphs in FLOAT64. */
class DoublePrecisionTest {
    private static Tensor copy(Tensor y) {
        return DoublePrecision.copy(y, List.of(), List.of());
    }

    @Test
    void everythingThatIsFloatingBecomesFloat64() {
        Tensor x = Tensors.constant(0.1f, 2);
        Tensor y = copy(x.exp().mul(x).sum());
        for (Tensor node : Topology.order(List.of(y))) {
            boolean leafOrItsCast = node.inputs().isEmpty() || node.op().type() == Shaping.CAST;
            assertTrue(leafOrItsCast || node.dtype() == DType.FLOAT64, node::toString);
        }
        double a = 0.1f;
        assertEquals(Math.exp(a) * a + Math.exp(2) * 2, y.eval().item(), 1e-14);
    }

    @Test
    void whatNeedsNoCopyIsNotCopied() {
        Tensor y = Tensors.constant(1.0, 2.0).square().sum();
        Tensor copied = copy(y);
        assertEquals(y.eval(), copied.eval());
        Tensor labels = Tensors.constant(1, 2).add(3);
        assertSame(labels, copy(labels));
    }

    @Test
    void castsBetweenFloatingTypesDisappear() {
        Tensor x = new DoublePrecision.Variation("x", DType.FLOAT64, Shape.of(2));
        Tensor given = Tensors.constant(1f, 2);
        Tensor y = DoublePrecision.copy(given.cast(DType.FLOAT64).square(), List.of(given), List.of(x));
        assertSame(x, y.inputs().get(0));
    }

    /** The name of a user's operation says nothing about what it does. */
    @Test
    void aUsersOperationThatIsCalledCastIsComputed() {
        Tensor doubled = new NamedAlike("cast").apply(Tensors.constant(1f, 2));
        assertEquals(NDArray.of(2.0, 4.0), copy(doubled).eval());
        assertTrue(GradientCheck.of(in -> new NamedAlike("cast").apply(in.get(0)))
                .run(NDArray.of(1.0, 2.0))
                .passed());
    }
}
