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
import dev.autodiff.ir.Window;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowGroupTest {
    private final ThreadTeam four = new ThreadTeam(4);

    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);

    @AfterEach
    void close() {
        four.close();
    }

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    private RowGroup group(int rows, Kernels kernels, Value... outputs) {
        RowGroup group = new RowGroup(rows);
        for (Instruction instruction : compile(kernels, outputs).instructions) {
            group.add(instruction);
        }
        return group;
    }

    private Program compile(Kernels kernels, Value... outputs) {
        return TestCompiler.compile(builder, CompileOptions.PLAIN, kernels, four, outputs);
    }

    private Value neg(Value x) {
        return builder.map(Elementwise.NEG, x);
    }

    private Value product(Value a, Value b) {
        return builder.matmul(a, b, false, false);
    }

    @Test
    void membersAddUp() {
        RowGroup group = group(100, PackedScalar.kernels(), neg(product(input(100, 50), input(50, 60))));
        assertEquals(100, group.rows());
        assertEquals(3000, group.weight());
        assertEquals(100 * 50 * 60 / 4 + 6000 * 3, group.work());
        assertEquals(2, group.members().size());
        assertFalse(group.isSingle());
        assertEquals(List.of(), group.packings());
    }

    @Test
    void aSingleMemberThatPacksNothing() {
        RowGroup group = group(100, PackedScalar.kernels(), neg(input(100, 50)));
        assertTrue(group.isSingle());
        Packing packing = compile(PackedScalar.kernels(), product(input(100, 80), input(80, 90)))
                .packings
                .get(0);
        group.pack(packing);
        assertFalse(group.isSingle());
        assertEquals(List.of(packing), group.packings());
    }

    @Test
    void partsByTheWork() {
        assertEquals(
                1, group(100, KernelProvider.kernels(), neg(input(100, 200))).parts(4)); // 60,000
        assertEquals(
                2, group(100, KernelProvider.kernels(), neg(input(100, 220))).parts(4)); // 66,000
        assertEquals(
                4, group(100, KernelProvider.kernels(), neg(input(100, 2000))).parts(4));
    }

    @Test
    void partsHaveSeveralRows() {
        assertEquals(
                1, group(15, KernelProvider.kernels(), neg(input(15, 90000))).parts(4));
        assertEquals(
                2, group(16, KernelProvider.kernels(), neg(input(16, 90000))).parts(4));
        RowGroup packed = group(23, PackedScalar.kernels(), product(input(23, 900), input(900, 900)));
        assertEquals(1, packed.parts(4), "rows are taken by six");
        assertEquals(
                2,
                group(24, PackedScalar.kernels(), product(input(24, 900), input(900, 900)))
                        .parts(4));
    }

    @Test
    void packedProductsHaveMoreParts() {
        Kernels packs = PackedScalar.kernels();
        assertEquals(
                16, group(960, packs, product(input(960, 300), input(300, 300))).parts(4), "four a thread");
        assertEquals(
                10, group(300, packs, product(input(300, 300), input(300, 300))).parts(4), "thirty rows");
        assertEquals(
                5, group(900, packs, product(input(900, 100), input(100, 64))).parts(4), "so much work");
        assertEquals(
                20,
                group(2560, packs, product(input(2560, 200), input(200, 100))).parts(4),
                "long batches");
        assertEquals(
                4, group(960, KernelProvider.kernels(), neg(input(960, 3000))).parts(4), "nothing is packed");
        assertEquals(1, group(960, packs, product(input(960, 4), input(4, 60))).parts(4));
    }

    @Test
    void everyRowIsTakenOnceAndPacked() {
        NDArray x = InstructionRun.random(DType.FLOAT32, 45, 50);
        NDArray y = InstructionRun.random(DType.FLOAT32, 60, 45);
        Value b = neg(builder.softmax(input(45, 50), false));
        Value product = product(input(60, 45), b);
        Program program = compile(PackedScalar.kernels(), b, product);
        RowGroup group = new RowGroup(45);
        group.add(program.instructions[0]);
        group.add(program.instructions[1]);
        Packing packing = program.packings.get(0);
        group.pack(packing);
        Workspace workspace = program.acquire();
        workspace.feed(0, x);
        workspace.feed(1, y);
        workspace.run(0, 0, null);
        NDArray expected = workspace.output(0);
        for (int parts = 1; parts < 5; parts++) {
            Workspace other = new Workspace(program);
            other.feed(0, x);
            other.feed(1, y);
            for (int part = parts - 1; part >= 0; part--) {
                group.run(other, part, parts);
            }
            assertEquals(expected, other.output(0));
            float[] panel = packing.panels(other)[0];
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.at(i), panel[i]);
            }
        }
    }

    /** Images are taken through all members a few at a time; a product of single rows would sum in another order. */
    @Test
    void imagesAreTakenAFewAtATime() {
        Window window = new Window(3, 3, 1, 1, 1, 1, 1, 1);
        for (int side : new int[] {1, 60}) {
            ProgramBuilder ir = new ProgramBuilder(Rewriter.NONE, false);
            Value x = ir.input(DType.FLOAT32, Shape.of(11, side, side, 2));
            Value weights = ir.input(DType.FLOAT32, Shape.of(3, 3, 2, 20));
            Value y = ir.convolution(x, weights, window, 1, side, side);
            Value last = ir.map(Elementwise.NEG, y);
            Program program = TestCompiler.compile(ir, CompileOptions.PLAIN, KernelProvider.kernels(), four, y, last);
            RowGroup group = new RowGroup(11);
            group.add(program.instructions[0]);
            assertFalse(group.isDivided(), "one member");
            group.add(program.instructions[1]);
            assertTrue(group.isDivided());
            NDArray a = InstructionRun.random(DType.FLOAT32, 11, side, side, 2);
            NDArray b = InstructionRun.random(DType.FLOAT32, 3, 3, 2, 20);
            List<NDArray> expected = program.run(a, b);
            for (int parts = 1; parts < 3; parts++) {
                Workspace workspace = new Workspace(program);
                workspace.feed(0, a);
                workspace.feed(1, b);
                for (int part = 0; part < parts; part++) {
                    group.run(workspace, part, parts);
                }
                assertEquals(expected, List.of(workspace.output(0), workspace.output(1)));
            }
        }
    }

    @Test
    void dividedGroupsHaveMoreParts() {
        Window window = new Window(3, 3, 1, 1, 1, 1, 1, 1);
        Value weights = input(3, 3, 2, 20);
        Value y = builder.convolution(input(100, 20, 20, 2), weights, window, 1, 20, 20);
        RowGroup group = group(100, KernelProvider.kernels(), neg(y));
        assertTrue(group.isDivided());
        assertEquals(12, group.parts(4), "at least eight rows");
        assertEquals(8, group.parts(2), "four a thread");
        assertEquals(1, group.parts(1));
    }
}
