package dev.autodiff.benchmarks.compare;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.benchmarks.worker.MatrixProduct;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import java.util.List;
import java.util.SplittableRandom;

/** A matrix product as a graph of one operation, with both matrices fed. */
final class MatmulTask implements Task {
    private final MatrixProduct product;
    private final PreparedRun step;
    private final NDArray a;
    private final NDArray b;

    MatmulTask(String id) {
        product = MatrixProduct.parse(id);
        SplittableRandom random = new SplittableRandom(1);
        a = product.aTransposed()
                ? numbers(random, product.k(), product.m())
                : numbers(random, product.m(), product.k());
        b = product.bTransposed()
                ? numbers(random, product.n(), product.k())
                : numbers(random, product.k(), product.n());
        Placeholder left = Placeholder.of("a", a.shape());
        Placeholder right = Placeholder.of("b", b.shape());
        Tensor result = LinearAlgebra.matmul(left, right, product.aTransposed(), product.bTransposed());
        step = new Session().prepare(List.of(result), left, right);
    }

    private static NDArray numbers(SplittableRandom random, int rows, int columns) {
        float[] values = new float[Shape.of(rows, columns).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return NDArray.wrap(values, rows, columns);
    }

    @Override
    public void step() {
        step.run(a, b);
    }

    @Override
    public double result() {
        return step.value(0).at(0);
    }

    @Override
    public double work() {
        return product.flop();
    }
}
