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

    /** The features of an element of an image or a sequence: three times two heads of four. */
    private static final int FEATURES = 24;

    /** The side of a filter. */
    private static final int WINDOW = 3;

    /** The most steps of a sequence; longer operands have more sequences. */
    private static final int STEPS = 64;

    /** An operation of queries, keys and values. */
    interface Ternary {
        Tensor apply(Tensor q, Tensor k, Tensor v);
    }

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

    /** Returns cases with logits of ten classes and labels of a tenth for each. */
    static Maker labelled(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)),
                numbers(-1, 1, rows(size)),
                NDArray.full(DType.FLOAT32, Shape.of(rows(size)), 1.0 / ROW));
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

    /** Returns the shape of one square image of at least three rows. */
    private static int[] imageDims(int size) {
        int side = Math.max(WINDOW, (int) Math.round(Math.sqrt((double) size / FEATURES)));
        return new int[] {1, side, side, FEATURES};
    }

    /** Returns the shape of sequences of 3 to 64 steps. */
    private static int[] sequenceDims(int size) {
        int steps = Math.min(STEPS, Math.max(WINDOW, size / FEATURES));
        return new int[] {Math.max(1, size / (steps * FEATURES)), steps, FEATURES};
    }

    /** Returns cases with an image. */
    static Maker image(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, imageDims(size)));
    }

    /** Returns cases with an image and as many filters of 3 x 3 as it has channels. */
    static Maker filtered(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)),
                numbers(-1, 1, imageDims(size)),
                numbers(-1, 1, WINDOW, WINDOW, FEATURES, FEATURES));
    }

    /** Returns cases with sequences. */
    static Maker sequence(UnaryOperator<Tensor> operation) {
        return size -> new OpCase(in -> operation.apply(in.get(0)), numbers(-1, 1, sequenceDims(size)));
    }

    /** Returns cases with sequences and as many filters of three steps as they have features. */
    static Maker filteredSequence(BinaryOperator<Tensor> operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1)),
                numbers(-1, 1, sequenceDims(size)),
                numbers(-1, 1, WINDOW, FEATURES, FEATURES));
    }

    /** Returns cases with queries, keys and values of the same shape. */
    static Maker attention(Ternary operation) {
        return size -> new OpCase(
                in -> operation.apply(in.get(0), in.get(1), in.get(2)),
                numbers(-1, 1, sequenceDims(size)),
                numbers(-2, 1, sequenceDims(size)),
                numbers(-1, 2, sequenceDims(size)));
    }

    /** Returns cases with a sequence of ten steps and a state to begin with. */
    static Maker loop(BinaryOperator<Tensor> operation) {
        return size -> {
            int each = Math.max(1, size / ROW);
            return new OpCase(
                    in -> operation.apply(in.get(0), in.get(1)), numbers(-1, 1, ROW, each), numbers(-1, 1, each));
        };
    }
}
