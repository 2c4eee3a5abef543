package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.Buffer;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every defect that the verifier names is made and found. */
class PlanVerifierTest {
    private final ProgramBuilder builder = Passes.builder();
    private final Value x = Passes.input(builder, 4);
    private final List<FusedGroup> groups = new ArrayList<>();
    private final Map<Value, Buffer> homes = new LinkedHashMap<>();
    private final Map<Value, State> inPlace = new LinkedHashMap<>();
    private final List<Program.Copy> copies = new ArrayList<>();
    private final Slots slots = new Slots(100);

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    private Value add(Value value, int buffer) {
        return add(FusedGroup.single(value), buffer);
    }

    private Value add(FusedGroup group, int buffer) {
        Value value = group.last();
        groups.add(group);
        homes.put(value, new Buffer(buffer, value.dtype(), value.size()));
        return value;
    }

    private void verify(Value... outputs) {
        Computation computation = builder.build(List.of(outputs));
        Buffer[] byId = new Buffer[computation.values().size()];
        Map<Integer, Buffer> same = new LinkedHashMap<>();
        homes.forEach((value, buffer) -> byId[value.id()] = same.computeIfAbsent(buffer.id(), id -> buffer));
        Layout layout = new Layout(slots, List.copyOf(same.values()), byId, inPlace, computation.inputs(), 0);
        PlanVerifier.verify(computation, groups, layout, copies);
    }

    private void fails(String defect, Value... outputs) {
        Refused.with(IllegalStateException.class, () -> verify(outputs), defect);
    }

    @Test
    void aLegalPlan() {
        Value a = add(map(Elementwise.EXP, x), 0);
        Value b = add(map(Elementwise.NEG, a), 0);
        verify(b);
    }

    @Test
    void operandsThatAreNotThere() {
        Value a = map(Elementwise.EXP, x);
        Value b = add(map(Elementwise.NEG, a), 0);
        homes.put(a, new Buffer(1, DType.FLOAT32, 4));
        fails("is read by " + b + ", but was not computed", b);
        add(a, 1);
        fails("but was not computed", b);
    }

    @Test
    void operandsThatWereOverwritten() {
        Value a = add(map(Elementwise.EXP, x), 0);
        Value b = add(map(Elementwise.NEG, x), 0);
        Value c = add(map(Elementwise.ADD, a, b), 1);
        fails("is read by " + c + ", but was overwritten", c);
    }

    @Test
    void outputsThatAreNotThere() {
        Value a = add(map(Elementwise.EXP, x), 0);
        Value b = add(map(Elementwise.NEG, x), 0);
        verify(b);
        fails("is an output, but was overwritten", a, b);
        Value c = map(Elementwise.ABS, x);
        fails("is an output, but was not computed", c);
    }

    @Test
    void aViewIsThereIfItsOperandIs() {
        Value a = add(map(Elementwise.EXP, x), 0);
        Value view = builder.reshape(a, Shape.of(2, 2));
        groups.add(FusedGroup.single(view));
        verify(view);
        add(map(Elementwise.ABS, x), 0);
        fails("is an output, but was overwritten", view);
    }

    @Test
    void aViewOfWhatIsNotThere() {
        Value a = map(Elementwise.EXP, x);
        homes.put(a, new Buffer(0, DType.FLOAT32, 4));
        groups.add(FusedGroup.single(builder.reshape(a, Shape.of(2, 2))));
        fails("but was not computed");
    }

    @Test
    void resultsWithoutMemory() {
        Value a = map(Elementwise.EXP, x);
        groups.add(FusedGroup.single(a));
        fails("has no memory", a);
    }

    @Test
    void buffersThatDoNotFit() {
        Value a = add(map(Elementwise.EXP, x), 0);
        homes.put(a, new Buffer(0, DType.FLOAT64, 4));
        fails("is in a buffer of another type", a);
        homes.put(a, new Buffer(0, DType.FLOAT32, 3));
        fails("is in a buffer that is too short", a);
        homes.put(a, new Buffer(0, DType.FLOAT32, 5));
        verify(a);
    }

