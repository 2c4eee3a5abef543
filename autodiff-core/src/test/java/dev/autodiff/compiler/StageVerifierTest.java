package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.RowGroup;
import dev.autodiff.runtime.Stage;
import dev.autodiff.runtime.Stages;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every race that the verifier knows is made and found. */
class StageVerifierTest {
    private final ProgramBuilder builder = Passes.builder();
    private final List<Stage> stages = new ArrayList<>();
    private final IdentityHashMap<Packing, Integer> turns = new IdentityHashMap<>();

    private Value input(int... dims) {
        return Passes.input(builder, dims);
    }

    private Value neg(Value x) {
        return builder.map(Elementwise.NEG, x);
    }

    /** Returns a copy that reads its operand as a whole. */
    private Value copy(Value x) {
        return builder.concat(0, x);
    }

    private Passes passes(Value... outputs) {
        return new Passes(builder, 4, outputs);
    }

    private void inOrder(Instruction... instructions) {
        stages.add(new Stage.InOrder(instructions));
    }

    private void sideBySide(ThreadTeam.Task... tasks) {
        stages.add(new Stage.SideBySide(
                List.of(tasks).stream().map(task -> new Stage.Share(task, 1, 1)).toList()));
    }

    private void inParts(ThreadTeam.Task... tasks) {
        stages.add(new Stage.SideBySide(
                List.of(tasks).stream().map(task -> new Stage.Share(task, 2, 1)).toList()));
    }

    private static Packing packing(Instruction product) {
        return Objects.requireNonNull(product.packing());
    }

    private static Stage.Batch batch(ThreadTeam.Task... tasks) {
        return new Stage.Batch(tasks);
    }

    private static RowGroup rows(int rows, Instruction... members) {
        RowGroup group = new RowGroup(rows);
        for (Instruction member : members) {
            group.add(member);
        }
        return group;
    }

    private void passes(Passes passes) {
        StageVerifier.verify(passes.instructions, new Stages(stages, turns), passes.layout);
        stages.clear();
    }

    private void fails(String defect, Passes passes) {
        Refused.with(
                IllegalStateException.class,
                () -> StageVerifier.verify(passes.instructions, new Stages(stages, turns), passes.layout),
                defect);
        stages.clear();
    }

    // ---- what runs

    @Test
    void everyInstructionRunsOnce() {
        Value x = input(10, 10);
        Passes passes = passes(copy(x), copy(x));
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        inOrder(a);
        fails("concat 100 does not run", passes);
        inOrder(a, b, a);
        fails("concat 100 runs twice", passes);
        inOrder(a);
        sideBySide(a, b);
        fails("runs twice", passes);
        sideBySide(a, b);
        passes(passes);
        Stage unknown = (workspace, team) -> {};
        stages.add(unknown);
        fails("An unknown stage", passes);
        sideBySide((context, part, parts) -> {});
        fails("A stage runs a task of no instruction", passes);
    }

    @Test
    void callsRunAlone() {
        Value x = input(10, 10);
        Value called = builder.call("f", (inputs, output) -> {}, DType.FLOAT32, x.shape(), x);
        Passes passes = passes(called, neg(x));
        Instruction call = passes.instructions.get(0);
        Instruction other = passes.instructions.get(1);
        inOrder(call, other);
        passes(passes);
        sideBySide(call, other);
        fails("call f may run beside others", passes);
        sideBySide(call);
        sideBySide(other);
        fails("call f may run beside others", passes);
    }

    // ---- order

    /** Two instructions of which the second reads the first one's result as a whole. */
    private Passes two() {
        return passes(copy(copy(input(10, 10))));
    }

    @Test
    void readersAfterWriters() {
        Passes passes = two();
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        String race = "concat 100 may run before concat 100 is done with the same memory";
        inOrder(a, b);
        passes(passes);
        inOrder(b, a);
        fails(race, passes);
        sideBySide(a, b);
        fails(race, passes);
        sideBySide(a);
        sideBySide(b);
        passes(passes);
        sideBySide(b);
        sideBySide(a);
        fails(race, passes);
        sideBySide(batch(a, b));
        passes(passes);
        sideBySide(batch(b, a));
        fails(race, passes);
        sideBySide(batch(a, batch(b)));
        passes(passes);
        sideBySide(batch(a), batch(b));
        fails(race, passes);
    }

    @Test
    void writersAfterReadersAndWriters() {
        Value a = copy(input(100));
        Value b = copy(a);
        Value c = copy(b); // in the memory of a
        Value d = copy(c);
        Passes passes = new Passes(builder, 1, d);
        Instruction[] all = passes.instructions.toArray(new Instruction[0]);
        inOrder(all);
        passes(passes);
        inOrder(all[0], all[1]);
        sideBySide(all[2], all[3]);
        fails("concat 100 may run before concat 100 is done", passes);
        inOrder(all[0]);
        sideBySide(all[1], all[2]);
        fails("may run before", passes);
    }

