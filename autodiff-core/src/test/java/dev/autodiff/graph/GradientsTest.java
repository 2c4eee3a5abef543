package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Backpropagation: adjoints, contributions, and which tensors belong to which rule. */
class GradientsTest {
    private final Tensor x = Tensors.constant(1.0, 2.0).named("x");
    private final Tensor w = Tensors.constant(3.0, -1.0).named("w");

    @Test
    void theGradientOfTheResultItselfIsOne() {
        Tensor y = x.sum();
        assertEquals(NDArray.scalar(1.0), Gradients.of(y, List.of(y)).of(y).eval());
    }

    @Test
    void contributionsOfAllUsesAddUp() {
        Tensor y = x.mul(w).add(x.square()).sum();
        Gradients gradients = Gradients.of(y, List.of(x));
        assertEquals(NDArray.of(5.0, 3.0), gradients.of(x).eval());
        List<String> users = gradients.contributions(x).stream()
                .map(use -> use.consumer().op().name())
                .collect(Collectors.toList());
        assertEquals(2, users.size());
        assertTrue(users.containsAll(List.of("mul", "square")), users::toString);
        assertEquals(List.of(), gradients.contributions(w), "no gradient was asked for");
    }

    @Test
    void theUpstreamGradientWeighsElements() {
        Tensor upstream = Tensors.constant(10.0, 0.5);
        Gradients gradients = Gradients.of(x.square(), List.of(x), upstream);
        assertEquals(NDArray.of(20.0, 2.0), gradients.of(x).eval());
    }

    @Test
    void anUpstreamGradientOfAnotherShapeOrTypeIsRefused() {
        Tensor y = x.square();
        Refused.with(
                GraphException.class,
                () -> Gradients.of(y, List.of(x), Tensors.constant(1.0, 2.0, 3.0)),
                "upstream gradient, FLOAT64 [3]",
                "FLOAT64 [2]");
        Refused.with(GraphException.class, () -> Gradients.of(y, List.of(x), Tensors.ones(2)), "FLOAT32 [2]");
    }

    @Test
    void notConnectedIsNotZero() {
        Gradients gradients = Gradients.of(x.sum(), List.of(x, w));
        assertTrue(gradients.find(w).isEmpty());
        Refused.with(GraphException.class, () -> gradients.of(w), "with respect to w");
        assertEquals(
                NDArray.of(0.0, 0.0),
                Gradients.of(w.mul(0).sum(), List.of(w)).of(w).eval());
    }

    @Test
    void backwardCanBeRepeated() {
        Tensor y = x.mul(w).sum();
        y.backward();
        y.backward();
        assertEquals(NDArray.of(3.0, -1.0), x.grad());
        assertEquals(NDArray.of(1.0, 2.0), w.grad());
    }

    @Test
    void whatARuleMakesBelongsToItsNode() {
        Tensor product = x.mul(w);
        Tensor y = product.sum();
        Tensor dx = Gradients.of(y, List.of(x)).of(x);
        assertSame(product, Provenance.ruleOf(dx).orElseThrow());
        assertFalse(Provenance.ruleOf(y).isPresent());
        assertFalse(Provenance.ruleOf(w).isPresent());
    }

    /** The gradient that add hands on is that of the part, of the shape of the sum. */
    @Test
    void partsOfASumThatBroadcasts() {
        Tensor matrix = Tensors.constant(new double[2][3]);
        Tensor bias = Tensors.constant(1.0, 2.0, 3.0);
        Tensor scale = Tensors.scalar(2.0, DType.FLOAT64);
        for (Tensor sum : List.of(matrix.add(bias), matrix.add(bias).sub(scale), bias.add(matrix))) {
            Tensor slice = Indexing.slice(sum, new int[] {0, 0}, new int[] {1, 2});
            Tensor rows = Indexing.gather(sum, Tensors.constant(new int[] {1, 1}), 0);
            Tensor halves = Arrangement.split(sum, 3, 1).get(2);
            assertEquals(NDArray.of(1.0, 1.0, 0.0), gradient(slice, bias));
            assertEquals(NDArray.of(2.0, 2.0, 2.0), gradient(rows, bias));
            assertEquals(NDArray.of(0.0, 0.0, 2.0), gradient(halves, bias));
            assertEquals(
                    NDArray.of(3.0, 3.0, 4.0),
                    gradient(Indexing.concat(0, slice.reshape(-1), rows.reshape(-1), halves.reshape(-1)), bias));
        }
        Tensor parts = Indexing.slice(matrix.sub(scale), new int[] {1, 0}, new int[] {1, 3});
        assertEquals(NDArray.scalar(-3.0), gradient(parts, scale));
    }

    private static NDArray gradient(Tensor y, Tensor x) {
        return Gradients.of(y.sum(), List.of(x)).of(x).eval();
    }
}
