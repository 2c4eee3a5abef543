package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops that sum their results image by image, against a loop and a reduction one after the other. */
class SumsInstructionTest {
    private static final CompileOptions FUSED = CompileOptions.OPTIMIZED;

    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    /** More places than are summed in one go, not a multiple of a tile; channels above and below the tiled ones. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void sumsHaveTheBitsOfAReduction(DType dtype) {
        for (int channels : new int[] {2, 7, 32, 63, 64, 100}) {
            ProgramBuilder ir = new ProgramBuilder(Rewriter.NONE, false);
            Shape images = Shape.of(3, 17, 17, channels);
            Value x = ir.input(dtype, images);
            Value row = ir.input(dtype, Shape.of(channels));
            Value number = ir.input(dtype, Shape.scalar());
            Value y = ir.map(Elementwise.MUL, ir.map(Elementwise.SUB, ir.map(Elementwise.MUL, x, number), row), x);
            Value sum = ir.reduce(Reduction.SUM, y, 1, 2);
            NDArray[] inputs = {
                InstructionRun.random(dtype, images.dims()),
                InstructionRun.random(dtype, channels),
                InstructionRun.random(dtype)
            };
            NDArray expected = TestCompiler.compile(
                            ir, CompileOptions.PLAIN, KernelProvider.kernels(), new ThreadTeam(1), sum)
                    .run(inputs)
                    .get(0);
            InstructionRun run = new InstructionRun(ir, sum, FUSED, KernelProvider.kernels(), inputs);
            assertEquals(SumsInstruction.class, run.instruction.getClass());
            assertEquals(1, run.program.instructions.length);
            run.gives(expected);
        }
    }

    @Test
    void resultsThatAreNeededBesidesAreStored() {
        Value x = builder.input(DType.FLOAT32, Shape.of(4, 9, 30, 8));
        Value row = builder.input(DType.FLOAT32, Shape.of(8));
        Value y = map(Elementwise.ADD, x, row);
        Value squares = map(Elementwise.MUL, y, x);
        Value sum = builder.reduce(Reduction.SUM, y, 1, 2);
        Value second = builder.reduce(Reduction.SUM, squares, 1, 2);
        NDArray a = InstructionRun.random(DType.FLOAT32, 4, 9, 30, 8);
        NDArray b = InstructionRun.random(DType.FLOAT32, 8);
        Program plain = TestCompiler.compile(
                builder, CompileOptions.PLAIN, KernelProvider.kernels(), new ThreadTeam(1), y, sum, second);
        Program fused =
                TestCompiler.compile(builder, FUSED, KernelProvider.kernels(), new ThreadTeam(2), y, sum, second);
        assertEquals(plain.run(a, b), fused.run(a, b));
        Instruction only = fused.instructions[0];
        assertEquals(1, fused.instructions.length);
        assertEquals(List.of(y, sum, second), only.outputs());
        assertEquals("add mul, 2 sums of 4x270x8", only.describe());
        assertEquals(4, only.rows(2));
        assertEquals(4L * 270 * 8 * (4 + 2 + 2), only.work(), "arrays, operations and sums");
        assertTrue(only.readsByRows(x));
        assertFalse(only.readsByRows(row));
    }

    @Test
    void onlyLoopsOverImagesSuit() {
        Value images = builder.input(DType.FLOAT32, Shape.of(2, 3, 4, 5));
        Value row = builder.input(DType.FLOAT32, Shape.of(5));
        assertTrue(suits(map(Elementwise.ADD, images, row)));
        assertTrue(suits(map(Elementwise.ADD, images, builder.input(DType.FLOAT32, Shape.of(1, 1, 1, 5)))));
        assertTrue(suits(map(Elementwise.ADD, images, builder.number(DType.FLOAT32, 2))));
        Value oneColumn = builder.input(DType.FLOAT32, Shape.of(4, 1));
        assertFalse(suits(map(Elementwise.ADD, images, oneColumn)), "other numbers at other places");
        Value eachImage = builder.input(DType.FLOAT32, Shape.of(2, 1, 1, 5));
        assertFalse(suits(map(Elementwise.ADD, images, eachImage)), "other numbers in other images");
        assertFalse(suits(map(Elementwise.NEG, builder.input(DType.FLOAT32, Shape.of(3, 4, 5)))), "no images");
        assertFalse(suits(map(Elementwise.NEG, builder.input(DType.FLOAT32, Shape.of(2, 3, 4, 1)))), "one channel");
        assertFalse(suits(map(Elementwise.NEG, builder.input(DType.FLOAT32, Shape.of(2, 3, 4, 257)))), "many");
        assertFalse(suits(map(Elementwise.NEG, builder.input(DType.FLOAT32, Shape.of(0, 3, 4, 5)))), "none");
        assertFalse(suits(builder.uniform(DType.FLOAT32, Shape.of(2, 3, 4, 5))), "random");
    }

    private static boolean suits(Value value) {
        return SumsInstruction.suits(FusedGroup.single(value));
    }
}
