package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An operation on placeholders, with values for them. */
final class OpCase {
    private static final int ROW = 10;

    /** Makes the case of some size. */
    interface Maker {
        OpCase of(int size);
    }

    final List<Placeholder> inputs = new ArrayList<>();
    final List<NDArray> values = new ArrayList<>();
    final Tensor result;

    private OpCase(Function<List<Placeholder>, Tensor> operation, NDArray... values) {
        for (NDArray value : values) {
            inputs.add(Placeholder.of("x" + inputs.size(), value.dtype(), value.shape()));
            this.values.add(value);
        }
        this.result = operation.apply(inputs);
    }

    /** Numbers between two bounds. */
    private static NDArray numbers(double low, double high, int... dims) {
        SplittableRandom random = new SplittableRandom(1);
        float[] numbers = new float[Shape.of(dims).size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return NDArray.wrap(numbers, dims);
    }

    private static NDArray integers(int bound, int... dims) {
        SplittableRandom random = new SplittableRandom(2);
        return NDArray.wrap(random.ints(Shape.of(dims).size(), 0, bound).toArray(), dims);
    }

    private static int[] rows(int size) {
        return new int[] {Math.max(1, size / ROW), ROW};
    }

    /** A function of one vector, of numbers from -1 to 1. */
    static Maker unary(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, size));
    }

    /** A function of one vector of numbers above 0. */
    static Maker positive(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(0.5, 2, size));
    }

    /** A function of two vectors of numbers above 0. */
    static Maker binary(BinaryOperator<Tensor> operation) {
        return size ->
                new OpCase(in -> operation.apply(in.get(0), in.get(1)), numbers(0.5, 2, size), numbers(1, 3, size));
    }

    /** A function of a matrix with rows of ten. */
    static Maker matrix(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, rows(size)));
    }

    /** A matrix with rows of ten, and one such row that is repeated. */
    static Maker repeated(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)), numbers(0.5, 2, rows(size)), numbers(1, 3, ROW));
    }

    /** Logits and labels from 0 to 1, in rows of ten. */
    static Maker labelled(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)), numbers(-1, 1, rows(size)), numbers(0, 0.2, rows(size)));
    }

    /** Three vectors, the first of zeros and ones. */
    static Maker chosen(Function<List<Placeholder>, Tensor> operation) {
        return size ->
                new OpCase(operation, integers(2, size).cast(DType.FLOAT32), numbers(-1, 1, size), numbers(1, 2, size));
    }

    /** Square matrices with about so many elements. */
    static Maker square(BinaryOperator<Tensor> operation) {
        return size -> {
            int n = (int) Math.round(Math.sqrt(size));
            return new OpCase(in -> operation.apply(in.get(0), in.get(1)), numbers(-1, 1, n, n), numbers(-1, 1, n, n));
        };
    }

    /** A matrix with rows of ten, and as many numbers of rows as there are rows. */
    static Maker indexed(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)),
                numbers(-1, 1, rows(size)),
                integers(rows(size)[0], rows(size)[0]));
    }

    /** Class numbers, ten of them. */
    static Maker classes(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), integers(ROW, rows(size)[0]));
    }
}