    @Test
    void twoResultsInOnePlace() {
        Value a = map(Elementwise.EXP, x);
        Value b = map(Elementwise.NEG, a);
        add(new FusedGroup(List.of(a, b), List.of(a, b)), 0);
        homes.put(a, new Buffer(1, DType.FLOAT32, 4));
        verify(a, b);
        homes.put(a, new Buffer(0, DType.FLOAT32, 4));
        fails("shares its memory with another result of its group", a, b);
    }

    @Test
    void aReductionOverItsOperand() {
        Value a = add(map(Elementwise.EXP, x), 0);
        Value sum = builder.reduce(Reduction.SUM, a, 0);
        groups.add(FusedGroup.single(sum));
        homes.put(sum, new Buffer(0, DType.FLOAT32, 4));
        fails("overwrites " + a + ", which is read at other elements", sum);
    }

    @Test
    void aLoopOverWhatItRepeats() {
        Value a = add(map(Elementwise.EXP, Passes.input(builder, 1, 4)), 0);
        homes.put(a, new Buffer(0, DType.FLOAT32, 12));
        Value b = add(builder.broadcast(a, Shape.of(3, 4)), 0);
        fails("which is read at other elements", b);
    }

    @Test
    void aProductOverItsOperand() {
        Value left = add(map(Elementwise.EXP, Passes.input(builder, 8, 8)), 0);
        Value product = builder.matmul(left, Passes.input(builder, 8, 8), false, false);
        Value y = map(Elementwise.EXP, product);
        add(FusedGroup.productWithLoop(product, FusedGroup.single(y)), 1);
        homes.put(product, new Buffer(1, DType.FLOAT32, 64));
        verify(y);
        homes.put(product, new Buffer(0, DType.FLOAT32, 64));
        fails("overwrites an operand of its group", y);
    }

    @Test
    void computedTwice() {
        Value a = add(map(Elementwise.EXP, x), 0);
        groups.add(FusedGroup.single(a));
        fails("is computed twice", a);
    }

    // ---- states

    private final State state = Passes.state(4);

    private Value update(Value value) {
        groups.add(FusedGroup.single(value));
        inPlace.put(value, state);
        return value;
    }

    @Test
    void anUpdateInPlace() {
        Value next = update(map(Elementwise.SUB, builder.state(state), x));
        builder.assign(state, next);
        verify();
    }

    @Test
    void aStateThatIsReadAfterItWasWritten() {
        Value next = update(map(Elementwise.SUB, builder.state(state), x));
        builder.assign(state, next);
        Value late = add(map(Elementwise.EXP, builder.state(state)), 0);
        fails("is read by " + late + " after its state was written", late);
    }

    @Test
    void aStateThatIsReadElsewhereWhileItIsWritten() {
        State square = Passes.state(2, 2);
        Value turned = builder.transpose(builder.state(square), 1, 0);
        builder.assign(square, turned);
        groups.add(FusedGroup.single(turned));
        inPlace.put(turned, square);
        fails("is overwritten while it is read elsewhere");
    }

    @Test
    void assignmentsThatAreMissingOrWrong() {
        Value next = map(Elementwise.SUB, builder.state(state), x);
        builder.assign(state, next);
        Value other = add(map(Elementwise.EXP, x), 1);
        add(next, 0);
        fails("Not every assignment is made");
        copies.add(new Program.Copy(slots.of(other), state, other));
        fails(next + " is not what its state is assigned");
        copies.clear();
        copies.add(new Program.Copy(slots.of(next) + 1, state, next));
        fails("is copied from another place");
        copies.clear();
        copies.add(new Program.Copy(slots.of(next), state, next));
        verify();
        copies.add(new Program.Copy(slots.of(next), state, next));
        fails("is a second value of its state");
    }

    @Test
    void aCopyOfWhatIsNotThere() {
        Value next = map(Elementwise.SUB, builder.state(state), x);
        builder.assign(state, next);
        add(next, 0);
        add(map(Elementwise.EXP, x), 0);
        copies.add(new Program.Copy(slots.of(next), state, next));
        fails("is copied, but was overwritten");
    }

    @Test
    void twoValuesInPlaceOfOneState() {
        Value first = update(map(Elementwise.EXP, x));
        Value second = update(map(Elementwise.NEG, x));
        builder.assign(state, second);
        fails("is a second value");
        inPlace.remove(first);
        homes.put(first, new Buffer(0, DType.FLOAT32, 4));
        verify();
    }
}
