package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs and their workspaces: feeding, running, watching, fetching, what they tell of themselves. */
class WorkspaceTest {
    private final ThreadTeam two = new ThreadTeam(2);

    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
    private final Value x = builder.input(DType.FLOAT32, Shape.of(2));

    @AfterEach
    void close() {
        two.close();
    }

    private Program compile(CompileOptions options, Value... outputs) {
        return TestCompiler.compile(builder, options, PackedScalar.kernels(), two, outputs);
    }

    private Program compile(Value... outputs) {
        return compile(CompileOptions.OPTIMIZED, outputs);
    }

    private Value neg(Value operand) {
        return builder.map(Elementwise.NEG, operand);
    }

    // ---- feeding

    @Test
    void feedsAreCheckedAndNotCopied() {
        Workspace workspace = compile(neg(x)).acquire();
        Refused.with(
                IllegalArgumentException.class,
                () -> workspace.feed(0, NDArray.of(1f)),
                "Input 0 was compiled for FLOAT32 [2], but FLOAT32 [1] was fed");
        Refused.with(
                IllegalArgumentException.class,
                () -> workspace.feed(0, NDArray.of(1, 2)),
                "Input 0 was compiled for FLOAT32 [2], but INT32 [2] was fed");
        float[] values = {1, 2};
        workspace.feed(0, NDArray.wrap(values, 2));
        values[1] = 5;
        workspace.run(0, 0, null);
        assertEquals(NDArray.of(-1f, -5f), workspace.output(0));
    }

    @Test
    void everyInputIsFed() {
        Value y = builder.input(DType.FLOAT32, Shape.of(2));
        Program program = compile(neg(x));
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        Refused.with(IllegalStateException.class, () -> workspace.run(0, 0, null), "Input 1 was not fed");
        workspace.feed(1, NDArray.of(9, 9, 9)); // whatever it is: nothing needs it
        workspace.run(0, 0, null);
        assertEquals(NDArray.of(-1f, -2f), workspace.output(0));
        assertNotNull(y);
    }

    @Test
    void whatWasFedIsForgotten() {
        Program program = compile(neg(x));
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        workspace.run(0, 0, null);
        program.release(workspace);
        assertSame(workspace, program.acquire());
        Refused.with(IllegalStateException.class, () -> workspace.run(0, 0, null), "Input 0 was not fed");
        assertFalse(List.of(workspace.arrays).stream()
                .anyMatch(array -> array instanceof float[] f && f.length == 2 && f[0] == 1));
    }

