package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.HostFunction;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.Packing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages for kernels that pack; {@link Passes} has each verified. */
class StagePlannerTest {
    private static final HostFunction NOTHING = (inputs, output) -> {};

    private final ProgramBuilder builder = Passes.builder();

    private Value input(int... dims) {
        return Passes.input(builder, dims);
    }

    private Value weights(int... dims) {
        return builder.state(Passes.state(dims));
    }

    private Value product(Value a, Value b) {
        return builder.matmul(a, b, false, false);
    }

    private Value relu(Value x) {
        return builder.map(Elementwise.RELU, x);
    }

    private Value neg(Value x) {
        return builder.map(Elementwise.NEG, x);
    }

    private Value sum(Value x) {
        return builder.reduce(Reduction.SUM, x, 0);
    }

    private Value call(String name, Value... x) {
        return builder.call(name, NOTHING, x[0].dtype(), x[0].shape(), x);
    }

    private Passes stages(int threads, String expected, Value... outputs) {
        Passes passes = new Passes(builder, threads, outputs);
        assertEquals(expected, passes.stageText());
        return passes;
    }

    private static int memories(Passes passes) {
        return new HashSet<>(passes.stages.turns().values()).size();
    }

    // ---- a training step

    private Passes step(int threads, int batch, int... widths) {
        DenseStep step = new DenseStep(builder, batch, widths);
        return new Passes(builder, threads, step.loss);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void aTrainingStepTakesFourStages(int threads) {
        Passes passes = step(threads, 128, 64, 96, 10);
        assertEquals("""
                side by side: pack [64, 96] in PACKS; pack [96, 10] + pack [96, 10] in 1;
                side by side: 128 rows {matmul add relu, matmul add mul mul -> 2, matmul greater select, \
                pack [128, 96]} in THREADS;
                in order: sum; sum; sum; matmul mul sub;
                side by side: matmul mul sub in 2; mul sub + mul sub in 1;
                """.replace("PACKS", "" + 4 * threads).replace("THREADS", "" + threads), passes.stageText());
        assertEquals(5, passes.stages.turns().size());
        assertEquals(4, memories(passes), "gradients come after the weights of the last layer, and take their turn");
    }

    @Test
    void oneThreadDoesEverythingInOrder() {
        Passes passes = step(1, 128, 64, 96, 10);
        assertEquals(
                "in order: matmul add relu; matmul add mul mul -> 2; sum; sum; matmul greater select; sum;"
                        + " matmul mul sub; mul sub; matmul mul sub; mul sub;\n",
                passes.stageText());
        assertEquals(0, passes.stages.turns().size(), "nothing is packed");
    }

    @Test
    void whatIsSmallIsDoneInOrder() {
        assertEquals(
                "in order: matmul; add mul mul -> 2; sum; matmul; sum; mul sub; mul sub;\n",
                step(4, 8, 6, 4).stageText());
    }

    @Test
    void whatIsDoneInOrderPacksInOneMemory() {
        Value x = input(60, 60);
        Passes passes = stages(4, "in order: matmul; matmul;\n", product(product(x, input(60, 20)), input(20, 3)));
        assertEquals(
                1, passes.instructions.stream().filter(i -> i.packing() != null).count());
        assertEquals(List.of(0), List.copyOf(passes.stages.turns().values()));
    }

    @Test
    void theLeastWorkThatIsShared() {
        // Of a loop, operands, results and operations count.
        stages(4, "in order: neg;\n", neg(input((1 << 16) / 3)));
        stages(4, "side by side: neg in 2;\n", neg(input((1 << 16) / 3 + 1)));
    }

    // ---- rows

    @Test
    void rowsGoThroughWhatFollows() {
        Value h = relu(product(input(200, 200), weights(200, 100)));
        stages(4, "side by side: 200 rows {matmul relu, softmax} in 4;\n", builder.softmax(h, false));
    }

    @Test
    void rowsThatAreReducedAndRepeatedStayApart() {
        Value x = input(300, 64);
        Value sums = builder.reduce(Reduction.SUM, builder.map(Elementwise.EXP, x), 1);
        Value column = builder.reshape(sums, Shape.of(300, 1));
        stages(4, "side by side: 300 rows {exp, sum, mul} in 4;\n", builder.map(Elementwise.MUL, x, column));
    }

    @Test
    void rowsOfOtherWidthsAreNotTheSameRows() {
        Value y = neg(input(200, 200));
        Value flat = builder.reshape(y, Shape.of(400, 100));
        stages(4, "side by side: neg in 3;\nside by side: softmax in 4;\n", builder.softmax(flat, false));
    }

    @Test
    void groupsOfOtherRowsRunBesideEachOther() {
        stages(
                4,
                "side by side: matmul relu in 4; matmul relu in 4;\n",
                relu(product(input(120, 100), weights(100, 80))),
                relu(product(input(130, 100), weights(100, 80))));
    }

    @Test
    void whatIsReadWholeComesAStageLater() {
        Value y = neg(input(200, 200));
        Value turned = builder.transpose(neg(y), 1, 0);
        stages(
                4,
                "side by side: neg neg -> 2 in 4;\nside by side: transpose in 1; sum in 1;\n"
                        + "side by side: relu in 4;\n",
                relu(turned),
                sum(y));
    }

    @Test
    void operandsOfARowGroupStayInTheCache() {
        Value h = input(200, 256);
        for (int i = 0; i < 4; i++) {
            h = relu(product(h, weights(256, 256)));
        }
        stages(
                4,
                "side by side: 200 rows {matmul relu, matmul relu} in 6;\n"
                        + "side by side: 200 rows {matmul relu, matmul relu} in 6;\n",
                h);
    }

    @Test
    void oneLargeOperandIsAlwaysTaken() {
        Value h = neg(input(200, 1000));
        stages(4, "side by side: 200 rows {neg, matmul} in 6;\n", product(h, weights(1000, 300)));
    }

    // ---- packing

    @Test
    void anOperandIsPackedOnceForSeveralProducts() {
        Value b = input(256, 256);
        Value beside = product(input(200, 256), b);
        Value first = product(input(256, 256), b);
        Value later = builder.matmul(first, b, true, false);
        Value other = product(input(256, 256), input(256, 256));
        Passes passes = stages(
                4,
                "side by side: pack [256, 256] in 16;\nside by side: matmul in 8; matmul in 6;\n"
                        + "side by side: matmul in 8; pack [256, 256] in 16;\nside by side: matmul in 8;\n",
                beside,
                later,
                other);
        assertEquals(2, memories(passes), "it stays until the last product has read it");
    }

    @Test
    void operandsArePackedAheadOfTheirStage() {
        Value h = input(200, 256);
        for (int i = 0; i < 4; i++) {
            h = relu(product(h, input(256, 256)));
        }
        Passes passes = stages(
                4,
                "side by side: pack [256, 256] in 16; pack [256, 256] in 16;\n"
                        + "side by side: 200 rows {matmul relu, matmul relu} in 6; pack [256, 256] in 16;"
                        + " pack [256, 256] in 16;\n"
                        + "side by side: 200 rows {matmul relu, matmul relu} in 6;\n",
                h);
        assertEquals(4, memories(passes), "those of the next stage are packed while these are read");
    }

    @Test
    void rowsArePackedAsTheyAreComputed() {
        Value w = relu(product(input(100, 50), weights(50, 80)));
        stages(
                4,
                "side by side: 100 rows {matmul relu, pack [100, 80]} in 3;\nside by side: matmul in 4;\n",
                product(input(120, 100), w));
    }

    @Test
    void aMatrixThatIsTransposedIsPackedAsAWhole() {
        Value w = relu(product(input(100, 50), weights(50, 80)));
        stages(
                4,
                "side by side: matmul relu in 3;\nside by side: pack [100, 80] in 16;\nside by side: matmul in 4;\n",
                builder.matmul(input(120, 80), w, false, true));
    }

    @Test
    void twoMemoriesForAChainOfProducts() {
        Value h = input(64, 64);
        for (int i = 0; i < 6; i++) {
            h = neg(product(h, h));
        }
        String rows = "side by side: 64 rows {matmul neg, pack [64, 64]} in 2;\n";
        Passes passes = stages(
                4, "side by side: pack [64, 64] in 16;\n" + rows.repeat(5) + "side by side: matmul neg in 2;\n", h);
        assertEquals(2, memories(passes));
        assertEquals(6, passes.stages.turns().size());
    }

    @Test
    void aStageHasOnlySoManyParts() {
        Value a = product(input(120, 100), input(100, 80));
        Value b = product(input(130, 100), input(100, 80));
        String products = "side by side: matmul in 4; matmul in 4;\n";
        stages(2047, "side by side: pack [100, 80] in 8188; pack [100, 80] in 8188;\n" + products, a, b);
        stages(2048, "side by side: pack [100, 80] in 8192;\nside by side: pack [100, 80] in 8192;\n" + products, a, b);
    }

    @Test
    void smallSharesCountAsParts() {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            outputs.add(sum(input(2000, 2)));
        }
        outputs.add(product(input(120, 100), input(100, 80)));
        outputs.add(product(input(130, 100), input(100, 80)));
        stages(
                2047,
                "side by side: " + "sum + sum + sum in 1; ".repeat(4) + "pack [100, 80] in 8188;\n"
                        + "side by side: pack [100, 80] in 8188;\nside by side: matmul in 4; matmul in 4;\n",
                outputs.toArray(new Value[0]));
    }

