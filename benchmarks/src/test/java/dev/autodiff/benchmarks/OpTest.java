package dev.autodiff.benchmarks;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations that are measured: each row of the tables runs, and gradients flow where the table says so. */
class OpTest {
    private static final int SIZE = 50;

    private static void runs(OpCase sample, List<Tensor> fetches) {
        try (Session session = new Session(1)) {
            session.prepare(fetches, sample.inputs.toArray(new Placeholder[0]))
                    .run(sample.values.toArray(new NDArray[0]));
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void operationsWithAGradientHaveOne(Op op) {
        OpCase sample = op.of(SIZE);
        Gradients gradients = Gradients.of(sample.result.sum(), sample.inputs);
        List<Tensor> found = sample.inputs.stream()
                .flatMap(input -> gradients.find(input).stream())
                .toList();
        assertFalse(found.isEmpty(), "no gradient");
        runs(sample, List.of(sample.result));
        runs(sample, found);
    }

    @ParameterizedTest
    @EnumSource(FlatOp.class)
    void operationsWithoutAGradientHaveNone(FlatOp op) {
        OpCase sample = op.of(SIZE);
        if (sample.result.dtype().isFloating()) {
            Gradients gradients = Gradients.of(sample.result.sum(), sample.inputs);
            for (Placeholder input : sample.inputs) {
                assertTrue(gradients.find(input).isEmpty(), "a gradient");
            }
        }
        runs(sample, List.of(sample.result));
    }
}
