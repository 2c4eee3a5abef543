package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.FusedGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
    /** One more element than loops have that are merged although they share nothing. */
    private static final int LARGE = 2049;

    private final ProgramBuilder builder = Passes.builder();

    private Value input(int... dims) {
        return Passes.input(builder, dims);
    }

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    private Value exp(Value x) {
        return map(Elementwise.EXP, x);
    }

    private Value neg(Value x) {
        return map(Elementwise.NEG, x);
    }

    private Value add(Value a, Value b) {
        return map(Elementwise.ADD, a, b);
    }

    /** Returns the groups in the order in which they run, having checked that they can. */
    private List<FusedGroup> fuse(Value... outputs) {
        return new Passes(builder, 1, outputs).schedule.groups;
    }

    private void fuses(String expected, Value... outputs) {
        assertEquals(expected, Passes.text(fuse(outputs)));
    }

    // ---- chains

    @Test
    void aChainIsOneLoopThatStoresItsLastValue() {
        Value x = input(4);
        Value a = exp(x);
        Value b = add(a, x);
        List<FusedGroup> groups = fuse(neg(b));
        assertEquals("exp add neg", Passes.text(groups));
        assertEquals(List.of(x), groups.get(0).inputs());
    }

    @Test
    void whatIsFetchedOnTheWayIsStoredToo() {
        Value a = exp(input(4));
        Value b = neg(a);
        List<FusedGroup> groups = fuse(a, b);
        assertEquals(List.of(a, b), groups.get(0).outputs());
        assertEquals(1, groups.size());
    }

    @Test
    void withoutFusionEveryOperationIsAGroup() {
        Value x = input(4);
        Value a = exp(x);
        Value b = neg(a);
        Computation computation = builder.build(List.of(b));
        Liveness liveness = new Liveness(computation.values(), computation.outputs(), List.of());
        List<FusedGroup> groups = Fusion.none(liveness);
        assertEquals("exp; neg", Passes.text(groups));
        assertEquals(List.of(a), groups.get(0).outputs());
    }

    // ---- depths

    @Test
    void aPathThatLeavesTheLoopEndsIt() {
        Value x = input(4);
        Value a = exp(x);
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        List<FusedGroup> groups = fuse(map(Elementwise.DIV, a, sum));
        assertEquals("exp; sum; div", Passes.text(groups));
        assertEquals(List.of(a, sum), groups.get(2).inputs());
    }

    @Test
    void otherShapesAndTypesHaveLoopsOfTheirOwn() {
        Value row = neg(input(4));
        Value matrix = add(row, input(3, 4));
        Value doubles = builder.cast(matrix, DType.FLOAT64);
        fuses("neg; add; cast; exp", exp(doubles));
        Value a = input(4);
        Value b = builder.input(DType.FLOAT64, Shape.of(4));
        fuses("abs; sqrt", map(Elementwise.ABS, a), map(Elementwise.SQRT, b));
    }

    @Test
    void operationsOfOneDepthMeetAcrossTheirPaths() {
        Value x = input(4);
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        Value max = builder.reduce(Reduction.MAX, x, 0);
        Value a = map(Elementwise.SUB, x, max);
        Value b = map(Elementwise.MUL, a, sum);
        fuses("sum; max; sub mul", b);
    }

    @Test
    void leavesAddNoDepth() {
        State state = Passes.state(4);
        Value a = add(builder.state(state), builder.number(DType.FLOAT32, 2));
        Value b = add(a, input(4));
        fuses("add add", b);
    }

    // ---- sinking

    @Test
    void aComparisonIsMadeWhereItIsUsed() {
        Value x = input(4);
        Value positive = map(Elementwise.GREATER, x, builder.number(DType.FLOAT32, 0));
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        Value y = map(Elementwise.SELECT, positive, sum, x);
        fuses("sum; greater select", y);
    }

    @Test
    void aChainOfWhatIsStoredAnywayIsMadeWhereItIsUsed() {
        Value a = exp(input(4));
        Value positive = map(Elementwise.GREATER, a, builder.number(DType.FLOAT32, 0));
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        Value y = map(Elementwise.SELECT, positive, sum, a);
        List<FusedGroup> groups = fuse(y);
        assertEquals("exp; sum; greater select", Passes.text(groups));
        assertSame(a, groups.get(2).inputs().get(0));
    }

    @Test
    void nothingSinksThatWouldHaveItsOperandStored() {
        Value x = input(4);
        Value a = exp(x);
        Value positive = map(Elementwise.GREATER, a, x);
        Value other = map(Elementwise.MUL, a, x);
        Value sum = builder.reduce(Reduction.SUM, other, 0);
        Value y = map(Elementwise.SELECT, positive, sum, x);
        List<FusedGroup> groups = fuse(y);
        assertEquals("exp greater mul -> 2; sum; select", Passes.text(groups));
    }

    @Test
    void whatIsFetchedOrUsedInTwoLoopsStays() {
        Value x = input(4);
        Value zero = builder.number(DType.FLOAT32, 0);
        Value fetched = map(Elementwise.GREATER, x, zero);
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        fuses("greater; sum; select", fetched, map(Elementwise.SELECT, fetched, sum, x));
        Value twice = map(Elementwise.EQ, x, zero);
        Value first = map(Elementwise.SELECT, twice, sum, x);
        Value max = builder.reduce(Reduction.MAX, first, 0);
        fuses("sum; eq; select; max; mul", map(Elementwise.MUL, twice, max));
    }

    @Test
    void whatIsReadAsAWholeStays() {
        Value x = input(4);
        Value positive = map(Elementwise.GREATER, x, builder.number(DType.FLOAT32, 0));
        Value count = builder.reduce(Reduction.SUM, positive, 0);
        fuses("greater; sum; add", add(positive, count));
    }

    @Test
    void anOperandThatIsFetchedIsStoredAnyway() {
        Value x = input(4);
        Value a = exp(x);
        Value half = map(Elementwise.SQRT, a);
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        fuses("exp; sum; sqrt mul", a, map(Elementwise.MUL, half, sum));
    }

    // ---- values that are computed again

    @Test
    void randomNumbersAreDrawnAgainRatherThanStored() {
        Value u = builder.uniform(DType.FLOAT32, Shape.of(4));
        Value x = input(4);
        Value a = map(Elementwise.MUL, u, x);
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        Value b = map(Elementwise.MUL, map(Elementwise.SUB, u, x), sum);
        List<FusedGroup> groups = fuse(b);
        assertEquals("uniform mul; sum; uniform sub mul", Passes.text(groups));
    }

    @Test
    void aMaskIsComputedAgain() {
        Value u = builder.uniform(DType.FLOAT32, Shape.of(4));
        Value mask = map(Elementwise.GREATER, u, builder.number(DType.FLOAT32, 0.5));
        Value scaled = map(Elementwise.MUL, mask, builder.number(DType.FLOAT32, 2));
        Value a = map(Elementwise.MUL, scaled, input(4));
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        Value b = map(Elementwise.MUL, scaled, sum);
        fuses("uniform greater mul mul; sum; uniform greater mul mul", b);
    }

    @Test
    void whatIsLongIsStored() {
        Value number = builder.number(DType.FLOAT32, 2);
        Value chain = builder.broadcast(number, Shape.of(4));
        for (int i = 0; i < 3; i++) {
            chain = neg(chain);
        }
        Value fifth = neg(chain);
        Value sum = builder.reduce(Reduction.SUM, fifth, 0);
        List<FusedGroup> groups = fuse(map(Elementwise.MUL, fifth, sum));
        assertEquals("copy neg neg neg neg; sum; mul", Passes.text(groups));
        Value fourth = builder.reduce(Reduction.SUM, chain, 0);
        groups = fuse(map(Elementwise.MUL, chain, fourth));
        assertEquals(
                "copy neg neg neg; sum; copy neg neg neg mul",
                Passes.text(groups),
                "stored for the sum, and again computed for the product");
    }

    @Test
    void whatDependsOnAnArrayIsNotComputedAgain() {
        Value x = input(4);
        Value a = neg(x);
        Value sum = builder.reduce(Reduction.SUM, x, 0);
        Value other = map(Elementwise.MUL, exp(a), sum);
        Value max = builder.reduce(Reduction.MAX, other, 0);
        List<FusedGroup> groups = fuse(add(a, max));
        assertEquals(
                1, groups.stream().filter(group -> group.members().contains(a)).count());
    }

    @Test
    void fetchedRandomNumbersAreStoredOnce() {
        Value u = builder.uniform(DType.FLOAT32, Shape.of(4));
        Value sum = builder.reduce(Reduction.SUM, u, 0);
        List<FusedGroup> groups = fuse(u, map(Elementwise.MUL, input(4), sum));
        assertEquals("uniform; sum; mul", Passes.text(groups));
    }

    @Test
    void singleNumbersAreStored() {
        Value u = builder.uniform(DType.FLOAT32, Shape.scalar());
        Value a = add(input(4), u);
        Value b = add(input(5), u);
        fuses("uniform; add; add", a, b);
    }

    // ---- limits

    @Test
    void powersHaveLoopsOfTheirOwn() {
        Value x = input(4);
        Value a = add(x, x);
        Value power = map(Elementwise.POW, a, x);
        fuses("add; pow; neg exp", exp(neg(power)));
        fuses("pow; pow", map(Elementwise.POW, map(Elementwise.POW, x, x), x));
    }

    @Test
    void theCostOfALoopIsLimited() {
        Value chain = exp(exp(input(4))); // 25 each, of 60
        for (int i = 0; i < 10; i++) {
            chain = neg(chain);
        }
        fuses("exp exp neg neg neg neg neg neg neg neg neg neg", chain);
        fuses("exp exp neg neg neg neg neg neg neg neg neg neg; neg exp", exp(neg(chain)));
    }

    @Test
    void whatALoopHasComputedForAnotherFunctionCostsNothing() {
        Value x = input(4);
        Value cdf = map(Elementwise.NORMAL_CDF, x); // 40 of 60, which includes the 25 of the other for the same x
        fuses("normal_cdf gaussian add", add(cdf, map(Elementwise.GAUSSIAN, x)));
        fuses("normal_cdf; gaussian add", add(cdf, map(Elementwise.GAUSSIAN, input(4))));
    }

    @Test
    void whatIsComputedAgainCounts() {
        Value u = builder.uniform(DType.FLOAT32, Shape.of(4)); // 58 of 60
        Value x = input(4);
        Value a = neg(neg(neg(x)));
        fuses("neg neg neg; uniform mul", map(Elementwise.MUL, a, u));
        fuses("neg uniform mul", map(Elementwise.MUL, neg(x), u));
    }

    @Test
    void theArraysOfALoopAreLimited() {
        Value sum = add(input(4), input(4));
        for (int i = 0; i < 13; i++) {
            sum = add(sum, input(4));
        }
        assertEquals(1, fuse(sum).size());
        Value another = add(sum, input(4));
        List<FusedGroup> groups = fuse(another);
        assertEquals(2, groups.size());
        assertEquals(List.of(another), groups.get(1).members());
    }

    @Test
    void arraysThatAreReadAgainDoNotCount() {
        Value x = input(4);
        Value sum = add(x, x);
        for (int i = 0; i < 13; i++) {
            sum = add(sum, input(4));
        }
        for (int i = 0; i < 5; i++) {
            sum = add(sum, x);
        }
        assertEquals(1, fuse(sum).size());
    }

    @Test
    void storedValuesCountAsArrays() {
        Value[] stored = new Value[17];
        Value chain = input(4);
        for (int i = 0; i < stored.length; i++) {
            chain = neg(chain);
            stored[i] = chain;
        }
        List<FusedGroup> groups = fuse(stored);
        assertEquals(
                List.of(15, 2), groups.stream().map(g -> g.members().size()).toList());
    }

    // ---- loops that share nothing

    @Test
    void smallLoopsAreMergedAndLargeOnesAreNot() {
        fuses("exp neg -> 2", exp(input(LARGE - 1)), neg(input(LARGE - 1)));
        fuses("exp; neg", exp(input(LARGE)), neg(input(LARGE)));
    }

    @Test
    void largeLoopsThatReadOneArrayAreMerged() {
        Value x = input(LARGE);
        fuses("exp neg -> 2", exp(x), neg(x));
        Value number = input();
        fuses("add; add", add(input(LARGE), number), add(input(LARGE), number));
    }

    @Test
    void largeLoopsThatMeetLaterAreMerged() {
        Value a = exp(input(LARGE));
        Value b = neg(input(LARGE));
        Value c = map(Elementwise.ABS, input(LARGE));
        fuses("exp neg abs add add", add(add(a, b), c));
        Value d = map(Elementwise.SQRT, input(LARGE));
        fuses("sqrt; exp neg add", add(a, b), d);
    }

    // ---- updates

    @Test
    void updatesHaveLoopsOfTheirOwn() {
        Value x = input(4);
        State state = Passes.state(4);
        Value old = builder.state(state);
        Value a = exp(x);
        Value next = map(Elementwise.SUB, old, a);
        builder.assign(state, next);
        fuses("exp; sub", a);
    }

    @Test
    void whatIsFetchedIsNoUpdate() {
        Value x = input(4);
        State state = Passes.state(4);
        Value next = map(Elementwise.SUB, builder.state(state), exp(x));
        builder.assign(state, next);
        fuses("exp sub", next);
    }

    @Test
    void whatServesAnUpdateAndMoreIsNoUpdate() {
        State state = Passes.state(4);
        Value a = exp(input(4));
        Value next = map(Elementwise.SUB, builder.state(state), a);
        builder.assign(state, next);
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        fuses("exp; sum; sub", sum);
    }

    @Test
    void aWholeUpdateIsOneLoop() {
        State weights = Passes.state(4);
        State velocity = Passes.state(4);
        Value v = map(Elementwise.MUL, builder.state(velocity), builder.number(DType.FLOAT32, 0.9));
        Value next = add(v, input(4));
        builder.assign(velocity, next);
        builder.assign(weights, map(Elementwise.SUB, builder.state(weights), next));
        fuses("mul add sub -> 2");
    }

    // ---- loops after products

    private Value product(int m, int n) {
        return builder.matmul(input(m, 5), input(5, n), false, false);
    }

    @Test
    void aLoopFollowsTheProductThatItReads() {
        Value product = product(3, 8);
        Value bias = input(8);
        List<FusedGroup> groups = fuse(map(Elementwise.RELU, add(product, bias)));
        assertEquals("matmul add relu", Passes.text(groups));
        FusedGroup group = groups.get(0);
        assertSame(product, group.first());
        FusedGroup loop = group.loop();
        assertNotNull(loop);
        assertEquals("add relu", Passes.text(loop));
        assertEquals(List.of(product, bias), loop.inputs());
    }

    @Test
    void aLoopDoesNotFollow() {
        fuses("matmul; neg", neg(product(3, 7))); // too narrow
        fuses("matmul neg", neg(product(3, 8)));
        Value kept = product(3, 8);
        fuses("matmul; neg", kept, neg(kept));
        Value readElsewhere = product(3, 8);
        fuses("matmul; sum; neg", builder.reduce(Reduction.SUM, readElsewhere, 0), neg(readElsewhere));
        Value batch = builder.matmul(input(2, 3, 5), input(5, 8), false, false);
        fuses("matmul; neg", neg(batch));
        Value row = product(1, 8);
        fuses("matmul; add", add(row, input(3, 8))); // of another shape
    }

    @Test
    void aLoopThatReadsSomethingDeeperDoesNotFollow() {
        Value product = product(3, 8);
        Value deeper = builder.reduce(Reduction.SUM, exp(input(8, 4)), 1);
        fuses("matmul; exp; sum; add", add(product, deeper));
        assertNull(fuse(add(product, deeper)).get(0).loop());
    }

    @Test
    void aLoopFollowsTheLastOfSeveralProducts() {
        Value first = product(3, 8);
        Value second = product(3, 8);
        List<FusedGroup> groups = fuse(map(Elementwise.MUL, second, first));
        assertEquals("matmul; matmul mul", Passes.text(groups));
        assertSame(first, groups.get(0).first());
        assertSame(second, groups.get(1).first());
    }

    @Test
    void ofTwoLoopsThatReadAProductNoneFollows() {
        Value product = product(65, 64); // more elements than loops have that are merged
        Value a = map(Elementwise.POW, product, input(65, 64));
        Value b = neg(product);
        fuses("matmul; pow; neg", a, b);
    }

    // ---- sums of images

    @Test
    void aLoopOverImagesSumsWhatNothingElseReads() {
        Value x = input(2, 3, 4, 5);
        Value y = exp(x);
        Value squares = map(Elementwise.MUL, y, y);
        Value sum = builder.reduce(Reduction.SUM, squares, 1, 2);
        List<FusedGroup> groups = fuse(y, sum);
        assertEquals(1, groups.size());
        assertEquals(List.of(y, squares, sum), groups.get(0).members());
        assertEquals(List.of(y, sum), groups.get(0).outputs());
        assertEquals(List.of(y, sum), groups.get(0).written());
        assertTrue(groups.get(0).hasSums());
        assertTrue(groups.get(0).isSum(sum));
        assertFalse(groups.get(0).isSum(y));
        assertNull(groups.get(0).product());
        assertFalse(groups.get(0).isLoop());
    }

    @Test
    void aSumOverOtherAxesIsApart() {
        Value y = exp(input(2, 3, 4, 5));
        assertEquals(2, fuse(builder.reduce(Reduction.SUM, y, 1)).size());
        assertEquals(
                2,
                fuse(builder.reduce(Reduction.MAX, exp(input(2, 3, 4, 6)), 1, 2))
                        .size());
        assertEquals(
                2,
                fuse(builder.reduce(Reduction.SUM, exp(input(3, 4, 6)), 0, 1)).size());
    }

    /** Large images are shifted again in each loop; the shifted images are not stored. */
    @Test
    void largeImagesAreShiftedWhereTheyAreRead() {
        for (int images : new int[] {2, 1024}) {
            Value x = input(images, 4, 8, 8);
            Value row = input(8);
            Value shifted = map(Elementwise.SUB, x, row);
            Value sum = builder.reduce(Reduction.SUM, map(Elementwise.MUL, shifted, shifted), 0, 1, 2);
            Value y = map(Elementwise.MUL, shifted, sum);
            List<FusedGroup> groups = fuse(y);
            FusedGroup last = groups.get(groups.size() - 1);
            assertEquals(images == 1024, last.members().contains(shifted));
            assertEquals(images == 1024, last.inputs().contains(x));
        }
    }

    @Test
    void whatFollowsAShiftIsNotComputedAgain() {
        Value x = input(1024, 4, 8, 8);
        Value y = neg(map(Elementwise.ADD, x, input(8)));
        Value sum = builder.reduce(Reduction.MAX, y, 0, 1, 2);
        List<FusedGroup> groups = fuse(map(Elementwise.MUL, y, sum));
        assertEquals(List.of(y, sum), groups.get(groups.size() - 1).inputs());
    }

    @Test
    void whatIsNotStoredIsNotShiftedAgain() {
        Value row = input(8);
        Value x = exp(input(1024, 4, 8, 8));
        Value shifted = map(Elementwise.SUB, x, row);
        Value sum = builder.reduce(Reduction.SUM, map(Elementwise.MUL, shifted, shifted), 0, 1, 2);
        List<FusedGroup> groups = fuse(map(Elementwise.MUL, shifted, sum));
        assertEquals(List.of(shifted, sum), groups.get(groups.size() - 1).inputs());
    }
}
