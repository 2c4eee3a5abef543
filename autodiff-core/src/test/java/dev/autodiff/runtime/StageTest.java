package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Stages, and the places in which values live. */
class StageTest {
    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
    private final List<String> done = new ArrayList<>();

    private ThreadTeam.Task task(String name) {
        return (context, part, parts) -> done.add(name + " " + part + "/" + parts);
    }

    private Workspace workspace() {
        Value x = builder.input(DType.FLOAT32, Shape.of(2));
        Value y = builder.map(Elementwise.EXP, builder.map(Elementwise.NEG, x));
        Program program =
                TestCompiler.compile(builder, CompileOptions.PLAIN, KernelProvider.kernels(), new ThreadTeam(1), y);
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(0f, 0f));
        return workspace;
    }

    @Test
    void theLargestPartsComeFirst() {
        Stage.Share small = new Stage.Share(task("small"), 1, 10);
        Stage.Share parts = new Stage.Share(task("parts"), 2, 30); // 15 each
        Stage.Share large = new Stage.Share(task("large"), 1, 20);
        Stage.SideBySide stage = new Stage.SideBySide(List.of(small, parts, large));
        assertEquals(List.of(small, parts, large), stage.shares());
        stage.run(workspace(), new ThreadTeam(1));
        assertEquals(List.of("large 0/1", "parts 0/2", "parts 1/2", "small 0/1"), done);
    }

    @Test
    void aBatchRunsItsTasksInOrder() {
        new Stage.Batch(new ThreadTeam.Task[] {task("a"), task("b")}).run("context", 0, 1);
        assertEquals(List.of("a 0/1", "b 0/1"), done);
    }

    @Test
    void stagesRunInOrder() {
        Stage a = (workspace, team) -> done.add("a");
        Stage b = (workspace, team) -> done.add("b");
        new Stages(List.of(a, b), Map.of()).run(workspace(), new ThreadTeam(1));
        assertEquals(List.of("a", "b"), done);
    }

    @Test
    void instructionsRunInOrder() {
        Workspace workspace = workspace();
        Value x = builder.input(DType.FLOAT32, Shape.of(2));
        Program program = TestCompiler.compile(
                builder,
                CompileOptions.PLAIN,
                KernelProvider.kernels(),
                new ThreadTeam(1),
                builder.map(Elementwise.SQRT, builder.map(Elementwise.ABS, x)));
        Workspace other = program.acquire();
        other.feed(1, NDArray.of(-4f, 9f));
        new Stage.InOrder(program.instructions).run(other, new ThreadTeam(1));
        assertEquals(NDArray.of(2f, 3f), other.output(0));
        workspace.run(0, 0, null);
        assertEquals(NDArray.of(1f, 1f), workspace.output(0));
    }

    // ---- places

    @Test
    void slotsAreNumberedAsTheyAreAskedFor() {
        Value x = builder.input(DType.FLOAT32, Shape.of(4));
        Value view = builder.reshape(x, Shape.of(2, 2));
        Value y = builder.map(Elementwise.NEG, view);
        Slots slots = new Slots(3);
        assertEquals(0, slots.count());
        assertEquals(0, slots.of(y));
        assertEquals(1, slots.of(view));
        assertEquals(1, slots.of(x));
        assertEquals(0, slots.of(y));
        assertEquals(2, slots.count());
        assertSame(x, slots.valueAt(1));
        assertEquals(
                List.of(1, 0),
                java.util.Arrays.stream(slots.of(List.of(view, y))).boxed().toList());
    }

    @Test
    void theMemoryOfAValue() {
        State state = new State(DType.FLOAT32, Shape.of(4));
        Value x = builder.input(DType.FLOAT32, Shape.of(4));
        Value read = builder.state(state);
        Value flat = builder.reshape(read, Shape.of(2, 2));
        Value y = builder.map(Elementwise.NEG, x);
        Value view = builder.reshape(y, Shape.of(2, 2));
        Value next = builder.map(Elementwise.ADD, read, y);
        Buffer buffer = new Buffer(0, DType.FLOAT32, 4);
        Buffer[] homes = new Buffer[6];
        homes[y.id()] = buffer;
        Map<Value, State> inPlace = new HashMap<>(Map.of(next, state));
        Layout layout = new Layout(new Slots(6), List.of(buffer), homes, inPlace, 1, 0);
        assertNull(layout.memory(x));
        assertSame(state, layout.memory(read));
        assertSame(state, layout.memory(flat));
        assertSame(buffer, layout.memory(y));
        assertSame(buffer, layout.memory(view));
        assertSame(state, layout.memory(next));
        assertSame(buffer, layout.home(y));
        assertNull(layout.home(next));
    }

    @Test
    void axesBeforeAndAfter() {
        Shape shape = Shape.of(2, 3, 5, 7);
        assertEquals(new AxisSplit(2, 3, 35), AxisSplit.at(shape, 1));
        assertEquals(new AxisSplit(2, 15, 7), AxisSplit.of(shape, 1, 3));
        assertEquals(new AxisSplit(210, 1, 1), AxisSplit.of(shape, 4, 4));
    }

    @Test
    void theMatricesOfABatch() {
        assertEquals(List.of(0), list(MatrixOperand.starts(Shape.of(3, 4), Shape.scalar())));
        assertEquals(List.of(0, 12, 24), list(MatrixOperand.starts(Shape.of(3, 3, 4), Shape.of(3))));
        assertEquals(List.of(0, 0, 0), list(MatrixOperand.starts(Shape.of(1, 3, 4), Shape.of(3))));
        assertEquals(List.of(0, 0, 12, 12, 24, 24), list(MatrixOperand.starts(Shape.of(3, 1, 3, 4), Shape.of(3, 2))));
        assertEquals(List.of(0, 12, 0, 12), list(MatrixOperand.starts(Shape.of(2, 3, 4), Shape.of(2, 2))));
        assertEquals(List.of(0, 12, 24, 36), list(MatrixOperand.starts(Shape.of(2, 2, 3, 4), Shape.of(2, 2))));
    }

    private static List<Integer> list(int[] numbers) {
        return java.util.Arrays.stream(numbers).boxed().toList();
    }

    @Test
    void theStridesOfAMatrix() {
        Value matrix = builder.input(DType.FLOAT32, Shape.of(3, 4));
        MatrixOperand plain = MatrixOperand.of(matrix, 5, false, new int[] {0});
        assertEquals(List.of(5, 4, 1), List.of(plain.slot(), plain.rowStride(), plain.columnStride()));
        MatrixOperand turned = MatrixOperand.of(matrix, 5, true, new int[] {0});
        assertEquals(List.of(1, 4), List.of(turned.rowStride(), turned.columnStride()));
    }

    @Test
    void keysHave24BitsAndDependOnEverything() {
        int key = RandomKeys.half(1, 2, 3, 0);
        assertEquals(List.of(true, true), List.of(key >= 0, key < 1 << 24));
        assertEquals(
                5,
                java.util.Set.of(
                                key,
                                RandomKeys.half(2, 2, 3, 0),
                                RandomKeys.half(1, 3, 3, 0),
                                RandomKeys.half(1, 2, 4, 0),
                                RandomKeys.half(1, 2, 3, 1))
                        .size());
        // The bits are part of what is promised: saved runs go on with them.
        assertEquals(2327157, RandomKeys.half(0, 0, 0, 0));
        assertEquals(12335356, RandomKeys.half(0, 0, 0, 1));
        assertEquals(11397574, RandomKeys.half(-1, 7, 2, 1));
    }
}
