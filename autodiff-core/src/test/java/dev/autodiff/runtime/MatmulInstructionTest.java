package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.compiler.TestCompiler;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatmulInstructionTest {
    private final ThreadTeam three = new ThreadTeam(3);

    private final ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);

    @AfterEach
    void close() {
        three.close();
    }

    private Value input(NDArray like) {
        return builder.input(like.dtype(), like.shape());
    }

    private static NDArray random(int... dims) {
        return InstructionRun.random(DType.FLOAT32, dims);
    }

    /** Returns whole numbers, whose products have no rounding errors and so the same bits in any order. */
    private static NDArray whole(DType dtype, int... dims) {
        return InstructionRun.random(DType.INT32, dims).cast(dtype);
    }

    private static NDArray product(NDArray a, NDArray b, boolean transposeA, boolean transposeB, Shape shape) {
        double[] c = new double[shape.size()];
        int m = shape.dim(-2);
        int n = shape.dim(-1);
        int k = a.shape().dim(transposeA ? -2 : -1);
        Shape batch = Matmul.leading(shape);
        int[] aStarts = MatrixOperand.starts(a.shape(), batch);
        int[] bStarts = MatrixOperand.starts(b.shape(), batch);
        for (int i = 0; i < c.length; i++) {
            int row = i / n % m;
            int column = i % n;
            for (int j = 0; j < k; j++) {
                double left = a.at(aStarts[i / n / m] + (transposeA ? j * m + row : row * k + j));
                double right = b.at(bStarts[i / n / m] + (transposeB ? column * k + j : j * n + column));
                c[i] += left * right;
            }
        }
        return NDArray.wrap(c, shape.dims()).cast(a.dtype());
    }

    private Instruction check(NDArray a, NDArray b, boolean transposeA, boolean transposeB) {
        Value y = builder.matmul(input(a), input(b), transposeA, transposeB);
        InstructionRun run = new InstructionRun(builder, y, a, b);
        run.gives(product(a, b, transposeA, transposeB, y.shape()));
        return run.instruction;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT64"})
    void transposedOrNot(DType dtype) {
        check(whole(dtype, 40, 7), whole(dtype, 7, 70), false, false);
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                NDArray a = transposeA ? whole(dtype, 7, 40) : whole(dtype, 40, 7);
                NDArray b = transposeB ? whole(dtype, 9, 7) : whole(dtype, 7, 9);
                MatmulInstructionTest each = new MatmulInstructionTest();
                Instruction matmul = each.check(a, b, transposeA, transposeB);
                assertEquals("matmul 40x7 . 7x9", matmul.describe());
                assertEquals(40 * 7 * 9 / 4, matmul.work());
                assertEquals(63, matmul.weight());
                assertEquals(transposeA ? 0 : 40, matmul.rows(2));
                assertFalse(matmul.isExclusive());
                assertEquals(1, matmul.rowUnit());
            }
        }
    }

    @Test
    void rowsOfABatchAreOneProduct() {
        Instruction matmul = check(whole(DType.FLOAT32, 5, 4, 3), whole(DType.FLOAT32, 3, 6), false, false);
        assertEquals("matmul 20x3 . 3x6", matmul.describe());
        assertEquals(5, matmul.rows(2));
    }

    @Test
    void aBatchOfProducts() {
        Instruction matmul = check(whole(DType.FLOAT32, 5, 4, 3), whole(DType.FLOAT32, 5, 3, 6), false, false);
        assertEquals("matmul 5 x 4x3 . 3x6", matmul.describe());
        assertEquals(5 * 4 * 3 * 6 / 4, matmul.work());
        assertEquals(0, matmul.rows(2));
    }

    @Test
    void aBatchOfTransposedMatricesWithOne() {
        Instruction matmul = check(whole(DType.FLOAT64, 5, 3, 4), whole(DType.FLOAT64, 3, 6), true, false);
        assertEquals("matmul 5 x 4x3 . 3x6", matmul.describe());
    }

    @Test
    void batchesThatAreRepeated() {
        check(whole(DType.FLOAT32, 2, 1, 4, 3), whole(DType.FLOAT32, 5, 3, 2), false, false);
    }

    @Test
    void oneMatrixWithABatch() {
        Instruction matmul = check(whole(DType.FLOAT32, 4, 3), whole(DType.FLOAT32, 5, 3, 2), false, false);
        assertEquals("matmul 5 x 4x3 . 3x2", matmul.describe());
    }

    @Test
    void noMatrices() {
        Instruction matmul = check(whole(DType.FLOAT32, 0, 4, 3), whole(DType.FLOAT32, 0, 3, 2), false, false);
        assertEquals(0, matmul.rows(2));
        MatmulInstructionTest other = new MatmulInstructionTest();
        assertEquals(
                0,
                other.check(whole(DType.FLOAT32, 0, 3), whole(DType.FLOAT32, 3, 2), false, false)
                        .rows(2));
    }

    @Test
    void rowsAreReadByRows() {
        NDArray a = random(40, 7);
        NDArray b = random(7, 40);
        Value left = input(a);
        Value right = input(b);
        InstructionRun run = new InstructionRun(builder, builder.matmul(left, right, false, false), a, b);
        assertTrue(run.instruction.readsByRows(left));
        assertFalse(run.instruction.readsByRows(right));
        assertFalse(run.instruction.readsByRows(builder.input(DType.FLOAT32, Shape.of(40, 7))));
    }

    @Test
    void aMatrixTimesItself() {
        NDArray a = whole(DType.FLOAT32, 9, 9);
        Value x = input(a);
        InstructionRun run = new InstructionRun(builder, builder.matmul(x, x, false, false), a);
        run.gives(product(a, a, false, false, Shape.of(9, 9)));
        assertFalse(run.instruction.readsByRows(x), "also read as a whole");
    }

    // ---- a loop that follows

    @Test
    void aLoopFollowsOnEveryBlock() {
        NDArray a = whole(DType.FLOAT32, 40, 7);
        NDArray b = whole(DType.FLOAT32, 7, 70);
        NDArray column = whole(DType.FLOAT32, 40, 1);
        Value product = builder.matmul(input(a), input(b), false, false);
        Value repeated = input(column);
        Value y = builder.map(Elementwise.NEG, builder.map(Elementwise.ADD, product, repeated));
        InstructionRun run =
                new InstructionRun(builder, y, CompileOptions.OPTIMIZED, KernelProvider.kernels(), a, b, column);
        NDArray plain = product(a, b, false, false, Shape.of(40, 70));
        float[] expected = new float[2800];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = -((float) plain.at(i) + (float) column.at(i / 70));
        }
        run.gives(NDArray.wrap(expected, 40, 70));
        assertEquals("matmul 40x7 . 7x70, add neg", run.instruction.describe());
        assertTrue(run.instruction.readsByRows(repeated));
    }

    @Test
    void anOperandOfTheLoopThatIsReadWhole() {
        NDArray a = whole(DType.FLOAT32, 40, 7);
        NDArray b = whole(DType.FLOAT32, 7, 9);
        NDArray row = whole(DType.FLOAT32, 9);
        Value repeated = input(row);
        Value y = builder.map(Elementwise.MUL, builder.matmul(input(a), input(b), false, false), repeated);
        InstructionRun run =
                new InstructionRun(builder, y, CompileOptions.OPTIMIZED, KernelProvider.kernels(), row, a, b);
        assertFalse(run.instruction.readsByRows(repeated));
    }

    // ---- parts

    @Test
    void partsAndRows() {
        NDArray a = random(200, 64);
        NDArray b = random(64, 100);
        InstructionRun run = new InstructionRun(builder, builder.matmul(input(a), input(b), false, false), a, b);
        assertEquals(200L * 64 * 100 / 4, run.instruction.work());
        assertEquals(9, run.instruction.parts(20));
        assertEquals(9, run.instruction.taskParts(20));
        assertSame(run.instruction, run.instruction.task());
        assertNull(run.instruction.packing());
        assertEquals(200, run.instruction.rows(2));
    }

    @Test
    void wideProductsAreNotTakenByRows() {
        NDArray a = random(8, 64);
        NDArray b = random(64, 1000);
        InstructionRun run = new InstructionRun(builder, builder.matmul(input(a), input(b), false, false), a, b);
        assertEquals(0, run.instruction.rows(4), "columns are divided among the threads");
    }

    // ---- packing

    private MatmulInstruction instruction(Value product, int threads, State... assigned) {
        return instruction(product, threads, new Slots(100), new ArrayList<>(), assigned);
    }

    private MatmulInstruction instruction(
            Value product, int threads, Slots slots, List<Packing> packings, State... assigned) {
        return new MatmulInstruction(
                FusedGroup.single(product),
                (Matmul) product.primitive(),
                slots,
                PackedScalar.kernels(),
                Set.of(assigned),
                threads,
                packings);
    }

    private Packing packing(Value product, int threads, State... assigned) {
        return Objects.requireNonNull(instruction(product, threads, assigned).packing());
    }

    private Value input(int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    private Value product(Value a, Value b) {
        return builder.matmul(a, b, false, false);
    }

    @Test
    void whatIsPacked() {
        Value b = input(100, 80);
        Packing packing = packing(product(input(120, 100), b), 4);
        assertNotNull(packing);
        assertSame(b, packing.operand());
        assertEquals(8000, packing.size());
        assertFalse(packing.staysPacked());
        assertTrue(packing.packsRows());
        assertTrue(packing.isReady());
        assertEquals(16, packing.parts(4));
    }

    @Test
    void whatIsNotPacked() {
        assertNull(instruction(product(input(120, 100), input(100, 80)), 1).packing(), "one thread");
        assertNull(instruction(product(input(120, 100), input(100, 3)), 4).packing(), "does not suit");
        assertNull(instruction(product(input(1, 100), input(100, 80)), 4).packing(), "does not suit");
        assertNull(instruction(product(input(32, 16), input(16, 127)), 4).packing(), "too little work");
        assertNotNull(instruction(product(input(32, 16), input(16, 128)), 4).packing());
        Value doubles = builder.input(DType.FLOAT64, Shape.of(100, 100));
        assertNull(instruction(product(doubles, doubles), 4).packing(), "another type");
        assertNull(instruction(product(input(2, 90, 90), input(2, 90, 90)), 4).packing(), "several products");
    }

    @Test
    void weightsStayPackedUnlessTheyAreAssigned() {
        State state = new State(DType.FLOAT32, Shape.of(100, 80));
        Value product = product(input(120, 100), builder.state(state));
        Packing stays = packing(product, 4);
        assertTrue(stays.staysPacked());
        assertSame(state, stays.weights());
        assertTrue(packing(product, 1).staysPacked(), "on one thread, too");
        assertFalse(packing(product, 4, state).staysPacked());
        assertNull(instruction(product, 1, state).packing());
        Value view = builder.reshape(builder.state(new State(DType.FLOAT32, Shape.of(8000))), Shape.of(100, 80));
        assertFalse(packing(product(input(120, 100), view), 4).staysPacked());
    }

    @Test
    void smallOperandsArePackedByOneThread() {
        assertEquals(1, packing(product(input(32, 16), input(16, 128)), 4).parts(4));
        assertEquals(1, packing(product(input(64, 63), input(63, 64)), 4).parts(4));
        assertEquals(16, packing(product(input(64, 64), input(64, 64)), 4).parts(4));
    }

    @Test
    void productsOfOneOperandHaveOnePacking() {
        Slots slots = new Slots(100);
        List<Packing> packings = new ArrayList<>();
        Value b = input(100, 100);
        MatmulInstruction first = instruction(product(input(40, 100), b), 2, slots, packings);
        MatmulInstruction second = instruction(product(input(120, 100), b), 2, slots, packings);
        assertSame(first.packing(), second.packing());
        Value a = input(120, 100);
        MatmulInstruction other = instruction(product(a, input(100, 100)), 2, slots, packings);
        MatmulInstruction turned = instruction(builder.matmul(a, b, false, true), 2, slots, packings);
        assertNotSame(first.packing(), other.packing());
        assertNotSame(first.packing(), turned.packing());
        assertEquals(3, packings.size());
        assertTrue(turned.hasSameRows(other));
        assertFalse(other.hasSameRows(second), "of another operand");
    }

    @Test
    void rowsThatCanBePacked() {
        Value turned = builder.matmul(input(120, 100), input(80, 100), false, true);
        assertFalse(packing(turned, 4).packsRows());
        Value square = builder.matmul(input(120, 100), input(100, 100), false, true);
        assertFalse(packing(square, 4).packsRows());
        Value deep = product(input(120, 100), input(1, 100, 80));
        assertFalse(packing(deep, 4).packsRows());
    }

    @Test
    void partsOfAPackedProduct() {
        MatmulInstruction large = instruction(product(input(1000, 500), input(500, 400)), 4);
        assertEquals(16, large.taskParts(4), "four for each thread");
        assertNotSame(large, large.task());
        assertEquals(6, large.rowUnit());
        MatmulInstruction small = instruction(product(input(64, 16), input(16, 128)), 4);
        assertEquals(1, small.taskParts(4));
        MatmulInstruction wide = instruction(product(input(60, 256), input(256, 1024)), 4);
        assertEquals(4, wide.taskParts(4), "two of rows by two of columns");
        MatmulInstruction flat = instruction(product(input(29, 256), input(256, 256)), 4);
        assertEquals(4, flat.taskParts(4), "columns alone");
        MatmulInstruction narrow = instruction(product(input(29, 256), input(256, 127)), 4);
        assertEquals(1, narrow.taskParts(4));
        MatmulInstruction medium = instruction(product(input(640, 64), input(64, 64)), 4);
        assertEquals(4, medium.taskParts(4));
        MatmulInstruction byWork = instruction(product(input(900, 100), input(100, 64)), 4);
        assertEquals(5, byWork.taskParts(4), "by the work: 5 times the least");
    }

    @Test
    void rowsOfAPackedProduct() {
        assertEquals(60, instruction(product(input(60, 256), input(256, 80)), 4).rows(4));
        assertEquals(0, instruction(product(input(59, 256), input(256, 80)), 4).rows(4), "too few for the threads");
    }

    private NDArray inBlocks(NDArray a, NDArray b, ThreadTeam team, Kernels kernels) {
        ProgramBuilder fresh = new ProgramBuilder(Rewriter.NONE, false);
        Value y = fresh.matmul(fresh.input(a.dtype(), a.shape()), fresh.input(b.dtype(), b.shape()), false, false);
        Program program = TestCompiler.compile(fresh, CompileOptions.PLAIN, kernels, team, y);
        NDArray stages = program.run(a, b).get(0);
        Workspace workspace = program.acquire();
        workspace.feed(0, a);
        workspace.feed(1, b);
        workspace.run(0, 0, (origin, text, inputs, outputs, time) -> {});
        assertEquals(stages, workspace.output(0), "one instruction after the other");
        return stages;
    }

    @ParameterizedTest
    @CsvSource({"200, 300, 130", "61, 256, 1030", "29, 256, 256", "37, 100, 90", "64, 64, 64"})
    void packedProductsHaveTheSameValues(int m, int k, int n) {
        NDArray a = whole(DType.FLOAT32, m, k);
        NDArray b = whole(DType.FLOAT32, k, n);
        NDArray expected = product(a, b, false, false, Shape.of(m, n));
        assertEquals(expected, inBlocks(a, b, three, PackedScalar.kernels()));
        PackedScalar later = PackedScalar.notReady();
        Kernels kernels = PackedScalar.kernels(later);
        assertEquals(expected, inBlocks(a, b, three, kernels), "before its code is compiled");
        later.compile();
        assertEquals(expected, inBlocks(a, b, three, kernels));
    }
}
