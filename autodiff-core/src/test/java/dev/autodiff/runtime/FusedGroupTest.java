package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusedGroupTest {
    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
    private final Value x = input(3, 8);
    private final Value y = input(8);

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    @Test
    void aLoop() {
        Value a = map(Elementwise.ADD, x, y);
        Value b = map(Elementwise.MUL, a, x);
        FusedGroup loop = new FusedGroup(List.of(a, b), List.of(b));
        assertEquals(List.of(x, y), loop.inputs());
        assertEquals(List.of(b), loop.outputs());
        assertEquals(List.of(b), loop.written());
        assertSame(a, loop.first());
        assertSame(b, loop.last());
        assertTrue(loop.isLoop());
        assertFalse(loop.isView());
        assertNull(loop.loop());
        assertTrue(loop.mayOverwrite(x));
        assertFalse(loop.mayOverwrite(y), "repeated");
        assertTrue(loop.mayOverwrite(input(3, 8)), "not read");
    }

    @Test
    void aViewThatALoopReads() {
        Value flat = builder.reshape(x, Shape.of(24));
        Value a = map(Elementwise.NEG, flat);
        assertTrue(FusedGroup.single(a).mayOverwrite(x));
        Value row = builder.reshape(y, Shape.of(1, 8));
        assertFalse(FusedGroup.single(map(Elementwise.ADD, x, row)).mayOverwrite(y));
    }

    @Test
    void oneOperation() {
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        FusedGroup group = FusedGroup.single(sum);
        assertFalse(group.isLoop());
        assertFalse(group.isView());
        assertFalse(group.mayOverwrite(x));
        assertTrue(group.mayOverwrite(y));
        FusedGroup view = FusedGroup.single(builder.reshape(x, Shape.of(24)));
        assertTrue(view.isView());
        assertFalse(view.isLoop());
        Value twice = map(Elementwise.MUL, x, x);
        assertEquals(List.of(x), FusedGroup.single(twice).inputs());
    }

    @Test
    void aProductWithALoop() {
        Value a = input(3, 5);
        Value b = input(5, 8);
        Value product = builder.matmul(a, b, false, false);
        Value sum = map(Elementwise.ADD, product, x);
        FusedGroup group = FusedGroup.productWithLoop(product, FusedGroup.single(sum));
        assertEquals(List.of(product, sum), group.members());
        assertEquals(List.of(a, b, x), group.inputs());
        assertEquals(List.of(sum), group.outputs());
        assertEquals(List.of(sum, product), group.written());
        assertFalse(group.isLoop());
        assertFalse(group.isView());
        assertTrue(group.mayOverwrite(x), "read by the loop, element by element");
        assertFalse(group.mayOverwrite(a));
        assertFalse(group.mayOverwrite(b));
        assertTrue(group.mayOverwrite(y));
        Value biased = map(Elementwise.ADD, product, y);
        assertFalse(
                FusedGroup.productWithLoop(product, FusedGroup.single(biased)).mayOverwrite(y));
    }

    @Test
    void bytes() {
        Value a = map(Elementwise.ADD, x, y);
        Value b = map(Elementwise.MUL, a, x);
        FusedGroup loop = new FusedGroup(List.of(a, b), List.of(a, b));
        assertEquals(4 * (24 + 8), loop.bytesRead());
        assertEquals(4 * 48, loop.bytesWritten());
        Value doubles = builder.input(DType.FLOAT64, Shape.of(30));
        Value part = builder.slice(doubles, new int[] {3}, Shape.of(4));
        assertEquals(32, FusedGroup.single(part).bytesRead());
        assertEquals(32, FusedGroup.single(part).bytesWritten());
        Value table = input(100);
        Value index = builder.input(DType.INT32, Shape.of(6));
        assertEquals(24 + 24, FusedGroup.single(builder.gather(table, index, 0)).bytesRead());
        Value twice = builder.matmul(input(4, 4), input(4, 4), false, false);
        assertEquals(128, FusedGroup.single(twice).bytesRead());
        Value square = input(4, 4);
        Value turned = builder.reshape(square, Shape.of(16));
        Value both = builder.call("f", (in, out) -> {}, DType.FLOAT32, Shape.of(1), square, turned);
        assertEquals(64, FusedGroup.single(both).bytesRead(), "one memory in two shapes");
    }

    @Test
    void aLoopWithSums() {
        Value images = input(2, 3, 4, 8);
        Value a = map(Elementwise.ADD, images, y);
        Value b = map(Elementwise.MUL, a, a);
        Value sum = builder.reduce(Reduction.SUM, b, 1, 2);
        FusedGroup loop = new FusedGroup(List.of(a, b), List.of(a, b));
        FusedGroup group = FusedGroup.loopWithSums(loop, List.of(a), List.of(sum));
        assertEquals(List.of(a, b, sum), group.members());
        assertEquals(List.of(a, sum), group.outputs());
        assertEquals(List.of(a, sum), group.written());
        assertEquals(List.of(images, y), group.inputs());
        assertSame(loop, group.loop());
        assertNull(group.product());
        assertTrue(group.hasSums());
        assertTrue(group.isSum(sum));
        assertFalse(group.isSum(a));
        assertFalse(group.isLoop());
        assertFalse(group.isView());
        assertTrue(group.mayOverwrite(images));
        assertFalse(group.mayOverwrite(y), "repeated");
        assertFalse(loop.hasSums());
        assertFalse(loop.isSum(a));
    }
}