    @Test
    void aWriterWaitsForEveryReader() {
        Value a = copy(input(100));
        Value b = builder.reduce(Reduction.SUM, a, 0);
        Value c = neg(a); // in the place of a, which the sum reads
        Passes passes = new Passes(builder, 1, b, c);
        Instruction[] all = passes.instructions.toArray(new Instruction[0]);
        inOrder(all);
        passes(passes);
        inOrder(all[0]);
        sideBySide(all[1], all[2]);
        fails("neg may run before sum 1x100x1 is done", passes);
    }

    @Test
    void aWriterWaitsForTheWriterBefore() {
        Value a = copy(input(100));
        Value b = neg(a); // in the place of a
        Passes passes = new Passes(builder, 1, b);
        Instruction[] all = passes.instructions.toArray(new Instruction[0]);
        inOrder(all);
        passes(passes);
        sideBySide(all[0], all[1]);
        fails("neg may run before concat 100", passes);
    }

    // ---- rows

    @Test
    void rowsOfRowGroups() {
        Passes passes = passes(builder.softmax(builder.softmax(input(10, 10), false), false));
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        inParts(rows(10, a, b));
        passes(passes);
        inParts(rows(10, b, a));
        fails("may run before", passes);
        sideBySide(rows(10, a, b));
        passes(passes);
        inParts(rows(10, a), rows(10, b));
        fails("may run before", passes);
    }

    @Test
    void otherRowsOfARowGroup() {
        Value y = builder.softmax(input(10, 10), false);
        Value flat = builder.reshape(y, Shape.of(20, 5));
        Passes passes = passes(builder.softmax(flat, false));
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        inParts(rows(10, a, b));
        fails("softmax 20x5 is not computed in the rows of its group", passes);
        sideBySide(rows(20, a, b));
        fails("softmax 10x10 is not computed in the rows of its group", passes);
    }

    @Test
    void aMemberWithoutRows() {
        Passes passes = passes(builder.reduce(Reduction.SUM, input(10), 0));
        inParts(rows(10, passes.instructions.get(0)));
        fails("is not computed in the rows of its group", passes);
    }

    @Test
    void aMemberThatReadsTheWhole() {
        Value y = builder.softmax(input(10, 10), false);
        Passes passes = passes(builder.matmul(input(10, 10), y, false, false));
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        inParts(rows(10, a, b));
        fails("may run before", passes);
    }

    // ---- packing

    private Passes product() {
        Value b = builder.softmax(input(100, 80), false);
        return passes(builder.matmul(input(120, 100), b, false, false));
    }

    @Test
    void productsInOrderPackByThemselves() {
        Passes passes = product();
        Instruction[] all = passes.instructions.toArray(new Instruction[0]);
        inOrder(all);
        fails("has no memory for its packed operand", passes);
        turns.put(packing(all[1]), 0);
        inOrder(all);
        passes(passes);
    }

    @Test
    void packingComesBefore() {
        Passes passes = product();
        Instruction a = passes.instructions.get(0);
        Instruction product = passes.instructions.get(1);
        Packing packing = packing(product);
        turns.put(packing, 0);
        inOrder(a);
        inParts(product.task());
        fails("reads an operand that nothing packs", passes);
        inOrder(a);
        sideBySide(packing);
        inParts(product.task());
        passes(passes);
        inOrder(a);
        sideBySide(packing, product.task());
        fails("runs in the stage in which its operand is packed", passes);
        sideBySide(a, packing);
        inParts(product.task());
        fails("the packing of an operand may run before softmax 100x80 is done", passes);
    }

    @Test
    void rowsArePackedByTheThreadThatComputesThem() {
        Passes passes = product();
        Instruction a = passes.instructions.get(0);
        Instruction product = passes.instructions.get(1);
        turns.put(packing(product), 0);
        RowGroup group = rows(100, a);
        group.pack(packing(product));
        inParts(group);
        inParts(product.task());
        passes(passes);
        sideBySide(group);
        inParts(product.task());
        passes(passes);
        RowGroup fewer = rows(50);
        fewer.pack(packing(product));
        inOrder(a);
        inParts(fewer);
        inParts(product.task());
        fails("the packing of an operand is not computed in the rows of its group", passes);
    }

    @Test
    void operandsTakeTurns() {
        Value h = input(64, 64);
        Value first = neg(builder.matmul(h, h, false, false));
        Value second = neg(builder.matmul(first, first, false, false));
        Passes passes = passes(second);
        Instruction a = passes.instructions.get(0);
        Instruction b = passes.instructions.get(1);
        turns.put(packing(a), 0);
        turns.put(packing(b), 1);
        RowGroup group = rows(64, a);
        group.pack(packing(b));
        sideBySide(packing(a));
        inParts(group);
        inParts(b.task());
        passes(passes);
        turns.put(packing(b), 0);
        sideBySide(packing(a));
        inParts(group);
        inParts(b.task());
        fails("may run before", passes);
        inOrder(a, b);
        passes(passes);
    }
}