    @Test
    void rowsThatOneThreadComputesArePackedAfterwards() {
        Value w = neg(input(16, 64));
        stages(
                4,
                "in order: neg;\nside by side: pack [16, 64] in 16;\nside by side: matmul in 3;\n",
                product(input(400, 16), w));
    }

    // ---- calls

    @Test
    void callsRunAlone() {
        Value x = input(100, 100);
        Value first = call("f", neg(x));
        Value h = relu(product(x, weights(100, 100)));
        Value second = call("g", h, first);
        Value last = relu(product(second, weights(100, 100)));
        stages(
                4,
                "in order: neg; f;\nside by side: matmul relu in 3;\nin order: g;\nside by side: matmul relu in 3;\n",
                last);
    }

    @Test
    void whatDependsOnNoCallWaitsForItNonetheless() {
        Value x = input(100, 100);
        Value called = call("f", x);
        Value product = product(x, weights(100, 100));
        stages(4, "in order: f;\nside by side: 100 rows {matmul, neg} in 4;\n", called, product, neg(called));
    }

    @Test
    void nothingIsPackedBesideACall() {
        Value x = input(100, 100);
        Value called = call("f", x);
        stages(
                4,
                "in order: f;\nside by side: pack [100, 100] in 16;\nside by side: matmul in 3;\n",
                product(called, input(100, 100)));
    }

