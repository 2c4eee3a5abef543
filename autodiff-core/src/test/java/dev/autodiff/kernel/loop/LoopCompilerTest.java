package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopCompilerTest {
    private static final int[] WIDTHS = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 70};
    /** Finds that no classes can be defined, as in a native image. */
    private static final LoopCompiler INTERPRETING = new LoopCompiler(1, false, classFile -> {
        throw new Error("no classes here");
    });

    static final List<LoopCompiler> COMPILERS = compilers();

    /**
     * Returns the scalar compiler, one that finds that no classes can be defined, and where there are vectors one whose
     * loops use them from the start.
     */
    static List<LoopCompiler> compilers() {
        List<LoopCompiler> compilers = new ArrayList<>(List.of(new LoopCompiler(1, false), INTERPRETING));
        String name = KernelProvider.kernels().name();
        if (name.startsWith("vector-")) {
            int lanes = Integer.parseInt(name.substring("vector-".length())) / Float.SIZE;
            compilers.add(new LoopCompiler(lanes, true));
        }
        return compilers;
    }

    /** Returns what a compiler is called in messages. */
    static String name(LoopCompiler compiler) {
        return List.of("scalar", "interpreted", "vector").get(COMPILERS.indexOf(compiler));
    }

    /** Returns whether the compiler takes the operation for the type. */
    private static boolean isDefined(Elementwise op, DType type) {
        try {
            COMPILERS.get(0).loop(LoopRun.single(op, type, new boolean[op.arity()]));
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    @Test
    void whereNoClassesAreDefinedLoopsAreInterpreted() {
        LoopCode code = LoopRun.single(Elementwise.ADD, DType.FLOAT32, false, true);
        assertTrue(COMPILERS.get(0).loop(code) instanceof BlockLoop);
        assertTrue(COMPILERS.get(1).loop(code) instanceof InterpretedFloats);
        assertThrows(VerifyError.class, () -> new LoopCompiler(1, false, classFile -> {
                    throw new VerifyError("a mistake of the generator, which must not go unnoticed");
                })
                .loop(code));
    }

    private static void check(LoopRun run, String what) {
        LoopRun expected = run.copy().evaluate();
        for (LoopCompiler compiler : COMPILERS) {
            run.copy().run(compiler.loop(run.code)).assertSame(expected, what + ", " + name(compiler));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationInEveryTypeAndWidth(Elementwise op) {
        Random random = new Random(op.ordinal());
        for (DType type : DType.values()) {
            if (!isDefined(op, type)) {
                continue;
            }
            for (int pattern = 0; pattern < 1 << op.arity(); pattern++) {
                boolean[] broadcast = new boolean[op.arity()];
                for (int k = 0; k < broadcast.length; k++) {
                    broadcast[k] = (pattern >> k & 1) != 0;
                }
                LoopCode code = LoopRun.single(op, type, broadcast);
                for (int width : WIDTHS) {
                    check(LoopRun.random(code, 3, width, true, random), "shifted");
                    check(LoopRun.random(code, 2, width, false, random), "aligned");
                    check(LoopRun.random(code, 2, width, false, random).inPlace(), "in place");
                }
                check(LoopRun.random(code, 1, 1023, false, random), "long");
                check(LoopRun.random(code, 1, 1000, true, random).inPlace(), "long, shifted, in place");
                check(LoopRun.random(code, 40, 1, true, random), "column");
            }
        }
    }

    @Test
    void nothingToDoIsNoError() {
        LoopCode code = LoopRun.single(Elementwise.ADD, DType.FLOAT32, false, true);
        Random random = new Random(1);
        check(LoopRun.random(code, 0, 5, false, random), "no rows");
        check(LoopRun.random(code, 5, 0, false, random), "no columns");
    }

    /** Vector loops compute what two functions of one operand have in common only once, in either order. */
    @Test
    void functionsThatShareWorkHaveTheirOwnResults() {
        List<Instruction> instructions = List.of(
                new Instruction(Elementwise.NORMAL_CDF, 0, -1, -1),
                new Instruction(Elementwise.GAUSSIAN, 1, -1, -1),
                new Instruction(Elementwise.GAUSSIAN, 0, -1, -1),
                new Instruction(Elementwise.NORMAL_CDF, 1, -1, -1),
                new Instruction(Elementwise.GAUSSIAN, 0, -1, -1));
        LoopCode code = new LoopCode(DType.FLOAT32, List.of(false, false), instructions, List.of(2, 3, 4, 5, 6));
        Random random = new Random(2);
        for (int width : WIDTHS) {
            check(LoopRun.random(code, 3, width, true, random), "width " + width);
        }
    }

    @Test
    void randomCodes() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            LoopCode code = randomCode(random);
            LoopRun run =
                    LoopRun.random(code, 1 + random.nextInt(4), 1 + random.nextInt(70), random.nextBoolean(), random);
            check(random.nextBoolean() ? run : run.inPlace(), "seed " + seed);
        }
    }

    private static LoopCode randomCode(Random random) {
        DType type = DType.values()[random.nextInt(3)];
        int inputs = 1 + random.nextInt(5);
        List<Boolean> broadcast = new ArrayList<>();
        for (int k = 0; k < inputs; k++) {
            broadcast.add(random.nextInt(3) == 0);
        }
        List<Instruction> instructions = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        while (instructions.size() < count) {
            Elementwise op = Elementwise.values()[random.nextInt(Elementwise.values().length)];
            boolean mayDivideByZero = type == DType.INT32 && op == Elementwise.DIV;
            boolean fits = isDefined(op, type) && !mayDivideByZero;
            if (fits) {
                int values = inputs + instructions.size();
                int a = random.nextInt(values);
                int b = op.arity() > 1 ? random.nextInt(values) : -1;
                int c = op.arity() > 2 ? random.nextInt(values) : -1;
                instructions.add(new Instruction(op, a, b, c));
            }
        }
        List<Integer> outputs = new ArrayList<>();
        for (int o = 0; o < 1 + random.nextInt(3); o++) {
            outputs.add(random.nextInt(inputs + count));
        }
        return new LoopCode(type, broadcast, instructions, outputs);
    }

    @Test
    void anyDivisionIntoBlocksGivesTheSameBits() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            LoopCode code = randomCode(random);
            LoopRun run = LoopRun.random(code, 1 + random.nextInt(9), 1 + random.nextInt(90), true, random);
            LoopRun expected = run.copy().evaluate();
            for (LoopCompiler compiler : COMPILERS) {
                LoopRun divided = run.copy();
                List<int[]> blocks = new ArrayList<>();
                int rowCut = random.nextInt(run.rows + 1);
                int colCut = random.nextInt(run.columns + 1);
                blocks.add(new int[] {0, rowCut, 0, colCut});
                blocks.add(new int[] {rowCut, run.rows, 0, colCut});
                blocks.add(new int[] {0, rowCut, colCut, run.columns});
                blocks.add(new int[] {rowCut, run.rows, colCut, run.columns});
                Collections.shuffle(blocks, random);
                for (int[] b : blocks) {
                    divided.run(compiler.loop(code), b[0], b[1], b[2], b[3]);
                }
                divided.assertSame(expected, "seed " + seed + ", " + name(compiler));
            }
        }
    }

    /** The way from the scalar form through trials to the vector form must not show in the results. */
    @Test
    void warmingUpDoesNotShow() {
        LoopCode code = new LoopCode(
                DType.FLOAT32,
                List.of(false, true),
                List.of(new Instruction(Elementwise.EXP, 0, -1, -1), new Instruction(Elementwise.ADD, 2, 1, -1)),
                List.of(3));
        Loop loop = KernelProvider.kernels().loop(code);
        Random random = new Random(7);
        LoopRun wide = LoopRun.random(code, 3, 5000, true, random);
        LoopRun narrow = LoopRun.random(code, 300, 11, false, random);
        LoopRun wideExpected = wide.copy().evaluate();
        LoopRun narrowExpected = narrow.copy().evaluate();
        for (int i = 0; i < 2000; i++) { // about 600 trials make it fast
            wide.run(loop).assertSame(wideExpected, "wide");
            narrow.run(loop).assertSame(narrowExpected, "narrow");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SQRT", "EXP", "POW", "UNIFORM", "ERF", "TANH"})
    void operationsThatIntegersLackAreRefusedByName(Elementwise op) {
        LoopCode code = LoopRun.single(op, DType.INT32, new boolean[op.arity()]);
        for (LoopCompiler compiler : COMPILERS) {
            String message = String.valueOf(assertThrows(UnsupportedOperationException.class, () -> compiler.loop(code))
                    .getMessage());
            assertTrue(message.contains(op.name()) && message.contains("INT32"), message);
        }
    }

    @Test
    void integerDivisionByZeroIsJavas() {
        LoopCode code = LoopRun.single(Elementwise.DIV, DType.INT32, false, false);
        Loop loop = COMPILERS.get(0).loop(code);
        Object[] arrays = {new int[] {1}, new int[] {0}, new int[1]};
        int[] zeros = new int[3];
        assertThrows(
                ArithmeticException.class,
                () -> loop.run(arrays, zeros, new int[] {0, 1, 2}, zeros, zeros, 1, 0, 1, 0, 1));
    }

    @Test
    void equalCodesShareALoop() {
        LoopCode code = LoopRun.single(Elementwise.ADD, DType.FLOAT32, false, true);
        LoopCode equal = LoopRun.single(Elementwise.ADD, DType.FLOAT32, false, true);
        LoopCompiler compiler = new LoopCompiler(1);
        assertSame(compiler.loop(code), compiler.loop(equal));
    }

    @Test
    void longCodesWork() {
        List<Instruction> instructions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            instructions.add(new Instruction(i % 2 == 0 ? Elementwise.ADD : Elementwise.MINIMUM, i + 1, 0, -1));
        }
        LoopCode code = new LoopCode(DType.FLOAT32, List.of(false, true), instructions, List.of(41, 20));
        check(LoopRun.random(code, 2, 37, true, new Random(3)), "long code");
        assertEquals(4 + 20 + 40, code.cost());
    }
}
