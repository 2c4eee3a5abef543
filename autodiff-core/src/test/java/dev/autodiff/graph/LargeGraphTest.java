package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Graphs of a hundred thousand nodes, deep and wide. Nothing recurses, and nothing takes a time that grows with the
 * square of their number: each test takes about a second, and would take many minutes.
 */
@Tag("kernel-independent")
class LargeGraphTest {
    private static final int NODES = 100_000;

    /** A leaf whose value the compiler does not know, unlike a constant's. */
    private static final class Given extends Tensor {
        Given(float... values) {
            this(state(values));
        }

        private Given(State state) {
            super(Leaves.state(state), new TensorType(state.dtype(), state.shape()), "x");
        }

        private static State state(float... values) {
            State state = new State(DType.FLOAT32, Shape.of(values.length));
            state.assign(NDArray.of(values));
            return state;
        }
    }

    private static NDArray compute(Tensor fetch) {
        return Lowering.compile(List.of(fetch), List.of(), List.of(), List.of(), CompileOptions.OPTIMIZED)
                .run()
                .get(0);
    }

    private static void assertLarge(Tensor fetch) {
        int nodes = Topology.order(List.of(fetch)).size();
        Assertions.assertTrue(nodes >= NODES, "only " + nodes + " nodes");
    }

    @Test
    void aChain() {
        Tensor x = new Given(1, 2, -3);
        Tensor y = x;
        for (int i = 0; i < NODES / 5; i++) {
            y = i % 2 == 0 ? y.mul(2) : y.mul(0.5).relu();
        }
        Tensor dx = Tensors.gradients(y.sum(), x).get(0);
        assertLarge(dx);
        assertEquals(NDArray.of(1f, 1f, 0f), compute(dx));
    }

    @Test
    void aValueThatIsReadManyTimes() {
        Tensor x = new Given(1, 2);
        int branches = NODES / 5;
        List<Tensor> level = new ArrayList<>();
        for (int i = 0; i < branches; i++) {
            level.add(x.mul(i % 3));
        }
        while (level.size() > 1) {
            List<Tensor> next = new ArrayList<>();
            for (int i = 0; i + 1 < level.size(); i += 2) {
                next.add(level.get(i).add(level.get(i + 1)));
            }
            if (level.size() % 2 == 1) {
                next.add(level.get(level.size() - 1));
            }
            level = next;
        }
        Tensor dx = Tensors.gradients(level.get(0).sum(), x).get(0);
        assertLarge(dx);
        float slope = branches / 3 * 3 + (branches % 3 == 2 ? 1 : 0); // 0 + 1 + 2 for every three branches
        assertEquals(NDArray.of(slope, slope), compute(dx));
    }

    @Test
    void constants() {
        Tensor y = Tensors.scalar(1);
        for (int i = 0; i < NODES / 2; i++) {
            y = i % 2 == 0 ? y.add(1) : y.sub(1);
        }
        assertLarge(y);
        assertEquals(NDArray.scalar(1f), compute(y));
    }

    @Test
    void products() {
        Tensor x = new Given(1, 2, 3, 4).reshape(2, 2);
        Tensor swap = new Given(0, 1, 1, 0).reshape(2, 2);
        Tensor y = x;
        for (int i = 0; i < NODES / 4; i++) {
            y = y.matmul(swap);
        }
        Tensor dx = Tensors.gradients(y.sum(), swap).get(0);
        Assertions.assertTrue(Topology.order(List.of(dx)).size() >= NODES * 3 / 4);
        // Of every product, row sums of x where the swaps before it have left them: 3 and 7 are 4 and 6 by columns
        float each = NODES / 4 * (4 + 6) / 2f;
        assertEquals(NDArray.of(each, each, each, each).reshape(2, 2), compute(dx));
    }
}
