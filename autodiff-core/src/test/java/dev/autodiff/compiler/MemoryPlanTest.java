package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.Buffer;
import dev.autodiff.runtime.FusedGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private final ProgramBuilder builder = Passes.builder();

    private Value input(int... dims) {
        return Passes.input(builder, dims);
    }

    /** Returns a value that needs memory of its own, as its operand is read at other elements. */
    private Value sort(Value x) {
        return builder.call("sort", (inputs, output) -> {}, x.dtype(), x.shape(), x);
    }

    private Value sized(Value x, int size) {
        return builder.call("sized", (inputs, output) -> {}, DType.FLOAT32, Shape.of(size), x);
    }

    private MemoryPlan plan(boolean fuse, boolean reuse, boolean parallel, Value... outputs) {
        Computation computation = builder.build(List.of(outputs));
        Liveness liveness = new Liveness(
                computation.values(),
                computation.outputs(),
                computation.assignments().values());
        List<FusedGroup> groups =
                fuse ? Fusion.fuse(liveness, computation.values().size()) : Fusion.none(liveness);
        Schedule schedule =
                new Schedule(groups, liveness, computation.assignments(), new HashSet<>(computation.outputs()));
        return new MemoryPlan(schedule, liveness, reuse, parallel);
    }

    private MemoryPlan plan(Value... outputs) {
        return plan(false, true, false, outputs);
    }

    private static @Nullable Buffer home(MemoryPlan plan, Value value) {
        return plan.homes()[value.id()];
    }

    private static List<Integer> lengths(MemoryPlan plan) {
        return plan.buffers.stream().map(Buffer::length).toList();
    }

    @Test
    void aChainTakesTurnsInTwoBuffers() {
        Value x = input(100);
        Value a = sort(x);
        Value b = sort(a);
        Value c = sort(b);
        Value d = sort(c);
        MemoryPlan plan = plan(d);
        assertEquals(List.of(new Buffer(0, DType.FLOAT32, 100), new Buffer(1, DType.FLOAT32, 100)), plan.buffers);
        assertSame(home(plan, a), home(plan, c));
        assertSame(home(plan, b), home(plan, d));
        assertNull(home(plan, x));
        assertEquals(4, plan(false, false, false, d).buffers.size());
    }

    @Test
    void whatIsKeptIsNeverUsedAgain() {
        Value a = sort(input(100));
        Value b = sort(a);
        Value c = sort(b);
        MemoryPlan plan = plan(a, sort(c));
        assertEquals(3, plan.buffers.size());
    }

    @Test
    void whatIsReadLaterIsNotUsedAgain() {
        Value a = sort(input(100));
        Value b = sort(a);
        Value c = sort(b);
        Value d = builder.call("both", (inputs, output) -> {}, DType.FLOAT32, Shape.of(100), a, c);
        MemoryPlan plan = plan(d);
        assertEquals(3, plan.buffers.size());
        assertSame(home(plan, b), home(plan, d));
    }

    @Test
    void aBufferThatIsFarTooLongIsNotTaken() {
        Value a = sized(input(4), 400);
        Value b = sized(a, 1000);
        Value c = sized(b, 100);
        assertEquals(List.of(400, 1000), lengths(plan(c)));
        assertEquals(List.of(400, 1000, 99), lengths(plan(sized(b, 99))));
    }

    @Test
    void aShortBufferIsAlwaysTaken() {
        Value a = sized(input(4), 64);
        Value b = sized(a, 1000);
        assertEquals(List.of(64, 1000), lengths(plan(sized(b, 1))));
        Value c = sized(input(4), 65);
        Value d = sized(c, 1000);
        assertEquals(List.of(65, 1000, 1), lengths(plan(sized(d, 1))));
    }

    @Test
    void theShortestThatFitsIsTaken() {
        Value a = sized(input(4), 300);
        Value b = sized(input(4), 200);
        Value c = sized(input(4), 90);
        Value d = builder.call("all", (inputs, output) -> {}, DType.FLOAT32, Shape.of(5000), a, b, c);
        Value e = sized(d, 100);
        MemoryPlan plan = plan(e);
        assertSame(home(plan, b), home(plan, e));
    }

    @Test
    void aBufferIsOfOneType() {
        Value a = sort(input(100));
        Value b = builder.cast(a, DType.INT32);
        Value c = builder.cast(b, DType.FLOAT64);
        Value d = builder.cast(c, DType.FLOAT32);
        MemoryPlan plan = plan(sort(d));
        assertEquals(
                List.of(DType.FLOAT32, DType.INT32, DType.FLOAT64, DType.FLOAT32),
                plan.buffers.stream().map(Buffer::dtype).toList());
        assertSame(home(plan, a), home(plan, d));
    }

    @Test
    void aLoopReplacesAnOperandThatItReadsElementByElement() {
        Value a = sort(input(100));
        Value b = builder.map(Elementwise.EXP, a);
        MemoryPlan plan = plan(b);
        assertSame(home(plan, a), home(plan, b));
        assertEquals(2, plan(false, false, false, b).buffers.size());
        assertEquals(2, plan(a, b).buffers.size());
    }

    @Test
    void aLoopDoesNotReplaceWhatItRepeats() {
        Value row = sort(input(1, 100));
        Value matrix = builder.broadcast(row, Shape.of(3, 100));
        assertEquals(2, plan(matrix).buffers.size());
    }

    @Test
    void aLoopReplacesAViewOfItsOwnShape() {
        Value tall = sort(input(100, 1));
        Value square = builder.map(
                Elementwise.ADD, builder.reshape(tall, Shape.of(10, 10)), builder.reshape(tall, Shape.of(10, 10)));
        MemoryPlan plan = plan(square);
        assertSame(home(plan, tall), home(plan, square));
    }

    @Test
    void aViewKeepsTheMemoryInUse() {
        Value a = sort(input(100));
        Value view = builder.reshape(a, Shape.of(10, 10));
        Value b = sort(input(100));
        Value c = sort(b);
        Value d = builder.map(Elementwise.ADD, view, builder.reshape(c, Shape.of(10, 10)));
        MemoryPlan plan = plan(d);
        assertNull(home(plan, view));
        assertNotSame(home(plan, a), home(plan, c));
        assertNotSame(home(plan, a), home(plan, b));
    }

    @Test
    void anOperandInTwoShapesIsFreedOnce() {
        Value a = sort(input(100));
        Value both = builder.call(
                "both",
                (inputs, output) -> {},
                DType.FLOAT32,
                Shape.of(100),
                builder.reshape(a, Shape.of(10, 10)),
                builder.reshape(a, Shape.of(100, 1)));
        Value b = sort(both);
        Value c = builder.call("three", (inputs, output) -> {}, DType.FLOAT32, Shape.of(100), both, b);
        MemoryPlan plan = plan(c);
        assertNotSame(home(plan, both), home(plan, b));
        assertNotSame(home(plan, c), home(plan, b));
        assertEquals(3, plan.buffers.size());
    }

    @Test
    void smallBuffersRestWhereThreadsShareTheWork() {
        Value chain = input(4096);
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            chain = sort(chain);
            all.add(chain);
        }
        MemoryPlan plan = plan(false, true, true, chain);
        assertEquals(34, plan.buffers.size());
        assertSame(home(plan, all.get(0)), home(plan, all.get(34)), "32 others have come free, and one is in use");
        assertEquals(2, plan(false, true, false, chain).buffers.size());
    }

    @Test
    void largeBuffersDoNotRest() {
        Value chain = input(4097);
        for (int i = 0; i < 10; i++) {
            chain = sort(chain);
        }
        assertEquals(2, plan(false, true, true, chain).buffers.size());
    }

    @Test
    void aProductGoesWhereTheResultOfItsLoopGoes() {
        Value product = builder.matmul(input(3, 5), input(5, 8), false, false);
        Value y = builder.map(Elementwise.EXP, product);
        MemoryPlan plan = plan(true, true, false, y);
        assertSame(home(plan, y), home(plan, product));
        assertEquals(1, plan.buffers.size());
        assertEquals(2, plan(true, false, false, y).buffers.size());
    }

    @Test
    void aProductBeforeAnUpdateInPlaceHasABuffer() {
        State state = Passes.state(3, 8);
        Value product = builder.matmul(input(3, 5), input(5, 8), false, false);
        Value next = builder.map(Elementwise.SUB, builder.state(state), product);
        builder.assign(state, next);
        State other = Passes.state(2, 12);
        Value second = builder.matmul(input(2, 5), input(5, 12), false, false);
        Value nextOther = builder.map(Elementwise.SUB, builder.state(other), second);
        builder.assign(other, nextOther);
        MemoryPlan plan = plan(true, true, false);
        assertNull(home(plan, next));
        assertEquals(24, Objects.requireNonNull(home(plan, product)).length());
        assertSame(home(plan, product), home(plan, second), "free again as soon as the loop has run");
        assertEquals(1, plan.buffers.size());
    }

    @Test
    void whatNothingUsesIsFreedAtOnce() {
        Value x = input(100);
        Value unused = sort(x);
        Value a = sort(x);
        Value b = sort(a);
        Computation computation = builder.build(List.of(b));
        Liveness liveness = new Liveness(computation.values(), computation.outputs(), List.of());
        List<FusedGroup> groups = List.of(FusedGroup.single(unused), FusedGroup.single(a), FusedGroup.single(b));
        Schedule schedule = new Schedule(groups, liveness, computation.assignments(), new HashSet<>(List.of(b)));
        MemoryPlan plan = new MemoryPlan(schedule, liveness, true, false);
        assertSame(home(plan, unused), home(plan, a));
        assertEquals(2, plan.buffers.size());
    }

    @Test
    void updatesInPlaceHaveNoBuffer() {
        State state = Passes.state(100);
        Value next = builder.map(Elementwise.SUB, builder.state(state), input(100));
        builder.assign(state, next);
        MemoryPlan plan = plan();
        assertEquals(List.of(), plan.buffers);
        assertNull(home(plan, next));
        Value sum = builder.reduce(Reduction.SUM, builder.state(state), 0);
        assertEquals(List.of(1), lengths(plan(sum)));
    }
}
