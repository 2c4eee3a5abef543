package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Reshape;
import dev.autodiff.ir.Transpose;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule is applied where it holds, and not where it would change a bit or a shape. */
class SimplifierTest {
    private final ProgramBuilder builder = new ProgramBuilder(new Rewrites(true, false), false);
    private final Value x = input(2, 3);
    private final Value y = input(2, 3);

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    private Value number(double value) {
        return builder.number(DType.FLOAT32, value);
    }

    private static Value kept(Value result, Elementwise op) {
        assertEquals(new Pointwise(op), result.primitive());
        return result;
    }

    private void isKept(Elementwise op, Value... operands) {
        assertEquals(List.of(operands), kept(builder.map(op, operands), op).inputs());
    }

    // ---- elementwise operations

    @Test
    void copiesOfTheSameShape() {
        assertSame(x, builder.map(Elementwise.COPY, x));
        Value row = input(3);
        Value repeated = builder.broadcast(row, Shape.of(2, 3));
        assertEquals(List.of(row), kept(repeated, Elementwise.COPY).inputs());
    }

    @Test
    void twoNegations() {
        Value negative = builder.map(Elementwise.NEG, x);
        assertSame(x, builder.map(Elementwise.NEG, negative));
        isKept(Elementwise.NEG, x);
        isKept(Elementwise.NEG, builder.map(Elementwise.ABS, x));
        isKept(Elementwise.ABS, negative);
    }

    @Test
    void twoNegationsOfARepeatedOperand() {
        Value row = input(3);
        Value repeated = builder.add(new Pointwise(Elementwise.NEG), DType.FLOAT32, Shape.of(2, 3), List.of(row));
        isKept(Elementwise.NEG, repeated);
    }

    @Test
    void neutralNumbers() {
        assertSame(x, builder.map(Elementwise.MUL, x, number(1)));
        assertSame(x, builder.map(Elementwise.MUL, number(1), x));
        assertSame(x, builder.map(Elementwise.DIV, x, number(1)));
        assertSame(x, builder.map(Elementwise.SUB, x, number(0)));
        Value integers = builder.input(DType.INT32, Shape.of(4));
        assertSame(integers, builder.map(Elementwise.MUL, integers, builder.number(DType.INT32, 1)));
    }

    @Test
    void numbersThatChangeABit() {
        isKept(Elementwise.ADD, x, number(0)); // turns -0 into 0
        isKept(Elementwise.ADD, number(0), x);
        isKept(Elementwise.MUL, x, number(0)); // NaN for infinities
        isKept(Elementwise.MUL, number(0), x);
        isKept(Elementwise.SUB, x, number(-0.0)); // turns -0 into 0
        isKept(Elementwise.SUB, number(0), x);
        isKept(Elementwise.DIV, number(1), x);
        isKept(Elementwise.MUL, x, number(-1));
        isKept(Elementwise.MUL, number(-1), x);
        isKept(Elementwise.SUB, x, number(1));
        isKept(Elementwise.ADD, x, number(1));
        isKept(Elementwise.POW, x, number(1));
        isKept(Elementwise.MAXIMUM, number(1), x);
    }

    @Test
    void neutralNumbersThatGiveAnotherShape() {
        Value one = builder.constant(NDArray.full(DType.FLOAT32, Shape.of(1, 1, 1), 1));
        isKept(Elementwise.MUL, x, one);
        isKept(Elementwise.MUL, one, x);
        isKept(Elementwise.DIV, x, one);
        isKept(Elementwise.MUL, x, builder.constant(NDArray.full(DType.FLOAT32, Shape.of(2, 3), 1)));
        isKept(Elementwise.MUL, x, input());
        isKept(Elementwise.MUL, input(), x);
    }