    // ---- small work

    @Test
    void smallSharesAreTakenTogether() {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            outputs.add(sum(input(2000, 2)));
        }
        outputs.add(sum(input(300, 300)));
        String three = "sum + sum + sum in 1; ";
        stages(4, "side by side: " + three.repeat(6) + "sum in 2; sum + sum in 1;\n", outputs.toArray(new Value[0]));
    }

    @Test
    void whatIsNotSmallIsNotPutTogether() {
        Value exact = sum(input(1 << 12, 2)); // a quarter of the least work of a part
        Value less = sum(input((1 << 12) - 1, 2));
        Value large = sum(input(300, 300));
        stages(4, "side by side: sum in 1; sum in 2; sum in 1;\n", exact, less, large);
    }

    @Test
    void independentWorkOfOnePartEachIsSharedIfItIsEnough() {
        Value a = builder.transpose(input(200, 200), 1, 0);
        Value b = builder.transpose(input(200, 200), 1, 0);
        stages(4, "side by side: transpose in 1; transpose in 1;\n", a, b);
        Value c = builder.transpose(input(180, 180), 1, 0);
        Value d = builder.transpose(input(180, 180), 1, 0);
        stages(4, "in order: transpose; transpose; sum;\n", c, d, sum(c));
    }

    // ---- memory

    @Test
    void whatSharesMemoryIsKeptApart() {
        Value x = input(300, 300);
        Value h = x;
        for (int i = 0; i < 6; i++) {
            h = builder.transpose(neg(h), 1, 0);
        }
        Value other = neg(input(300, 300));
        Passes passes = new Passes(builder, 4, h, other);
        assertEquals(
                "side by side: neg in 4;\nin order: transpose;\n".repeat(6) + "side by side: neg in 4;\n",
                passes.stageText(),
                "the last one depends on nothing, but is put where others were before");
    }

    /** Any operations, any number of threads: the verifiers look for races. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void anything(int seed) {
        java.util.SplittableRandom choice = new java.util.SplittableRandom(seed);
        int n = choice.nextInt(90, 150);
        List<Value> values = new ArrayList<>(List.of(input(n, n), weights(n, n)));
        for (int i = 0; i < 60; i++) {
            Value a = values.get(choice.nextInt(values.size()));
            Value b = values.get(choice.nextInt(Math.max(0, values.size() - 5), values.size()));
            values.add(
                    switch (choice.nextInt(9)) {
                        case 0, 1 -> relu(product(a, b));
                        case 2 -> builder.matmul(a, b, true, false);
                        case 3 -> builder.matmul(a, b, false, true);
                        case 4 -> builder.softmax(a, false);
                        case 5 -> builder.map(Elementwise.ADD, b, sum(a));
                        case 6 -> call("f", a);
                        case 7 -> builder.map(Elementwise.MUL, a, b);
                        default -> builder.transpose(a, 1, 0);
                    });
        }
        Value last = values.get(values.size() - 1);
        for (int threads = 1; threads < 6; threads++) {
            Passes passes = new Passes(builder, threads, last, values.get(40));
            for (Packing packing : passes.stages.turns().keySet()) {
                assertEquals(DType.FLOAT32, packing.operand().dtype());
            }
        }
    }
}
