package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operations on constants are computed while a program is built, if that is possible and small. */
class FoldingTest {
    private final ProgramBuilder builder = new ProgramBuilder(new Rewrites(false, true), false);

    private Value constant(NDArray value) {
        return builder.constant(value);
    }

    private static void isFolded(NDArray expected, Value value) {
        assertEquals(expected, value.constant());
    }

    @Test
    void numbersAndArraysOfOneShape() {
        Value a = constant(NDArray.of(1f, 2f, 3f));
        isFolded(NDArray.of(11f, 22f, 33f), builder.map(Elementwise.ADD, a, constant(NDArray.of(10f, 20f, 30f))));
        isFolded(NDArray.of(9f, 8f, 7f), builder.map(Elementwise.SUB, builder.number(DType.FLOAT32, 10), a));
        isFolded(NDArray.of(-9f, -8f, -7f), builder.map(Elementwise.SUB, a, builder.number(DType.FLOAT32, 10)));
        isFolded(NDArray.of(-1f, -2f, -3f), builder.map(Elementwise.NEG, a));
        isFolded(
                NDArray.of(1f, 8f, 3f),
                builder.map(Elementwise.SELECT, constant(NDArray.of(5f, 0f, 1f)), a, builder.number(DType.FLOAT32, 8)));
        isFolded(
                NDArray.scalar(6),
                builder.map(Elementwise.MUL, constant(NDArray.scalar(2)), constant(NDArray.scalar(3))));
        isFolded(NDArray.of(2.0), builder.map(Elementwise.SQRT, constant(NDArray.of(4.0))));
    }

    @Test
    void partsOfArrays() {
        NDArray all = NDArray.of(1f, 2f, 3f, 4f, 5f);
        Value part = constant(all.rows(2, 4));
        isFolded(NDArray.of(9f, 16f), builder.map(Elementwise.MUL, part, part));
        isFolded(NDArray.of(7f, 8f), builder.map(Elementwise.ADD, constant(all.rows(3, 4)), part));
    }

    @Test
    void arraysThatAreRepeated() {
        Value row = constant(NDArray.of(1f, 2f));
        Value column = constant(NDArray.wrap(new float[] {10, 20, 30}, 3, 1));
        isFolded(NDArray.of(new float[][] {{11, 12}, {21, 22}, {31, 32}}), builder.map(Elementwise.ADD, row, column));
    }

    @Test
    void anyOperation() {
        Value matrix = constant(NDArray.of(new float[][] {{1, 2}, {3, 4}}));
        isFolded(NDArray.of(new float[][] {{7, 10}, {15, 22}}), builder.matmul(matrix, matrix, false, false));
        isFolded(NDArray.of(4f, 6f), builder.reduce(Reduction.SUM, matrix, 0));
        isFolded(NDArray.of(new float[][] {{1, 3}, {2, 4}}), builder.transpose(matrix, 1, 0));
        isFolded(NDArray.of(1f, 2f, 3f, 4f), builder.reshape(matrix, Shape.of(4)));
        isFolded(NDArray.of(1, 1), builder.argReduce(true, matrix, 1));
    }

    @Test
    void aDivisionByZeroIsLeftToTheRun() {
        Value seven = constant(NDArray.of(7, 8));
        Value zero = constant(NDArray.scalar(0));
        assertEquals(
                new Pointwise(Elementwise.DIV),
                builder.map(Elementwise.DIV, seven, zero).primitive());
        assertEquals(
                new Pointwise(Elementwise.DIV),
                builder.map(Elementwise.DIV, constant(NDArray.wrap(new int[] {7, 8}, 2, 1)), constant(NDArray.of(1, 0)))
                        .primitive());
        isFolded(
                NDArray.of(Float.POSITIVE_INFINITY),
                builder.map(Elementwise.DIV, constant(NDArray.of(1f)), constant(NDArray.of(0f))));
        Refused.with(
                IllegalArgumentException.class,
                () -> Folding.evaluate(new Pointwise(Elementwise.DIV), DType.INT32, Shape.of(2), List.of(seven, zero)),
                "an integer is divided by 0");
    }

    @Test
    void whatIsLargeIsLeftToTheRun() {
        Value one = builder.number(DType.FLOAT32, 1);
        assertNotNull(builder.broadcast(one, Shape.of(1 << 16)).constant());
        assertNull(builder.broadcast(one, Shape.of((1 << 16) + 1)).constant());
    }

    @Test
    void whatIsNotConstantIsLeft() {
        Value one = builder.number(DType.FLOAT32, 1);
        Value x = builder.input(DType.FLOAT32, Shape.scalar());
        assertNull(builder.map(Elementwise.ADD, one, x).constant());
        assertNull(builder.map(Elementwise.ADD, x, one).constant());
        assertFalse(Folding.isFoldable(List.of(one, x)));
        assertTrue(Folding.isFoldable(List.of(one, one)));
        assertFalse(Folding.isFoldable(List.of()));
        Value called = builder.call("now", (inputs, output) -> {}, DType.FLOAT32, Shape.of(2));
        assertNull(called.constant());
    }

    @Test
    void whatFailsIsLeftToTheRun() {
        Value indices = constant(NDArray.of(0, 9));
        assertNull(builder.oneHot(indices, 3, DType.FLOAT32).constant());
        isFolded(
                NDArray.of(new float[][] {{0, 1}, {1, 0}}),
                builder.oneHot(constant(NDArray.of(1, 0)), 2, DType.FLOAT32));
    }

    @Test
    void passesAreSwitchedByOptions() {
        assertEquals(new Rewrites(false, false), Rewrites.of(CompileOptions.PLAIN));
        assertEquals(new Rewrites(true, true), Rewrites.of(CompileOptions.OPTIMIZED));
        assertEquals(new Rewrites(true, false), Rewrites.of(new CompileOptions(true, false, false, false, false)));
        assertEquals(new Rewrites(false, true), Rewrites.of(new CompileOptions(false, true, false, false, false)));
        assertNull(new ProgramBuilder(new Rewrites(true, false), false)
                .map(Elementwise.ADD, builder.number(DType.FLOAT32, 1), builder.number(DType.FLOAT32, 2))
                .constant());
        Value x = builder.input(DType.FLOAT32, Shape.of(2));
        assertEquals(
                List.of(x, x), // not simplified to a copy
                builder.map(Elementwise.SUB, x, x).inputs());
        assertNull(builder.map(Elementwise.MUL, x, builder.number(DType.FLOAT32, 1))
                .constant());
        assertEquals(
                2,
                builder.map(Elementwise.MUL, x, builder.number(DType.FLOAT32, 1))
                        .inputs()
                        .size());
    }

    @Test
    void theBuilderSharesAsTheOptionsSay() {
        ProgramBuilder sharing = Compiler.builder(CompileOptions.OPTIMIZED);
        Value x = sharing.input(DType.FLOAT32, Shape.of(2));
        assertSame(sharing.map(Elementwise.EXP, x), sharing.map(Elementwise.EXP, x));
        assertSame(x, sharing.map(Elementwise.SUB, x, sharing.number(DType.FLOAT32, 0)));
        ProgramBuilder plain = Compiler.builder(CompileOptions.PLAIN);
        Value y = plain.input(DType.FLOAT32, Shape.of(2));
        assertFalse(plain.map(Elementwise.EXP, y) == plain.map(Elementwise.EXP, y));
    }
}
