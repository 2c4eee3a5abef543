package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CrossEntropy;
import dev.autodiff.ir.Gather;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.Primitive;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Reshape;
import dev.autodiff.ir.Softmax;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operations on each row of a stack work on one matrix of all rows; others stay as they are. */
class RowMergingTest {
    private final ProgramBuilder builder = new ProgramBuilder(new Rewrites(true, false), true);
    private final Value x = input(2, 3, 4);
    private final Value w = input(4, 5);

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    /** Asserts that a value is a view of a merged one, and returns that. */
    private static Value merged(Value value, Shape shape, Primitive primitive, Shape from) {
        assertEquals(shape, value.shape());
        assertEquals(Reshape.class, value.primitive().getClass());
        Value inner = value.input(0);
        assertEquals(primitive, inner.primitive());
        assertEquals(from, inner.shape());
        return inner;
    }

    @Test
    void productsWithOneMatrix() {
        Value inner =
                merged(builder.matmul(x, w, false, false), Shape.of(2, 3, 5), new Matmul(false, false), Shape.of(6, 5));
        assertSame(x, inner.input(0).input(0));
        merged(builder.matmul(x, input(5, 4), false, true), Shape.of(2, 3, 5), new Matmul(false, true), Shape.of(6, 5));
        assertEquals(
                new Matmul(true, false),
                builder.matmul(x, input(3, 5), true, false).primitive());
        assertEquals(
                new Matmul(false, false),
                builder.matmul(x, input(2, 4, 5), false, false).primitive());
        Value none = input(0, 3, 4);
        assertEquals(
                new Matmul(false, false), builder.matmul(none, w, false, false).primitive());
    }

    @Test
    void elementwiseOperationsFollow() {
        Value product = builder.matmul(x, w, false, false);
        Value row = input(5);
        Value biased = builder.map(Elementwise.ADD, product, row);
        Value inner = merged(biased, Shape.of(2, 3, 5), new Pointwise(Elementwise.ADD), Shape.of(6, 5));
        assertEquals(List.of(product.input(0), row), inner.inputs());
        Value other = input(2, 3, 5);
        Value sum = builder.map(Elementwise.ADD, other, biased);
        Value both = merged(sum, Shape.of(2, 3, 5), new Pointwise(Elementwise.ADD), Shape.of(6, 5));
        assertSame(other, both.input(0).input(0));
        Value column = input(2, 3, 1);
        merged(
                builder.map(Elementwise.MUL, column, biased),
                Shape.of(2, 3, 5),
                new Pointwise(Elementwise.MUL),
                Shape.of(6, 5));
        Value two = builder.number(DType.FLOAT32, 2);
        merged(
                builder.map(Elementwise.SELECT, input(1, 1, 5), biased, two),
                Shape.of(2, 3, 5),
                new Pointwise(Elementwise.SELECT),
                Shape.of(6, 5));
    }

    @Test
    void elementwiseOperationsStayWhereNothingIsMerged() {
        Pointwise add = new Pointwise(Elementwise.ADD);
        assertEquals(add, builder.map(Elementwise.ADD, x, x).primitive());
        Value product = builder.matmul(x, w, false, false);
        assertEquals(add, builder.map(Elementwise.ADD, product, input(3, 5)).primitive());
        assertEquals(add, builder.map(Elementwise.ADD, product, input(3, 1)).primitive());
        Value other = builder.reshape(input(5, 6), Shape.of(2, 3, 5));
        assertEquals(add, builder.map(Elementwise.ADD, other, other).primitive());
    }

    @Test
    void columnsAreRepeated() {
        Value sums = builder.reshape(builder.reduce(Reduction.SUM, x, 2), Shape.of(2, 3, 1));
        Value wide = builder.broadcast(sums, Shape.of(2, 3, 4));
        merged(wide, Shape.of(2, 3, 4), new Pointwise(Elementwise.COPY), Shape.of(6, 4));
        Value centered = builder.map(Elementwise.SUB, x, sums);
        Value inner = merged(centered, Shape.of(2, 3, 4), new Pointwise(Elementwise.SUB), Shape.of(6, 4));
        assertEquals(Shape.of(6, 1), inner.input(1).shape());
    }

    @Test
    void reductionsOfRowsAndOverAllRows() {
        merged(builder.reduce(Reduction.MAX, x, 2), Shape.of(2, 3), new Reduce(Reduction.MAX, List.of(1)), Shape.of(6));
        Value columns = builder.reduce(Reduction.SUM, x, 0, 1);
        assertEquals(new Reduce(Reduction.SUM, List.of(0)), columns.primitive());
        assertEquals(Shape.of(6, 4), columns.input(0).shape());
        assertEquals(
                new Reduce(Reduction.SUM, List.of(1)),
                builder.reduce(Reduction.SUM, x, 1).primitive());
    }

    @Test
    void softmaxCrossEntropyAndLookUps() {
        merged(builder.softmax(x, true), Shape.of(2, 3, 4), new Softmax(true), Shape.of(6, 4));
        merged(builder.crossEntropy(x, input(2, 3, 4)), Shape.of(2, 3), new CrossEntropy(), Shape.of(6));
        Value indices = builder.input(DType.INT32, Shape.of(2, 3));
        merged(builder.gather(w, indices, 0), Shape.of(2, 3, 5), new Gather(0), Shape.of(6, 5));
        assertEquals(new Gather(1), builder.gather(w, indices, 1).primitive());
        assertEquals(new Gather(0), builder.gather(x, indices, 0).primitive());
    }
}