    @Test
    void chosenByAConstant() {
        assertSame(x, builder.map(Elementwise.SELECT, number(1), x, y));
        assertSame(x, builder.map(Elementwise.SELECT, number(-2), x, y));
        assertSame(x, builder.map(Elementwise.SELECT, number(Double.NaN), x, y));
        assertSame(y, builder.map(Elementwise.SELECT, number(0), x, y));
        assertSame(y, builder.map(Elementwise.SELECT, number(-0.0), x, y));
    }

    @Test
    void chosenByWhatIsNotKnownOrOfAnotherShape() {
        isKept(Elementwise.SELECT, input(), x, y);
        isKept(Elementwise.SELECT, x, x, y);
        isKept(Elementwise.SELECT, builder.constant(NDArray.full(DType.FLOAT32, Shape.of(2, 3), 1)), x, y);
        isKept(Elementwise.SELECT, number(1), input(3), y);
        isKept(Elementwise.SELECT, number(0), x, input(3));
        isKept(Elementwise.SELECT, x, number(1), y);
    }

    @Test
    void operandsThatWereOnlyRepeated() {
        Value row = input(3);
        Value repeated = builder.broadcast(row, Shape.of(2, 3));
        assertEquals(List.of(row, x), builder.map(Elementwise.ADD, repeated, x).inputs());
        assertEquals(List.of(x, row), builder.map(Elementwise.ADD, x, repeated).inputs());
        Value both = builder.map(Elementwise.MUL, repeated, repeated);
        assertEquals(List.of(row, row), both.inputs());
        assertEquals(Shape.of(2, 3), both.shape());
    }

    @Test
    void operandsThatWereCopiedOrComputedAreUsedAsTheyAre() {
        Value copy = builder.add(new Pointwise(Elementwise.COPY), DType.FLOAT32, x.shape(), List.of(x));
        isKept(Elementwise.ADD, copy, y);
        Value sum = builder.map(Elementwise.ADD, input(3), x);
        isKept(Elementwise.MUL, sum, y);
    }

    @ParameterizedTest
    @EnumSource
    void otherOperationsAreLeft(Elementwise op) {
        if (op != Elementwise.COPY) {
            Value[] operands = {x, y, input(2, 3)};
            isKept(op, java.util.Arrays.copyOf(operands, op.arity()));
        }
    }

    // ---- shapes

    @Test
    void reshapes() {
        assertSame(x, builder.reshape(x, Shape.of(2, 3)));
        Value flat = builder.reshape(x, Shape.of(6));
        assertEquals(new Reshape(), flat.primitive());
        assertSame(x, flat.input(0));
        assertSame(x, builder.reshape(flat, Shape.of(2, 3)));
        Value tall = builder.reshape(flat, Shape.of(3, 2));
        assertSame(x, tall.input(0));
        Value sum = builder.reshape(builder.map(Elementwise.ADD, x, y), Shape.of(6));
        assertEquals(new Pointwise(Elementwise.ADD), sum.input(0).primitive());
    }

    @Test
    void transpositionsThatMoveNothing() {
        assertSame(x, builder.transpose(x, 0, 1));
        Value row = input(1, 4);
        Value column = builder.transpose(row, 1, 0);
        assertEquals(new Reshape(), column.primitive());
        assertEquals(Shape.of(4, 1), column.shape());
        assertSame(row, column.input(0));
        assertEquals(new Reshape(), builder.transpose(input(3, 1, 4), 0, 2, 1).primitive());
        assertEquals(new Reshape(), builder.transpose(input(1, 3, 4), 1, 0, 2).primitive());
        Value one = input(1, 1);
        assertSame(one, builder.transpose(one, 1, 0));
    }

    @Test
    void transpositionsThatMove() {
        Value square = input(3, 3);
        assertEquals(
                new Transpose(List.of(1, 0)), builder.transpose(square, 1, 0).primitive());
        Value cube = input(2, 1, 4);
        assertEquals(
                new Transpose(List.of(2, 1, 0)),
                builder.transpose(cube, 2, 1, 0).primitive());
        assertEquals(
                new Transpose(List.of(0, 2, 1)),
                builder.transpose(input(2, 3, 4), 0, 2, 1).primitive());
        assertEquals(
                new Transpose(List.of(1, 0, 2)),
                builder.transpose(input(2, 3, 4), 1, 0, 2).primitive());
    }

