package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.IterationBuilder;
import dev.autodiff.ir.IterationBuilder.Part;
import dev.autodiff.ir.IterationBuilder.Wanted;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.PackedScalar;
import dev.autodiff.runtime.Program;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Repeated computations: what is moved out of them, and their results on threads. */
class IterationTest {
    private static final int STEPS = 6;
    private static final int ROWS = 64;
    private static final int UNITS = 96;

    private static NDArray random(int... dims) {
        Random random = new Random(11);
        NDArray array = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
        float[] values = (float[]) array.storage();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return array;
    }

    /** h' = tanh(x w + h u), of which all h, the last, and the sum of x'h are wanted. */
    private static Program program(Kernels kernels, ThreadTeam team, CompileOptions options) {
        ProgramBuilder ir = Compiler.builder(options);
        Value x = ir.input(DType.FLOAT32, Shape.of(STEPS, ROWS, 8));
        Value h = ir.input(DType.FLOAT32, Shape.of(ROWS, UNITS));
        Value w = ir.input(DType.FLOAT32, Shape.of(8, UNITS));
        Value u = ir.input(DType.FLOAT32, Shape.of(UNITS, UNITS));
        IterationBuilder iteration = new IterationBuilder(ir, STEPS, false);
        ProgramBuilder body = iteration.body();
        Value slice = iteration.sequence(x);
        Value before = iteration.state(h);
        Value sum = body.map(
                Elementwise.ADD,
                body.matmul(slice, iteration.captured(w), false, false),
                body.matmul(before, iteration.captured(u), false, false));
        Value after = body.map(Elementwise.TANH, sum);
        List<Value> results = iteration.build(
                List.of(after),
                List.of(
                        new Wanted(Part.ALL, after),
                        new Wanted(Part.SUM, body.matmul(slice, before, true, false)),
                        new Wanted(Part.ALL, before)),
                List.of(0));
        return Compiler.compile(ir.build(results), options, kernels, team);
    }

    private static List<NDArray> run(Program program) {
        return program.run(random(STEPS, ROWS, 8), random(ROWS, UNITS), random(8, UNITS), random(UNITS, UNITS));
    }

    @Test
    void whatNeedsNoStateIsComputedForAllStepsAtOnce() {
        try (ThreadTeam team = new ThreadTeam(1)) {
            String text = program(KernelProvider.kernels(), team, CompileOptions.OPTIMIZED)
                    .describe();
            assertTrue(text.contains("matmul 384x8 . 8x96"), text);
            assertTrue(text.contains("6 x (matmul 64x96 . 96x96, add tanh copy)"), text);
            assertTrue(text.contains("matmul 8x384 . 384x96"), text);
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        for (Kernels kernels : List.of(KernelProvider.kernels(), PackedScalar.kernels())) {
            List<NDArray> expected;
            try (ThreadTeam team = new ThreadTeam(1)) {
                expected = run(program(kernels, team, CompileOptions.OPTIMIZED));
            }
            for (int threads = 2; threads <= 4; threads++) {
                try (ThreadTeam team = new ThreadTeam(threads)) {
                    Program program = program(kernels, team, CompileOptions.OPTIMIZED);
                    for (int i = 0; i < 3; i++) {
                        assertEquals(expected, run(program), threads + " threads");
                    }
                }
            }
        }
    }

    @Test
    void passesDoNotChangeResultsButForRounding() {
        try (ThreadTeam team = new ThreadTeam(2)) {
            List<NDArray> optimized = run(program(KernelProvider.kernels(), team, CompileOptions.OPTIMIZED));
            List<NDArray> plain = run(program(KernelProvider.kernels(), team, CompileOptions.PLAIN));
            for (int i = 0; i < plain.size(); i++) {
                double[] expected = plain.get(i).toDoubles();
                double[] actual = optimized.get(i).toDoubles();
                for (int k = 0; k < expected.length; k++) {
                    assertEquals(expected[k], actual[k], 1e-5);
                }
            }
        }
    }

    /** h' = tanh(x + h u + g v) with g = sigmoid(h w), which is wanted of every step. */
    private static Program gate(Kernels kernels, ThreadTeam team) {
        ProgramBuilder ir = Compiler.builder(CompileOptions.OPTIMIZED);
        Value x = ir.input(DType.FLOAT32, Shape.of(STEPS, ROWS, UNITS));
        Value h = ir.input(DType.FLOAT32, Shape.of(ROWS, UNITS));
        Value u = ir.input(DType.FLOAT32, Shape.of(UNITS, UNITS));
        Value v = ir.input(DType.FLOAT32, Shape.of(UNITS, UNITS));
        IterationBuilder iteration = new IterationBuilder(ir, STEPS, false);
        ProgramBuilder body = iteration.body();
        Value w = ir.input(DType.FLOAT32, Shape.of(UNITS, UNITS));
        Value slice = iteration.sequence(x);
        Value before = iteration.state(h);
        Value gate = body.map(Elementwise.SIGMOID, body.matmul(before, iteration.captured(w), false, false));
        Value sum = body.map(Elementwise.ADD, slice, body.matmul(before, iteration.captured(u), false, false));
        Value ofGate = body.matmul(gate, iteration.captured(v), false, false);
        Value after = body.map(Elementwise.TANH, body.map(Elementwise.ADD, sum, ofGate));
        List<Value> results = iteration.build(List.of(after), List.of(new Wanted(Part.ALL, gate)), List.of());
        return Compiler.compile(ir.build(results), CompileOptions.OPTIMIZED, kernels, team);
    }

    @Test
    void rowsArePreparedOnceForAllProductsOfAStepAndTheLastComputesNoStateThatNothingReads() {
        NDArray weights = random(UNITS, UNITS);
        NDArray[] inputs = {random(STEPS, ROWS, UNITS), random(ROWS, UNITS), weights, weights, weights};
        PackedScalar packed = new PackedScalar();
        try (ThreadTeam one = new ThreadTeam(1);
                ThreadTeam two = new ThreadTeam(2)) {
            List<NDArray> expected = gate(KernelProvider.kernels(), one).run(inputs);
            assertEquals(expected, gate(PackedScalar.kernels(packed), two).run(inputs));
        }
        int parts = 2;
        assertEquals(parts * (STEPS - 1), packed.productsOfSameRows.get());
        assertEquals(parts * (2 * STEPS - 1), packed.products.get(), "one of three in the last step");
    }
}
