package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.FusedGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final ProgramBuilder builder = Passes.builder();
    private final State a = Passes.state(4);
    private final State b = Passes.state(4);
    private final Value x = Passes.input(builder, 4);

    private Value map(Elementwise op, Value... operands) {
        return builder.map(op, operands);
    }

    /** Returns the schedule of groups of one operation each, given in the opposite order. */
    private Schedule schedule(Value... outputs) {
        Computation computation = builder.build(List.of(outputs));
        Liveness liveness = new Liveness(
                computation.values(),
                computation.outputs(),
                computation.assignments().values());
        List<FusedGroup> groups = new ArrayList<>(Fusion.none(liveness));
        Collections.reverse(groups);
        return new Schedule(groups, liveness, computation.assignments(), new HashSet<>(computation.outputs()));
    }

    private static List<Value> order(Schedule schedule) {
        return schedule.groups.stream().map(FusedGroup::last).toList();
    }

    @Test
    void operandsFirstOtherwiseAsAdded() {
        Value first = map(Elementwise.EXP, x);
        Value second = map(Elementwise.NEG, x);
        Value third = map(Elementwise.ADD, second, first);
        Value fourth = map(Elementwise.ABS, x);
        Value fifth = map(Elementwise.MUL, third, third);
        assertEquals(List.of(first, second, third, fourth, fifth), order(schedule(fifth, fourth)));
    }

    @Test
    void groupsThatDependOnEachOther() {
        Value first = map(Elementwise.EXP, x);
        Value sum = builder.reduce(Reduction.SUM, first, 0);
        Value last = map(Elementwise.ADD, first, sum);
        Computation computation = builder.build(List.of(last));
        Liveness liveness = new Liveness(computation.values(), computation.outputs(), List.of());
        FusedGroup both = new FusedGroup(List.of(first, last), List.of(first, last));
        Refused.with(
                IllegalStateException.class,
                () -> new Schedule(List.of(both, FusedGroup.single(sum)), liveness, Map.of(), new HashSet<>()),
                "in a circle");
    }

    @Test
    void updatesComeLastAndInPlace() {
        Value update = map(Elementwise.SUB, builder.state(a), x);
        builder.assign(a, update);
        Value loss = map(Elementwise.EXP, builder.state(a));
        Schedule schedule = schedule(loss);
        assertEquals(List.of(loss, update), order(schedule));
        assertEquals(Map.of(update, a), schedule.inPlace);
    }

    @Test
    void whatIsFetchedIsCopied() {
        Value update = map(Elementwise.SUB, builder.state(a), x);
        builder.assign(a, update);
        Value loss = map(Elementwise.EXP, builder.state(a));
        Schedule schedule = schedule(loss, update);
        assertEquals(List.of(update, loss), order(schedule));
        assertEquals(Map.of(), schedule.inPlace);
    }

    @Test
    void whatIsReadByOthersIsCopied() {
        Value update = map(Elementwise.SUB, builder.state(a), x);
        builder.assign(a, update);
        Value later = map(Elementwise.EXP, update);
        Schedule schedule = schedule(later);
        assertEquals(List.of(update, later), order(schedule));
        assertEquals(Map.of(), schedule.inPlace);
    }

    @Test
    void anUpdateThatReadsTheOtherStateWaits() {
        Value nextA = map(Elementwise.ADD, builder.state(a), builder.state(b));
        Value nextB = map(Elementwise.SUB, builder.state(b), x);
        builder.assign(a, nextA);
        builder.assign(b, nextB);
        assertEquals(Map.of(nextA, a, nextB, b), schedule().inPlace);
    }

    @Test
    void anUpdateWhoseStateIsReadLaterIsCopied() {
        Value nextB = map(Elementwise.SUB, builder.state(b), x);
        Value nextA = map(Elementwise.ADD, builder.state(a), builder.state(b));
        builder.assign(a, nextA);
        builder.assign(b, nextB);
        Schedule schedule = schedule();
        assertEquals(List.of(nextB, nextA), order(schedule));
        assertEquals(Map.of(nextA, a), schedule.inPlace);
    }

    @Test
    void aValueForTwoStatesIsCopied() {
        Value next = map(Elementwise.EXP, x);
        builder.assign(a, next);
        builder.assign(b, next);
        Schedule schedule = schedule();
        assertEquals(Map.of(), schedule.inPlace);
    }

    @Test
    void aStateThatIsReadAtOtherElementsIsCopied() {
        State matrix = Passes.state(3, 3);
        Value old = builder.state(matrix);
        Value turned = builder.transpose(old, 1, 0);
        builder.assign(matrix, turned);
        assertEquals(Map.of(), schedule().inPlace);
    }

    @Test
    void anotherStateMayBeRepeated() {
        State row = Passes.state(1, 4);
        State matrix = Passes.state(3, 4);
        Value next = map(Elementwise.ADD, builder.state(matrix), builder.state(row));
        builder.assign(matrix, next);
        assertEquals(Map.of(next, matrix), schedule().inPlace);
    }

    @Test
    void aViewOfAStateIsTheState() {
        State matrix = Passes.state(2, 2);
        Value flat = builder.reshape(builder.state(matrix), Shape.of(4));
        Value next = map(Elementwise.ADD, flat, x);
        builder.assign(a, next);
        Value turned = builder.transpose(builder.state(matrix), 1, 0);
        builder.assign(matrix, turned);
        Schedule schedule = schedule();
        assertEquals(Map.of(next, a), schedule.inPlace, "the transposition reads its state at other elements");
        Value reshaped = builder.map(Elementwise.MUL, flat, builder.number(DType.FLOAT32, 2));
        builder.assign(b, reshaped);
        assertEquals(Map.of(next, a, reshaped, b), schedule().inPlace);
    }

    @Test
    void aViewInAnotherShapeMayNotBeReplaced() {
        State wide = Passes.state(2, 2);
        Value old = builder.state(wide);
        Value column = builder.reshape(old, Shape.of(4, 1));
        Value square = map(Elementwise.ADD, column, builder.reshape(old, Shape.of(1, 4)));
        State sums = Passes.state(4, 4);
        builder.assign(sums, square);
        builder.assign(wide, builder.reshape(builder.reduce(Reduction.SUM, square, 0), Shape.of(2, 2)));
        Schedule schedule = schedule();
        assertEquals(
                1,
                schedule.groups.stream()
                        .filter(g -> g.last().primitive().name().equals("copy"))
                        .count());
    }
}