    @Test
    void twoTranspositions() {
        assertSame(x, builder.transpose(builder.transpose(x, 1, 0), 1, 0));
        Value cube = input(2, 3, 4);
        Value twice = builder.transpose(builder.transpose(cube, 1, 2, 0), 2, 1, 0);
        assertEquals(new Transpose(List.of(0, 2, 1)), twice.primitive());
        assertSame(cube, twice.input(0));
        assertEquals(Shape.of(2, 4, 3), twice.shape());
    }

    // ---- products

    private Value product(Value a, Value b, boolean transposeA, boolean transposeB) {
        return builder.matmul(a, b, transposeA, transposeB);
    }

    @Test
    void transpositionsOfMatricesAreFlagsOfTheProduct() {
        Value a = input(2, 3);
        Value b = input(4, 3);
        Value right = product(a, builder.transpose(b, 1, 0), false, false);
        assertEquals(new Matmul(false, true), right.primitive());
        assertEquals(List.of(a, b), right.inputs());
        Value left = product(builder.transpose(a, 1, 0), input(2, 5), false, false);
        assertEquals(new Matmul(true, false), left.primitive());
        assertSame(a, left.input(0));
        Value both = product(builder.transpose(a, 1, 0), builder.transpose(input(5, 2), 1, 0), false, false);
        assertEquals(new Matmul(true, true), both.primitive());
        assertEquals(Shape.of(3, 5), both.shape());
        Value again = product(builder.transpose(a, 1, 0), builder.transpose(input(3, 4), 1, 0), true, true);
        assertEquals(new Matmul(false, true), product(a, b, false, true).primitive());
        assertEquals(
                new Matmul(false, false), product(a, input(3, 4), false, false).primitive());
        assertEquals(
                Shape.of(2, 4),
                product(a, builder.transpose(b, 1, 0), false, false).shape());
        assertEquals(new Matmul(false, false), again.primitive());
    }

    @Test
    void transpositionsInABatch() {
        Value a = input(5, 2, 3);
        Value swapped = builder.transpose(input(5, 4, 3), 0, 2, 1);
        assertEquals(new Matmul(false, true), product(a, swapped, false, false).primitive());
        Value moved = builder.transpose(input(3, 5, 4), 1, 0, 2);
        Value kept = product(a, moved, false, false);
        assertEquals(new Matmul(false, false), kept.primitive());
        assertSame(moved, kept.input(1));
        Value turned = builder.transpose(input(4, 3, 5), 2, 1, 0);
        assertSame(turned, product(a, turned, false, false).input(1));
        Value led = builder.transpose(input(7, 5, 4, 3), 1, 0, 3, 2);
        assertSame(led, product(input(5, 7, 2, 3), led, false, false).input(1));
        Value leads = builder.transpose(input(5, 7, 4, 3), 0, 1, 3, 2);
        assertNotSame(leads, product(input(5, 7, 2, 3), leads, false, false).input(1));
    }

    // ---- moves

    @Test
    void movesOfEverything() {
        assertSame(x, builder.concat(0, x));
        assertSame(x, builder.slice(x, new int[] {0, 0}, x.shape()));
        assertSame(x, builder.pad(x, new int[] {0, 0}, x.shape()));
        assertEquals(List.of(x, y), builder.concat(0, x, y).inputs());
        assertSame(x, builder.slice(x, new int[] {0, 1}, Shape.of(2, 2)).input(0));
        assertSame(x, builder.pad(x, new int[] {0, 1}, Shape.of(2, 4)).input(0));
    }

    @Test
    void otherOperations() {
        Value softmax = builder.softmax(x, false);
        assertNotSame(softmax, builder.softmax(softmax, false));
        assertSame(softmax, builder.softmax(softmax, false).input(0));
    }
}
