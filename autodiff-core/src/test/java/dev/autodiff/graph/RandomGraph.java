package dev.autodiff.graph;

import dev.autodiff.array.DType;
import java.util.ArrayList;
import java.util.List;

/** Grows graphs of matrices of one size by random steps: whatever a family offers, applied to whatever there is. */
public final class RandomGraph {
    private final Draw draw;
    private final int rows;
    private final int columns;
    private final List<Tensor> pool;

    private RandomGraph(long seed, int rows, int columns, List<Tensor> inputs) {
        this.draw = new Draw(seed, false);
        this.rows = rows;
        this.columns = columns;
        this.pool = new ArrayList<>(inputs);
    }

    /** All intermediate results in the order of their making; inputs are {@code rows x columns}. */
    public static List<Tensor> grow(long seed, int steps, int rows, int columns, List<Tensor> inputs) {
        RandomGraph graph = new RandomGraph(seed, rows, columns, inputs);
        for (int i = 0; i < steps; i++) {
            graph.pool.add(graph.step());
        }
        return graph.pool.subList(inputs.size(), graph.pool.size());
    }

    private Tensor any() {
        int recent = draw.chance(0.5) ? Math.max(0, pool.size() - 3) : 0; // chains as well as wide graphs
        return pool.get(recent + draw.below(pool.size() - recent));
    }

    /** Any result, held within bounds so that nothing overflows however long the chain. */
    private Tensor bounded() {
        return any().tanh();
    }

    private Tensor step() {
        int axis = draw.axis(2);
        return switch (draw.below(32)) {
            case 0 -> any().add(any());
            case 1 -> any().sub(any().mean(axis).expandDims(axis));
            case 2 -> any().mul(bounded());
            case 3 -> bounded().div(any().square().add(0.5));
            case 4 -> bounded().exp();
            case 5 -> any().sigmoid();
            case 6 -> Arithmetic.maximum(any(), any().mul(0.7).add(0.1));
            case 7 -> Arithmetic.minimum(any(), Tensors.scalar(0.3, pool.get(0).dtype()));
            case 8 -> Comparisons.where(any().greater(0.05), any(), any().mul(0.5));
            case 9 -> any().softmax();
            case 10 -> Activations.logSoftmax(bounded(), axis);
            case 11 -> any().sub(Reductions.logSumExp(any(), true, axis));
            case 12 -> any().add(Reductions.max(any(), true, axis));
            case 13 -> any().matmul(bounded().transpose()).matmul(bounded()).mul(0.3);
            case 14 -> bounded().transpose().reshape(rows, columns);
            case 15 ->
                Indexing.concat(1, any(), bounded()).reshape(2, rows, columns).sum(0);
            case 16 -> Indexing.slice(Indexing.concat(0, any(), any()), new int[] {1, 0}, new int[] {rows, columns});
            case 17 -> Indexing.gather(any(), Tensors.constant(new int[rows]), 0);
            case 18 -> any().add(any().sum().mul(0.1));
            case 19 -> Activations.softplus(any()).sub(1);
            case 20 -> Activations.gelu(any());
            case 21 -> Activations.elu(any().sub(0.03), 1.2);
            case 22 -> any().abs().add(0.2).sqrt();
            case 23 -> any().abs().add(0.5).log();
            case 24 -> any().abs().add(0.5).pow(1.7).tanh();
            case 25 ->
                any().add(CrossEntropy.softmax(bounded(), any().softmax()).expandDims(1));
            case 26 -> CrossEntropy.sigmoid(bounded(), any().sigmoid());
            case 27 -> any().neg().neg().mul(1).sub(0);
            case 28 -> any().relu().add(Arithmetic.clip(any(), -0.61, 0.47));
            case 29 ->
                any().add(any().argmax(1).oneHot(columns).cast(pool.get(0).dtype()));
            case 30 -> partsOf(any().add(any().mean(axis).expandDims(axis)));
            default ->
                any().add(Tensors.constant(draw.real(1, columns).cast(DType.FLOAT32))
                        .cast(pool.get(0).dtype()));
        };
    }

    /** The first row as a slice, and others gathered from the same tensor. */
    private Tensor partsOf(Tensor x) {
        Tensor first = Indexing.slice(x, new int[] {0, 0}, new int[] {1, columns});
        return Indexing.concat(0, first, Indexing.gather(x, Tensors.constant(new int[rows - 1]), 0));
    }
}
