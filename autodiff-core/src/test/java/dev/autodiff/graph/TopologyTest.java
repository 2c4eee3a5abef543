package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Orders of a graph. */
class TopologyTest {
    private final Tensor a = Tensors.scalar(1);
    private final Tensor b = Tensors.scalar(2);
    private final Tensor sum = a.add(b);
    private final Tensor product = sum.mul(a);

    @Test
    void operandsComeBeforeResultsAndEachNodeOnce() {
        List<Tensor> order = Topology.order(List.of(product, sum, product));
        assertEquals(List.of(a, b, sum, product), order);
    }

    @Test
    void aGraphWithoutResultsIsEmpty() {
        assertEquals(List.of(), Topology.order(List.of()));
        assertEquals(List.of(), Topology.orderOfMaking(List.of()));
    }

    @Test
    void theOrderOfMakingDoesNotDependOnWhatElseIsAskedFor() {
        Tensor left = a.neg();
        Tensor right = b.neg();
        List<Tensor> one = Topology.orderOfMaking(List.of(right.add(left)));
        List<Tensor> other = Topology.orderOfMaking(List.of(product, left.add(right)));
        assertTrue(one.indexOf(left) < one.indexOf(right));
        assertTrue(other.indexOf(left) < other.indexOf(right));
    }

    @Test
    void theOrderOfMakingHasTheSameNodes() {
        List<Tensor> made = Topology.orderOfMaking(List.of(product));
        assertEquals(new HashSet<>(Topology.order(List.of(product))), new HashSet<>(made));
        for (int i = 1; i < made.size(); i++) {
            assertTrue(made.get(i - 1).id() < made.get(i).id());
        }
    }

    @Test
    void aRandomGraphIsOrdered() {
        Tensor x = Tensors.ones(2, 3);
        List<Tensor> grown = RandomGraph.grow(7, 40, 2, 3, List.of(x));
        List<Tensor> order = Topology.order(grown);
        assertTrue(order.containsAll(grown));
        assertEquals(order.size(), new HashSet<>(order).size());
        for (Tensor node : order) {
            node.inputs().forEach(input -> assertTrue(order.indexOf(input) < order.indexOf(node)));
        }
    }
}
