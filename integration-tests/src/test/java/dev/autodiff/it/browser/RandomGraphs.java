package dev.autodiff.it.browser;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Random graphs of all operations that the engine in the page has, and training steps of all optimizers. */
final class RandomGraphs {
    private static final int[][] SHAPES = {{}, {}, {3}, {2, 3}, {3, 2}, {1, 3}, {2, 1}, {2, 2, 3}};

    private static final List<UnaryOperator<Tensor>> FUNCTIONS = List.of(
            Tensor::tanh,
            Tensor::sigmoid,
            Tensor::relu,
            Activations::softplus,
            Activations::softsign,
            x -> Activations.leakyRelu(x, 0.1),
            x -> Activations.elu(x, 1.5),
            Tensor::square,
            Tensor::neg,
            Tensor::abs,
            x -> x.tanh().exp(),
            x -> Arithmetic.expm1(x.tanh()),
            x -> x.abs().add(0.5).log(),
            x -> Arithmetic.log1p(x.square()),
            x -> x.square().add(0.25).sqrt(),
            x -> x.sigmoid().pow(2.5),
            Trigonometry::sin,
            Trigonometry::cos,
            x -> Trigonometry.tan(x.tanh()),
            Trigonometry::atan,
            x -> Trigonometry.sinh(x.tanh()),
            x -> Trigonometry.cosh(x.tanh()),
            x -> Arithmetic.clip(x, -0.5, 0.75),
            x -> x.mul(Arithmetic.sign(x)),
            x -> x.mul(0.5).sub(1).div(2),
            Shaping::stopGradient);

    private static final List<BinaryOperator<Tensor>> PAIRS = List.of(
            Tensor::add,
            Tensor::sub,
            Tensor::mul,
            (a, b) -> a.div(b.square().add(1)),
            Arithmetic::maximum,
            Arithmetic::minimum,
            (a, b) -> a.abs().add(0.5).pow(b.tanh()),
            (a, b) -> Comparisons.where(a.greater(b), a, b.mul(2)),
            (a, b) -> a.mul(Comparisons.greaterEqual(a, b)));

    private final Random random;
    private final DType dtype;
    private final List<Tensor> pool = new ArrayList<>();

    private RandomGraphs(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextInt();
        this.dtype = seed % 5 == 4 ? DType.FLOAT32 : DType.FLOAT64;
    }

    /** Returns the trace of a random graph: with variables and two training steps for a third of the seeds. */
    static Trace trace(long seed) {
        return new RandomGraphs(seed).trace(seed % 3 == 2);
    }

    private Trace trace(boolean trained) {
        int leaves = 2 + random.nextInt(3);
        for (int i = 0; i < leaves; i++) {
            NDArray value = value(SHAPES[random.nextInt(SHAPES.length)]);
            String name = String.valueOf((char) ('a' + i));
            pool.add(
                    trained ? Variable.of(name, value) : Tensors.constant(value).named(name));
        }
        int steps = 3 + random.nextInt(7);
        for (int i = 0; i < steps; i++) {
            pool.add(step());
        }
        Tensor cost = number(pool.get(pool.size() - 1));
        cost = cost.add(number(any())).named("cost");
        boolean used = Topology.order(List.of(cost)).stream().anyMatch(Variable.class::isInstance);
        if (!trained || !used) {
            return Trace.of(cost);
        }
        try (Session session = new Session(1)) {
            return session.trace(optimizer().minimize(cost), List.of(List.of(), List.of()));
        }
    }

    private Optimizer optimizer() {
        return switch (random.nextInt(7)) {
            case 0 -> new GradientDescent(0.1);
            case 1 -> new Momentum(0.1, 0.9);
            case 2 -> Momentum.nesterov(0.05, 0.8);
            case 3 -> new Adam(0.05);
            case 4 -> Adam.withDecay(0.05, 0.01);
            case 5 -> new RmsProp(0.02);
            default -> new Adagrad(0.1);
        };
    }

    private NDArray value(int... dims) {
        double[] values = new double[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(8) == 0 ? random.nextInt(5) - 2 : random.nextGaussian() * 1.5;
        }
        NDArray flat = NDArray.of(values);
        return (dtype == DType.FLOAT32 ? flat.cast(dtype) : flat).reshape(dims);
    }

    private Tensor any() {
        return pool.get(random.nextInt(pool.size()));
    }

    private Tensor number(Tensor x) {
        return x.shape().isScalar() ? x : random.nextBoolean() ? x.mean() : x.sum();
    }

    private Tensor step() {
        Tensor x = any();
        return switch (random.nextInt(4)) {
            case 0 -> FUNCTIONS.get(random.nextInt(FUNCTIONS.size())).apply(x);
            case 1 -> pair(x, any());
            case 2 -> x.shape().isScalar() ? pair(x, any()) : overAxes(x);
            default -> x.shape().rank() < 2 ? pair(x, any()) : ofMatrices(x);
        };
    }

    private Tensor pair(Tensor a, Tensor b) {
        Tensor other = Shape.canBroadcast(a.shape(), b.shape()) ? b : number(b);
        return PAIRS.get(random.nextInt(PAIRS.size())).apply(a, other);
    }

    private Tensor overAxes(Tensor x) {
        boolean keep = random.nextBoolean();
        int[] axes = random.nextInt(3) == 0
                ? new int[0]
                : new int[] {random.nextInt(x.shape().rank())};
        int axis = random.nextInt(x.shape().rank()) - x.shape().rank();
        return switch (random.nextInt(8)) {
            case 0 -> Reductions.sum(x, keep, axes);
            case 1 -> Reductions.mean(x, keep, axes);
            case 2 -> Reductions.max(x, keep, axes);
            case 3 -> Reductions.min(x, keep, axes);
            case 4 -> Reductions.logSumExp(x, keep, axes);
            case 5 -> Activations.softmax(x, axis);
            case 6 -> Activations.logSoftmax(x, axis);
            default -> x.expandDims(axis);
        };
    }

    private Tensor ofMatrices(Tensor x) {
        Shape shape = x.shape();
        int rank = shape.rank();
        int rows = shape.dim(-2);
        int columns = shape.dim(-1);
        return switch (random.nextInt(9)) {
            case 0 -> rank == 2 ? x.transpose() : x.transpose(1, 2, 0);
            case 1 -> x.reshape(-1, columns);
            case 2 -> x.matmul(constant(columns, 2));
            case 3 -> LinearAlgebra.matmul(constant(rows, 2), x, true, false);
            case 4 -> LinearAlgebra.matmul(x, constant(2, columns), false, true);
            case 5 -> LinearAlgebra.matmul(x, constant(2, rows), true, true);
            case 6 -> CrossEntropy.softmax(x, labels(shape));
            case 7 -> CrossEntropy.sigmoid(x, constant(shape.dims()).sigmoid());
            default -> x.matmul(constant(columns));
        };
    }

    private Tensor constant(int... dims) {
        return Tensors.constant(value(dims));
    }

    private Tensor labels(Shape logits) {
        if (random.nextBoolean()) {
            return Tensors.constant(value(logits.dims())).softmax();
        }
        int classes = logits.dim(-1);
        int rows = logits.size() / classes;
        int[] numbers = random.ints(rows, 0, classes).toArray();
        int[] dims = Arrays.copyOf(logits.dims(), logits.rank() - 1);
        return Tensors.constant(NDArray.of(numbers).reshape(dims));
    }
}
