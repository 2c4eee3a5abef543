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

    /** A function that creates the case of a given size. */
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

    /** Returns random numbers between two bounds. */
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

    /** Returns cases with a vector of numbers from -1 to 1. */
    static Maker unary(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, size));
    }

    /** Returns cases with a vector of positive numbers. */
    static Maker positive(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(0.5, 2, size));
    }

    /** Returns cases with two vectors of positive numbers. */
    static Maker binary(BinaryOperator<Tensor> operation) {
        return size ->
                new OpCase(in -> operation.apply(in.get(0), in.get(1)), numbers(0.5, 2, size), numbers(1, 3, size));
    }

    /** Returns cases with a matrix of ten columns. */
    static Maker matrix(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, rows(size)));
    }

    /** Returns cases with a matrix of ten columns and a row of ten. */
    static Maker repeated(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)), numbers(0.5, 2, rows(size)), numbers(1, 3, ROW));
    }

    /** Returns cases with logits and labels between 0 and 1, ten columns each. */
    static Maker labelled(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)), numbers(-1, 1, rows(size)), numbers(0, 0.2, rows(size)));
    }

    /** Returns cases with three vectors, the first of zeros and ones. */
    static Maker chosen(Function<List<Placeholder>, Tensor> operation) {
        return size ->
                new OpCase(operation, integers(2, size).cast(DType.FLOAT32), numbers(-1, 1, size), numbers(1, 2, size));
    }

    /** Returns cases with two square matrices of about {@code size} elements. */
    static Maker square(BinaryOperator<Tensor> operation) {
        return size -> {
            int n = (int) Math.round(Math.sqrt(size));
            return new OpCase(in -> operation.apply(in.get(0), in.get(1)), numbers(-1, 1, n, n), numbers(-1, 1, n, n));
        };
    }

    /** Returns cases with a matrix of ten columns and one row index per row. */
    static Maker indexed(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)),
                numbers(-1, 1, rows(size)),
                integers(rows(size)[0], rows(size)[0]));
    }

    /** Returns cases with class numbers from 0 to 9. */
    static Maker classes(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), integers(ROW, rows(size)[0]));
    }
}
