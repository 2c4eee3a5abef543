package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.PackedScalar;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The compiler as a whole, for kernels that pack and chosen numbers of threads. */
class CompilerTest {
    private final ThreadTeam one = new ThreadTeam(1);
    private final ThreadTeam four = new ThreadTeam(4);

    private final ProgramBuilder builder = Passes.builder();

    @AfterEach
    void close() {
        one.close();
        four.close();
    }

    private Program compile(CompileOptions options, ThreadTeam team, Value... outputs) {
        return Compiler.compile(builder.build(List.of(outputs)), options, PackedScalar.kernels(), team);
    }

    /** A training step gives the same bits on one thread without passes and on four with all. */
    @ParameterizedTest
    @CsvSource({"128, 64, 96, 10", "33, 100, 7, 120", "200, 90, 90, 90", "64, 30, 1, 60"})
    void aTrainingStepHasTheSameBits(int batch, int in, int hidden, int out) {
        DenseStep step = new DenseStep(builder, batch, in, hidden, out);
        List<NDArray> plain = train(compile(CompileOptions.PLAIN, one, step.loss), step, in, batch);
        assertEquals(plain, train(compile(CompileOptions.OPTIMIZED, four, step.loss), step, in, batch));
        assertEquals(plain, train(compile(CompileOptions.OPTIMIZED, one, step.loss), step, in, batch));
    }

    private static List<NDArray> train(Program program, DenseStep step, int width, int batch) {
        List<NDArray> before = step.states.stream().map(State::value).toList();
        Workspace workspace = program.acquire();
        List<NDArray> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            workspace.feed(0, DenseStep.numbers(i, batch, width));
            workspace.run(1, i, null);
            results.add(workspace.output(0));
        }
        results.addAll(step.states.stream().map(State::value).toList());
        for (int i = 0; i < before.size(); i++) {
            step.states.get(i).assign(before.get(i));
        }
        return results;
    }

    @Test
    void aStateIsCopiedBeforeItIsFetched() {
        State state = Passes.state(4);
        state.assign(NDArray.of(1f, 2f, 3f, 4f));
        State other = Passes.state(2);
        other.assign(NDArray.of(5f, 6f));
        Value old = builder.state(state);
        Value view = builder.reshape(old, Shape.of(2, 2));
        Value untouched = builder.state(other);
        builder.assign(state, builder.map(Elementwise.NEG, old));
        Program program = compile(CompileOptions.OPTIMIZED, one, old, view, untouched);
        List<NDArray> fetched = program.run();
        assertEquals(NDArray.of(1f, 2f, 3f, 4f), fetched.get(0));
        assertEquals(NDArray.of(new float[][] {{1, 2}, {3, 4}}), fetched.get(1));
        assertEquals(NDArray.of(5f, 6f), fetched.get(2));
        assertEquals(NDArray.of(-1f, -2f, -3f, -4f), state.value());
        long copies = program.summary().works().stream()
                .flatMap(work -> work.operations().stream())
                .filter(operation -> operation.name().equals("copy"))
                .count();
        assertEquals(3, copies, "also of the state that is not assigned here: another run may assign it");
    }

    @Test
    void whatCannotBeWrittenInPlaceIsCopiedAtTheEnd() {
        State a = Passes.state(4);
        State b = Passes.state(4);
        Value next = builder.map(Elementwise.EXP, Passes.input(builder, 4));
        builder.assign(a, next);
        builder.assign(b, next);
        Program program = compile(CompileOptions.OPTIMIZED, one);
        assertEquals(2, program.summary().copies().size());
        program.run(NDArray.of(0f, 0f, 0f, 0f));
        assertEquals(NDArray.of(1f, 1f, 1f, 1f), a.value());
        assertEquals(a.value(), b.value());
    }

    @Test
    void anUpdateInPlaceIsNotCopied() {
        State state = Passes.state(4);
        builder.assign(state, builder.map(Elementwise.EXP, Passes.input(builder, 4)));
        Program program = compile(CompileOptions.OPTIMIZED, one);
        assertEquals(List.of(), program.summary().copies());
        assertTrue(program.assigns());
    }

    @Test
    void viewsHaveNoInstruction() {
        Value x = Passes.input(builder, 4);
        Value view = builder.reshape(builder.map(Elementwise.NEG, x), Shape.of(2, 2));
        Program program = compile(CompileOptions.PLAIN, one, view);
        assertEquals(1, program.summary().works().size());
        assertEquals(
                NDArray.of(new float[][] {{-1, -2}, {-3, -4}}),
                program.run(NDArray.of(1f, 2f, 3f, 4f)).get(0));
    }

    @Test
    void leavesThatAreFetchedHaveAPlace() {
        Value x = Passes.input(builder, 2);
        Value number = builder.number(DType.FLOAT32, 7);
        List<NDArray> results =
                compile(CompileOptions.OPTIMIZED, one, x, number).run(NDArray.of(1f, 2f));
        assertEquals(List.of(NDArray.of(1f, 2f), NDArray.scalar(7f)), results);
    }

    /** Small buffers rest where threads have work to share: what shares memory cannot run side by side. */
    @Test
    void memoryIsSharedLessWhereThreadsShareTheWork() {
        Value chain = Passes.input(builder, 1024);
        for (int i = 0; i < 31; i++) {
            chain = builder.call("f", (inputs, output) -> {}, DType.FLOAT32, chain.shape(), chain);
        }
        assertEquals(
                2,
                compile(CompileOptions.OPTIMIZED, four, chain)
                        .summary()
                        .buffers()
                        .size());
        chain = builder.call("f", (inputs, output) -> {}, DType.FLOAT32, chain.shape(), chain);
        assertEquals(
                32,
                compile(CompileOptions.OPTIMIZED, four, chain)
                        .summary()
                        .buffers()
                        .size());
        assertEquals(
                2,
                compile(CompileOptions.OPTIMIZED, one, chain)
                        .summary()
                        .buffers()
                        .size());
    }
}
