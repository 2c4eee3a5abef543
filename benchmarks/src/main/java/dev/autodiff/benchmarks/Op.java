package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Einsum;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Interpolation;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.PadMode;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Statistics;
import dev.autodiff.graph.Triangles;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.graph.WindowOptions;

/** The operations with a gradient, each with operands of a given number of elements. */
public enum Op {
    ADD(OpCase.binary(Arithmetic::add)),
    SUB(OpCase.binary(Arithmetic::sub)),
    MUL(OpCase.binary(Arithmetic::mul)),
    DIV(OpCase.binary(Arithmetic::div)),
    POW(OpCase.binary(Arithmetic::pow)),
    REMAINDER(OpCase.binary(Arithmetic::remainder)),
    MINIMUM(OpCase.binary(Arithmetic::minimum)),
    MAXIMUM(OpCase.binary(Arithmetic::maximum)),
    /** Adds a row to a matrix, like a bias; the gradient of the row sums over the rows of the matrix. */
    ADD_ROW(OpCase.repeated(Arithmetic::add)),
    MULTIPLY_ROW(OpCase.repeated(Arithmetic::mul)),
    CLIP(OpCase.unary(x -> Arithmetic.clip(x, -0.5, 0.5))),
    NEG(OpCase.unary(Arithmetic::neg)),
    ABS(OpCase.unary(Arithmetic::abs)),
    SQUARE(OpCase.unary(Arithmetic::square)),
    SQRT(OpCase.positive(Arithmetic::sqrt)),
    CBRT(OpCase.unary(Arithmetic::cbrt)),
    EXP(OpCase.unary(Arithmetic::exp)),
    EXPM1(OpCase.unary(Arithmetic::expm1)),
    LOG(OpCase.positive(Arithmetic::log)),
    LOG1P(OpCase.positive(Arithmetic::log1p)),
    ERF(OpCase.unary(Arithmetic::erf)),
    GAUSSIAN(OpCase.unary(Arithmetic::gaussian)),
    NORMAL_CDF(OpCase.unary(Arithmetic::normalCdf)),
    SIN(OpCase.unary(Trigonometry::sin)),
    COS(OpCase.unary(Trigonometry::cos)),
    TAN(OpCase.unary(Trigonometry::tan)),
    ASIN(OpCase.unary(Trigonometry::asin)),
    ACOS(OpCase.unary(Trigonometry::acos)),
    ATAN(OpCase.unary(Trigonometry::atan)),
    ATAN2(OpCase.binary(Trigonometry::atan2)),
    SINH(OpCase.unary(Trigonometry::sinh)),
    COSH(OpCase.unary(Trigonometry::cosh)),
    ASINH(OpCase.unary(Trigonometry::asinh)),
    ACOSH(OpCase.positive(x -> Trigonometry.acosh(x.add(1)))),
    ATANH(OpCase.unary(Trigonometry::atanh)),
    RELU(OpCase.unary(Activations::relu)),
    LEAKY_RELU(OpCase.unary(x -> Activations.leakyRelu(x, 0.1))),
    SIGMOID(OpCase.unary(Activations::sigmoid)),
    TANH(OpCase.unary(Activations::tanh)),
    SOFTPLUS(OpCase.unary(Activations::softplus)),
    SOFTSIGN(OpCase.unary(Activations::softsign)),
    ELU(OpCase.unary(x -> Activations.elu(x, 1))),
    GELU(OpCase.unary(Activations::gelu)),
    GELU_TANH(OpCase.unary(Activations::geluTanh)),
    SILU(OpCase.unary(Activations::silu)),
    SELU(OpCase.unary(Activations::selu)),
    MISH(OpCase.unary(Activations::mish)),
    SOFTMAX(OpCase.matrix(x -> Activations.softmax(x, -1))),
    LOG_SOFTMAX(OpCase.matrix(x -> Activations.logSoftmax(x, -1))),
    WHERE(OpCase.chosen(in -> Comparisons.where(in.get(0), in.get(1), in.get(2)))),
    SUM(OpCase.unary(x -> Reductions.sum(x, false))),
    SUM_ROWS(OpCase.matrix(x -> Reductions.sum(x, false, 1))),
    SUM_COLUMNS(OpCase.matrix(x -> Reductions.sum(x, false, 0))),
    MEAN(OpCase.unary(x -> Reductions.mean(x, false))),
    MAX(OpCase.unary(x -> Reductions.max(x, false))),
    MIN(OpCase.unary(x -> Reductions.min(x, false))),
    LOG_SUM_EXP(OpCase.matrix(x -> Reductions.logSumExp(x, false, 1))),
    NORM(OpCase.unary(x -> Statistics.norm(x, false))),
    VARIANCE(OpCase.matrix(x -> Statistics.variance(x, 0, false, 0))),
    STD(OpCase.matrix(x -> Statistics.std(x, 0, false, 0))),
    PROD(OpCase.matrix(x -> Scans.prod(x, false, 1))),
    CUMSUM(OpCase.unary(x -> Scans.cumsum(x, 0))),
    CUMPROD(OpCase.matrix(x -> Scans.cumprod(x, 1))),
    L2_LOSS(OpCase.unary(Reductions::l2Loss)),
    MATMUL(OpCase.square(LinearAlgebra::matmul)),
    EINSUM(OpCase.square((a, b) -> Einsum.einsum("ij,kj->ki", a, b))),
    CONV2D(OpCase.filtered((x, w) -> Convolutions.conv2d(x, w, new WindowOptions().same()))),
    CONV2D_STRIDED(OpCase.filtered((x, w) -> Convolutions.conv2d(x, w, new WindowOptions().strides(2)))),
    CONV2D_TRANSPOSE(OpCase.filtered(Convolutions::conv2dTranspose)),
    CONV1D(OpCase.filteredSequence(Convolutions::conv1d)),
    CONV1D_TRANSPOSE(OpCase.filteredSequence((x, w) -> Convolutions.conv1dTranspose(x, w, new WindowOptions(), 0))),
    MAX_POOL2D(OpCase.image(x -> Pooling.maxPool2d(x, 2, 2, new WindowOptions().strides(2)))),
    MAX_POOL1D(OpCase.sequence(x -> Pooling.maxPool1d(x, 2, new WindowOptions().strides(2)))),
    AVERAGE_POOL2D(OpCase.image(x -> Pooling.averagePool2d(x, 2, 2, new WindowOptions().strides(2), false))),
    AVERAGE_POOL1D(OpCase.sequence(x -> Pooling.averagePool1d(x, 2, new WindowOptions().strides(2), false))),
    UPSAMPLE_NEAREST(OpCase.image(x -> Pooling.upsample2d(x, 2, 2, Interpolation.NEAREST))),
    UPSAMPLE_BILINEAR(OpCase.image(x -> Pooling.upsample2d(x, 2, 2, Interpolation.BILINEAR))),
    SCALED_DOT_PRODUCT(OpCase.attention(Attention::scaledDotProduct)),
    CAUSAL(OpCase.attention(Attention::causal)),
    MULTI_HEAD(OpCase.attention((q, k, v) -> Attention.multiHead(q, k, v, null, 2, true))),
    SELF_ATTENTION(OpCase.sequence(qkv -> Attention.selfAttention(qkv, null, 2, true))),
    ATTENTION_WEIGHTS(OpCase.attention((q, k, v) -> Attention.weights(q, k, null, true))),
    ROTARY(OpCase.sequence(x -> Attention.rotary(x, 2, 10_000))),
    /** A loop over the first axis of ten steps, the cell of which adds and is squashed. */
    SCAN(OpCase.loop(
            (x, state) -> Recurrence.scan((now, before) -> now.add(before).tanh(), x, state))),
    TRIL(OpCase.matrix(x -> Triangles.tril(x, 0))),
    TRIU(OpCase.matrix(x -> Triangles.triu(x, 0))),
    TILE(OpCase.matrix(x -> Arrangement.tile(x, 2, 1))),
    PAD(OpCase.matrix(x -> Arrangement.pad(x, new int[] {1, 1}, new int[] {1, 1}, 0))),
    PAD_REFLECT(OpCase.matrix(x -> Arrangement.pad(x, new int[] {0, 1}, new int[] {0, 1}, PadMode.REFLECT))),
    FLIP(OpCase.matrix(x -> Arrangement.flip(x, 0))),
    SORT(OpCase.unary(x -> Sorting.sort(x, 0))),
    TOP_K(OpCase.unary(x -> Sorting.topK(x, 5, 0))),
    TAKE_ALONG(OpCase.indexed((x, rows) -> Sorting.takeAlong(x.sum(1), rows, 0))),
    ADD_ALONG(OpCase.indexed((x, rows) -> Sorting.addAlong(x.sum(1), rows, rows.cast(x.dtype()), 0))),
    ADD_AT(OpCase.indexed((x, rows) -> Indexing.addAt(x.sum(1), rows, rows.cast(x.dtype()), 0))),
    RESHAPE(OpCase.unary(x -> Shaping.reshape(x, 1, -1))),
    TRANSPOSE(OpCase.matrix(Shaping::transpose)),
    EXPAND_DIMS(OpCase.unary(x -> Shaping.expandDims(x, 0))),
    SQUEEZE(OpCase.unary(x -> Shaping.squeeze(Shaping.expandDims(x, 0)))),
    BROADCAST_TO(OpCase.unary(x -> Shaping.broadcastTo(x, 2, x.shape().dim(0)))),
    CAST(OpCase.unary(x -> Shaping.cast(x, DType.FLOAT64))),
    SLICE(OpCase.matrix(x -> Indexing.slice(x, new int[] {0, 0}, new int[] {-1, 5}))),
    SLICE_STRIDED(OpCase.matrix(x -> Arrangement.slice(x, 0, Integer.MAX_VALUE, 2, 1))),
    CONCAT(OpCase.binary((a, b) -> Indexing.concat(0, a, b))),
    STACK(OpCase.binary((a, b) -> Indexing.stack(0, a, b))),
    GATHER(OpCase.indexed((x, rows) -> Indexing.gather(x, rows, 0))),
    SOFTMAX_CROSS_ENTROPY(OpCase.labelled(CrossEntropy::softmax)),
    SIGMOID_CROSS_ENTROPY(OpCase.labelled(CrossEntropy::sigmoid));

    private final OpCase.Maker maker;

    Op(OpCase.Maker maker) {
        this.maker = maker;
    }

    /** Returns the operation on operands of about {@code size} elements. */
    OpCase of(int size) {
        return maker.of(size);
    }
}
