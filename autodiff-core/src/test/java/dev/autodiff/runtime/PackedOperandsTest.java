package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PackedOperandsTest {
    private final ThreadTeam two = new ThreadTeam(2);

    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
    private final State weights = new State(DType.FLOAT32, Shape.of(8, 16));
    private final NDArray x = InstructionRun.random(DType.FLOAT32, 10, 8);

    @AfterEach
    void close() {
        two.close();
    }

    private Program program(Kernels kernels) {
        weights.assign(InstructionRun.random(DType.FLOAT32, 8, 16));
        Value product =
                builder.matmul(builder.input(DType.FLOAT32, Shape.of(10, 8)), builder.state(weights), false, false);
        return TestCompiler.compile(builder, CompileOptions.OPTIMIZED, kernels, two, product);
    }

    private NDArray run(Workspace workspace) {
        workspace.feed(0, x);
        workspace.run(0, 0, null);
        return workspace.output(0);
    }

    @Test
    void weightsArePackedAgainWhenTheyHaveChanged() {
        Program program = program(PackedScalar.kernels());
        assertEquals(1, program.packings.size());
        Workspace workspace = program.acquire();
        NDArray first = run(workspace);
        float[] panel = program.packings.get(0).panels(workspace)[0];
        assertEquals(weights.value().at(0), panel[0]);
        panel[0] += 1;
        assertFalse(first.equals(run(workspace)), "they are not packed again while nothing has changed them");
        weights.markChanged();
        assertEquals(first, run(workspace));
        weights.assign(NDArray.zeros(DType.FLOAT32, 8, 16));
        assertEquals(NDArray.zeros(DType.FLOAT32, 10, 16), run(workspace));
    }

    @Test
    void nothingIsPackedBeforeTheCodeIsCompiled() {
        PackedScalar later = PackedScalar.notReady();
        Program program = program(PackedScalar.kernels(later));
        Workspace workspace = program.acquire();
        NDArray first = run(workspace);
        assertFalse(workspace.packedOperands().isActive());
        later.compile();
        assertEquals(first, run(workspace));
        assertTrue(workspace.packedOperands().isActive());
    }

    @Test
    void aProgramWithoutPackingsIsNeverActive() {
        PackedOperands none = new PackedOperands(List.of(), Map.of());
        Program program = program(PackedScalar.kernels());
        none.begin(program.acquire(), two);
        assertFalse(none.isActive());
    }

    @Test
    void operandsTakeTurnsInOneMemory() {
        Value a = builder.input(DType.FLOAT32, Shape.of(100, 100));
        Value b = builder.input(DType.FLOAT32, Shape.of(100, 100));
        Program program = TestCompiler.compile(
                builder,
                CompileOptions.PLAIN,
                PackedScalar.kernels(),
                two,
                builder.matmul(a, b, false, false),
                builder.matmul(b, a, false, false));
        Packing first = program.packings.get(0);
        Packing second = program.packings.get(1);
        PackedOperands together = new PackedOperands(program.packings, Map.of(first, 0, second, 0));
        assertSame(together.memory(first), together.memory(second));
        PackedOperands apart = new PackedOperands(program.packings, Map.of(first, 0, second, 1));
        assertNotSame(apart.memory(first), apart.memory(second));
        PackedOperands own = new PackedOperands(program.packings, Map.of());
        assertNotSame(own.memory(first), own.memory(second));
    }

    @Test
    void weightsHaveMemoryOfTheirOwn() {
        Program program = program(PackedScalar.kernels());
        Packing packing = program.packings.get(0);
        Value other = builder.matmul(
                builder.input(DType.FLOAT32, Shape.of(10, 8)),
                builder.state(new State(DType.FLOAT32, Shape.of(8, 16))),
                false,
                false);
        Packing second = TestCompiler.compile(builder, CompileOptions.PLAIN, PackedScalar.kernels(), two, other)
                .packings
                .get(0);
        PackedOperands operands = new PackedOperands(List.of(packing, second), Map.of(packing, 0, second, 0));
        assertNotSame(operands.memory(packing), operands.memory(second), "they stay from run to run");
    }
}
