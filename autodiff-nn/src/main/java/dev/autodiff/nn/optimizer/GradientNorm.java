package dev.autodiff.nn.optimizer;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;

/** Euclidean norms of gradients, in FLOAT64: the square of a FLOAT32 beyond 2e19, as gradients explode, is infinite. */
final class GradientNorm {
    private GradientNorm() {}

    /** Returns the norm of all elements of some tensors together, a FLOAT64 scalar. */
    static Tensor of(List<Tensor> tensors) {
        return tensors.stream()
                .map(g -> g.cast(DType.FLOAT64).square().sum())
                .reduce(Tensor::add)
                .orElseGet(() -> Tensors.scalar(0, DType.FLOAT64))
                .sqrt();
    }

    /** Returns min(1, limit / norm), a FLOAT64 scalar. */
    static Tensor factor(Tensor norm, double limit) {
        Tensor most = Tensors.scalar(limit, DType.FLOAT64);
        return most.div(Arithmetic.maximum(norm, most));
    }
}
