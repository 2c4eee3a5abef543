package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Arrays;
import java.util.SplittableRandom;

/** One instruction with operands that do not start at the first element of their arrays. */
final class InstructionRun {
    private static final ThreadTeam ALONE = new ThreadTeam(1);

    final Instruction instruction;
    final Program program;
    private final NDArray[] inputs;

    /** Takes the instruction that computes a value from the inputs of a builder. */
    InstructionRun(ProgramBuilder builder, Value y, NDArray... inputs) {
        this(builder, y, CompileOptions.PLAIN, KernelProvider.kernels(), inputs);
    }

    InstructionRun(ProgramBuilder builder, Value y, CompileOptions options, Kernels kernels, NDArray... inputs) {
        this.program = TestCompiler.compile(builder, options, kernels, ALONE, y);
        this.instruction = program.instructions[program.instructions.length - 1];
        this.inputs = Arrays.stream(inputs).map(InstructionRun::moved).toArray(NDArray[]::new);
    }

    /** Returns the same array in the middle of a longer one. */
    private static NDArray moved(NDArray array) {
        Object storage = array.dtype().newArray(array.size() + 7);
        System.arraycopy(array.storage(), array.offset(), storage, 5, array.size());
        return NDArray.view(storage, 5, array.shape());
    }

    static NDArray random(DType dtype, int... dims) {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(dims));
        double[] values = random.doubles(Arrays.stream(dims).reduce(1, (a, b) -> a * b), -9, 9)
                .toArray();
        return NDArray.wrap(values, dims).cast(dtype);
    }

    NDArray run() {
        return program.run(inputs).get(0);
    }

    /** Checks the result, in any number of parts, and by rows if there are any. */
    void gives(NDArray expected) {
        assertEquals(expected, run());
        assertEquals(expected, run(), "over the results of the run before");
        for (int parts : new int[] {1, 2, 3, 7}) {
            Workspace workspace = workspace();
            for (int part = parts - 1; part >= 0; part--) {
                instruction.execute(workspace, part, parts);
            }
            assertEquals(expected, workspace.output(0), parts + " parts");
        }
        int rows = instruction.rows(2);
        if (rows > 0) {
            Workspace workspace = workspace();
            instruction.executeRows(workspace, rows / 3, rows);
            for (int i = 0; i < expected.size() / rows * (rows / 3); i++) {
                assertEquals(77, workspace.output(0).at(i), "a row that was not asked for");
            }
            instruction.executeRows(workspace, 0, rows / 3);
            assertEquals(expected, workspace.output(0), "by rows");
        }
    }

    /** Returns a workspace that has been fed, with other numbers in place of all results. */
    Workspace workspace() {
        Workspace workspace = new Workspace(program);
        for (int i = 0; i < inputs.length; i++) {
            workspace.feed(i, inputs[i]);
        }
        for (int i = 0; i + 1 < program.instructions.length; i++) {
            program.instructions[i].execute(workspace, 0, 1);
        }
        Object y =
                workspace.arrays[program.layout.slots().of(instruction.outputs().get(0))];
        if (y instanceof float[] floats) {
            Arrays.fill(floats, 77);
        } else if (y instanceof double[] doubles) {
            Arrays.fill(doubles, 77);
        } else {
            Arrays.fill((int[]) y, 77);
        }
        return workspace;
    }
}