    @Test
    void workspacesAreUsedAgain() {
        Program program = compile(neg(x));
        Workspace first = program.acquire();
        Workspace second = program.acquire();
        assertNotSame(first, second);
        program.release(second);
        program.release(first);
        assertEquals(Set.of(first, second), new HashSet<>(List.of(program.acquire(), program.acquire())));
        List<Workspace> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(new Workspace(program));
        }
        many.forEach(program::release);
        List<Workspace> again = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            again.add(program.acquire());
        }
        again.removeAll(many);
        assertEquals(1, again.size(), "sixteen are kept");
        program.run(NDArray.of(1f, 2f));
        Workspace kept = program.acquire();
        assertFalse(many.subList(0, 16).contains(kept));
    }

    // ---- running

    @Test
    void statesThatAreReadHaveAValue() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        builder.origin("weights");
        Value read = builder.state(state);
        Program program = compile(neg(read));
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        Refused.with(
                IllegalStateException.class,
                () -> workspace.run(0, 0, null),
                "weights has no value yet: give it one with assign(value)",
                "session.run(variable)");
        state.assign(NDArray.of(3f, 4f));
        workspace.run(0, 0, null);
        assertEquals(NDArray.of(-3f, -4f), workspace.output(0));
        assertFalse(program.assigns());
    }

    @Test
    void assignedStatesChangeAndAreInitialized() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        builder.assign(state, neg(x));
        Value fetched = builder.map(Elementwise.ABS, x);
        Program program = compile(fetched);
        assertTrue(program.assigns());
        long before = state.version();
        program.run(NDArray.of(1f, 2f));
        assertTrue(state.isInitialized());
        assertEquals(NDArray.of(-1f, -2f), state.value());
        assertEquals(before + 2, state.version(), "once before and once after it is written");
    }

    @Test
    void copiesAreMadeAtTheEnd() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        Value next = neg(x);
        builder.assign(state, next);
        Program program = compile(next);
        assertEquals(1, program.copies.length);
        assertEquals(NDArray.of(-1f, -2f), program.run(NDArray.of(1f, 2f)).get(0));
        assertEquals(NDArray.of(-1f, -2f), state.value());
        assertTrue(program.describe().contains("      copy of 2 into a state\n"), program.describe());
        assertEquals("copy", program.summary().copies().get(0).name());
        assertEquals(2, program.summary().copies().get(0).cost());
    }

    @Test
    void aFailedRunMarksItsStates() {
        State state = new State(DType.INT32, Shape.of(1));
        Value seven = builder.constant(NDArray.of(7));
        Value quotient = builder.map(Elementwise.DIV, seven, builder.constant(NDArray.of(0)));
        builder.assign(state, quotient);
        Program program = compile();
        long before = state.version();
        Refused.with(IllegalArgumentException.class, () -> program.run(NDArray.of(1f, 2f)), "divided by 0");
        assertNotEquals(before, state.version());
        assertFalse(state.isInitialized());
    }

    // ---- watching

    @Test
    void aProbeSeesEveryInstruction() {
        builder.origin("first");
        Value a = neg(x);
        builder.origin("second");
        Value b = builder.map(Elementwise.MUL, a, x);
        Program program = compile(CompileOptions.PLAIN, b);
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        List<String> seen = new ArrayList<>();
        workspace.run(0, 0, (origin, text, inputs, outputs, nanoseconds) -> {
            seen.add(origin + ": " + text + " " + copy(inputs) + " " + copy(outputs));
            assertTrue(nanoseconds >= 0);
        });
        assertEquals(
                List.of(
                        "first: neg " + List.of(NDArray.of(1f, 2f)) + " " + List.of(NDArray.of(-1f, -2f)),
                        "second: mul " + List.of(NDArray.of(-1f, -2f), NDArray.of(1f, 2f)) + " "
                                + List.of(NDArray.of(-1f, -4f))),
                seen);
    }

    private static List<NDArray> copy(List<NDArray> arrays) {
        return arrays.stream().map(NDArray::copy).toList();
    }

    @Test
    void aTimedRunReadsTheClockAroundEveryInstruction() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        state.assign(NDArray.of(1f, 1f));
        Value next = builder.map(Elementwise.ADD, builder.state(state), x);
        builder.assign(state, next);
        Program program = compile(CompileOptions.PLAIN, builder.reduce(Reduction.SUM, next, 0));
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        long[] readings = new long[program.instructions.length + 2];
        workspace.runTimed(0, 0, readings);
        assertEquals(5, workspace.outputNumber(0));
        assertEquals(NDArray.of(2f, 3f), state.value());
        for (int i = 0; i < readings.length; i++) {
            assertNotEquals(0, readings[i]);
            assertTrue(i == 0 || readings[i] >= readings[i - 1]);
        }
    }

    @Test
    void aRepeatedRunPutsTheStatesBack() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        State fresh = new State(DType.FLOAT32, Shape.of(2));
        state.assign(NDArray.of(0f, 0f));
        builder.assign(state, builder.map(Elementwise.ADD, builder.state(state), x));
        builder.assign(fresh, neg(x));
        Program program = compile();
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        try (RepeatedRun runs = new RepeatedRun(program, workspace, 0, 0)) {
            for (int i = 1; i <= 16; i++) {
                runs.run();
                assertEquals(NDArray.of((float) i, 2f * i), state.value());
            }
            runs.run(new long[runs.readings()]);
            assertEquals(NDArray.of(1f, 2f), state.value(), "put back after sixteen");
            assertEquals(program.instructions.length + 2, runs.readings());
            assertTrue(fresh.isInitialized());
            for (int i = 0; i < 16; i++) {
                runs.run(new long[runs.readings()]);
            }
            assertEquals(NDArray.of(1f, 2f), state.value());
        }
        assertEquals(NDArray.of(0f, 0f), state.value());
        assertFalse(fresh.isInitialized());
    }

    // ---- fetching

    @Test
    void outputsAreCopies() {
        Program program = compile(neg(x));
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2f));
        workspace.run(0, 0, null);
        NDArray first = workspace.output(0);
        workspace.feed(0, NDArray.of(3f, 4f));
        workspace.run(0, 0, null);
        assertEquals(NDArray.of(-1f, -2f), first);
        Refused.with(
                IllegalStateException.class,
                () -> workspace.outputNumber(0),
                "Output 0 is not one number but has shape [2]");
    }

    @Test
    void singleNumbersOfEachType() {
        Value number = builder.input(DType.FLOAT64, Shape.of(1));
        Value small = builder.input(DType.INT32, Shape.of(1, 1));
        Program program = compile(number, small, builder.reduce(Reduction.SUM, x, 0));
        assertEquals(3, program.outputs());
        Workspace workspace = program.acquire();
        workspace.feed(0, NDArray.of(1f, 2.5f));
        workspace.feed(1, NDArray.of(1.0, 2.0, 3.25).rows(2, 3));
        workspace.feed(2, NDArray.wrap(new int[] {7}, 1, 1));
        workspace.run(0, 0, null);
        assertEquals(3.25, workspace.outputNumber(0));
        assertEquals(7, workspace.outputNumber(1));
        assertEquals(3.5, workspace.outputNumber(2));
    }

    @Test
    void viewsAreFetchedInTheirShape() {
        Program program = compile(builder.reshape(neg(x), Shape.of(2, 1)));
        assertEquals(
                NDArray.of(new float[][] {{-1}, {-2}}),
                program.run(NDArray.of(1f, 2f)).get(0));
    }

    // ---- random numbers

    @Test
    void randomNumbersDependOnSeedAndStep() {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            ProgramBuilder other = new ProgramBuilder(Rewriter.NONE, false);
            Value u = other.uniform(dtype, Shape.of(6));
            Value v = other.uniform(dtype, Shape.of(6));
            Program program = TestCompiler.compile(other, CompileOptions.OPTIMIZED, PackedScalar.kernels(), two, u, v);
            assertTrue(program.isRandom());
            Workspace workspace = program.acquire();
            NDArray first = draw(workspace, 1, 1);
            assertNotEquals(first, workspace.output(1));
            assertNotEquals(first, draw(workspace, 1, 2));
            assertNotEquals(first, draw(workspace, 2, 1));
            assertEquals(first, draw(workspace, 1, 1));
        }
        assertFalse(compile(neg(x)).isRandom());
    }

    private static NDArray draw(Workspace workspace, long seed, long step) {
        workspace.run(seed, step, null);
        return workspace.output(0);
    }

    // ---- scratch memory

    @Test
    void thereIsScratchMemoryForEveryThread() {
        Workspace workspace = compile(neg(x)).acquire();
        assertEquals(2, workspace.threads());
        Scratch first = workspace.takeScratch();
        Scratch second = workspace.takeScratch();
        assertNotSame(first, second);
        workspace.giveBack(second);
        assertSame(second, workspace.takeScratch());
        workspace.giveBack(first);
        workspace.giveBack(second);
        assertEquals(Set.of(first, second), new HashSet<>(List.of(workspace.takeScratch(), workspace.takeScratch())));
    }

    // ---- what a program tells of itself

    @Test
    void aDescription() {
        State state = new State(DType.FLOAT32, Shape.of(200, 200));
        Value matrix = builder.input(DType.FLOAT32, Shape.of(200, 200));
        Value product = builder.matmul(matrix, matrix, false, false);
        Value sum = builder.reduce(Reduction.SUM, product, 0);
        builder.assign(state, builder.map(Elementwise.SUB, builder.state(state), product));
        Program program = compile(sum);
        assertEquals("""
                   0  matmul 200x200 . 200x200                 x2 threads  -> buffer 0 [200, 200]
                   1  sum 1x200x200                                        -> buffer 1 [200]
                   2  sub                                      x2 threads  -> state [200, 200]
                3 instructions, 2 buffers of 160800 bytes in all
                """, program.describe());
        assertEquals(Map.of("MatmulInstruction", 1, "ReduceInstruction", 1, "LoopInstruction", 1), program.counts());
        assertEquals(2, program.threads(0));
        assertEquals(1, program.threads(1));
    }

    @Test
    void aSummary() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        builder.origin("w");
        Value w = builder.state(state);
        Value view = builder.reshape(w, Shape.of(1, 2));
        builder.origin("y");
        Value a = builder.map(Elementwise.MUL, view, builder.number(DType.FLOAT32, 3));
        Value b = builder.map(Elementwise.EXP, a);
        builder.origin("sum");
        Value sum = builder.reduce(Reduction.SUM, b, 0, 1);
        Value count = builder.cast(sum, DType.INT32);
        builder.assign(state, builder.map(Elementwise.ADD, w, w));
        ProgramSummary summary = compile(b, count).summary();
        assertEquals(
                List.of("state w", "constant y"),
                summary.leaves().stream()
                        .map(leaf -> leaf.kind() + " " + leaf.origin())
                        .toList());
        ProgramSummary.Work loop = summary.works().get(0);
        assertEquals("mul exp", loop.description());
        assertEquals(List.of("y"), loop.origins());
        assertEquals(
                List.of(
                        new ProgramSummary.Operation("mul", "y", DType.FLOAT32, 2, 2),
                        new ProgramSummary.Operation("exp", "y", DType.FLOAT32, 2, 50)),
                loop.operations());
        assertEquals(List.of(new ProgramSummary.Source(true, 0), new ProgramSummary.Source(true, 1)), loop.reads());
        assertEquals(List.of(new ProgramSummary.Result(DType.FLOAT32, Shape.of(1, 2), 0)), loop.results());
        assertEquals(1, loop.threads());
        assertEquals(12, loop.bytesRead());
        assertEquals(8, loop.bytesWritten());
        ProgramSummary.Work reduction = summary.works().get(1);
        assertEquals(List.of(new ProgramSummary.Source(false, 0)), reduction.reads());
        ProgramSummary.Work conversion = summary.works().get(2);
        assertEquals(0, conversion.operations().get(0).flop());
        assertEquals(-1, summary.works().get(3).results().get(0).buffer());
        assertEquals(
                List.of(
                        new ProgramSummary.Buffer(DType.FLOAT32, 2),
                        new ProgramSummary.Buffer(DType.FLOAT32, 1),
                        new ProgramSummary.Buffer(DType.INT32, 1)),
                summary.buffers());
        assertEquals(List.of(), summary.copies());
    }

    @Test
    void integersHaveNoFlop() {
        Value i = builder.input(DType.INT32, Shape.of(4));
        ProgramSummary summary = compile(builder.map(Elementwise.ADD, i, i)).summary();
        assertEquals(0, summary.works().get(0).operations().get(0).flop());
        assertNull(summary.works().get(0).operations().get(0).origin());
        assertEquals(List.of(), summary.works().get(0).origins());
    }
}
