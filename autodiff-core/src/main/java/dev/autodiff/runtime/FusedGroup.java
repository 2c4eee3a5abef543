package dev.autodiff.runtime;

import dev.autodiff.ir.Operation;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one instruction: a single one, or several elementwise ones over the same elements, alone, after the
 * matrix product that they read, or before sums of their results.
 */
public final class FusedGroup {
    private final List<Value> members;
    private final List<Value> outputs;
    private final List<Value> inputs;
    private final @Nullable FusedGroup loop;

    /**
     * Creates a group.
     *
     * @param members the operations in order; more than one only if all are elementwise
     * @param outputs those members whose values are stored
     */
    public FusedGroup(List<Value> members, List<Value> outputs) {
        this(members, outputs, null);
    }

    private FusedGroup(List<Value> members, List<Value> outputs, @Nullable FusedGroup loop) {
        this.members = members;
        this.outputs = outputs;
        this.inputs = findInputs();
        this.loop = loop;
    }

    /** Returns the group of a product and the loop over its elements, which is all that reads it. */
    public static FusedGroup productWithLoop(Value product, FusedGroup loop) {
        List<Value> members = new ArrayList<>();
        members.add(product);
        members.addAll(loop.members);
        return new FusedGroup(members, loop.outputs, loop);
    }

    /**
     * Returns the group of a loop and sums of its results.
     *
     * @param stored those results of the loop that are needed besides
     */
    public static FusedGroup loopWithSums(FusedGroup loop, List<Value> stored, List<Value> sums) {
        List<Value> members = new ArrayList<>(loop.members);
        members.addAll(sums);
        List<Value> outputs = new ArrayList<>(stored);
        outputs.addAll(sums);
        return new FusedGroup(members, outputs, loop);
    }

    /** Returns the group of an iteration and those of its results that are needed. */
    public static FusedGroup iteration(Value iteration, List<Value> results) {
        List<Value> members = new ArrayList<>();
        members.add(iteration);
        members.addAll(results);
        return new FusedGroup(members, results);
    }

    /** Returns the group of one operation. */
    public static FusedGroup single(Value value) {
        List<Value> alone = List.of(value);
        return new FusedGroup(alone, alone);
    }

    private List<Value> findInputs() {
        Set<Value> inside = members.size() == 1 ? Set.of() : new HashSet<>(members);
        Set<Value> outside = new LinkedHashSet<>();
        for (Value member : members) {
            for (Value input : member.inputs()) {
                if (!inside.contains(input)) {
                    outside.add(input);
                }
            }
        }
        return new ArrayList<>(outside);
    }

    /** Returns the operations in order. */
    public List<Value> members() {
        return members;
    }

    /** Returns the members whose values are stored. */
    public List<Value> outputs() {
        return outputs;
    }

    /** Returns everything that is written while the group is computed: its outputs, and a product before its loop. */
    public List<Value> written() {
        if (product() == null) {
            return outputs;
        }
        List<Value> values = new ArrayList<>(outputs);
        values.add(first());
        return values;
    }

    /** Returns the values from outside that the members read, in order of first use. */
    public List<Value> inputs() {
        return inputs;
    }

    /** Returns the value that decides the iteration space. */
    public Value last() {
        return members.get(members.size() - 1);
    }

    /** Returns the product that a loop follows, or the single operation. */
    public Value first() {
        return members.get(0);
    }

    /** Returns whether this is a loop over elements and nothing else. */
    public boolean isLoop() {
        return memory() == Operation.Memory.MAY_REPLACE_OPERAND && loop == null;
    }

    /** Returns whether this computes nothing, as the result is the operand's memory. */
    public boolean isView() {
        return memory() == Operation.Memory.VIEW;
    }

    private Operation.Memory memory() {
        return ((Operation) last().primitive()).memory();
    }

    /** Returns the loop that follows a product or goes before sums, or null. */
    public @Nullable FusedGroup loop() {
        return loop;
    }

    /** Returns the product that a loop follows, or null. */
    public @Nullable Value product() {
        return loop == null || hasSums() ? null : first();
    }

    /** Returns whether this is a loop and sums of its results. */
    public boolean hasSums() {
        return loop != null && memory() == Operation.Memory.SEPARATE;
    }

    /** Returns whether a result is a sum, which is there before all operands have been read. */
    public boolean isSum(Value output) {
        return hasSums() && ((Operation) output.primitive()).memory() == Operation.Memory.SEPARATE;
    }

    /**
     * Returns whether the results, but for sums, may be written over the memory of a value: if the group does not read
     * it, or reads each of its elements just before it writes the same one.
     */
    public boolean mayOverwrite(Value root) {
        if (memory() == Operation.Memory.MAY_REPLACE_FIRST) {
            List<Value> operands = last().inputs();
            return !reads(operands.subList(1, operands.size()), root);
        }
        if (memory() != Operation.Memory.MAY_REPLACE_OPERAND && !hasSums()) {
            return !reads(inputs, root);
        }
        FusedGroup elementwise = loop != null ? loop : this;
        for (Value input : elementwise.inputs) {
            if (isSame(input.root(), root)
                    && !input.shape().equals(elementwise.last().shape())) {
                return false;
            }
        }
        return product() == null || !reads(first().inputs(), root);
    }

    private static boolean reads(List<Value> operands, Value root) {
        for (Value operand : operands) {
            if (isSame(operand.root(), root)) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Value a, Value b) {
        return a == b;
    }

    /** Returns the bytes that must be read at least: every operand once. */
    long bytesRead() {
        Set<Value> outside = new HashSet<>(inputs);
        Map<Value, Long> read = new HashMap<>();
        for (Value member : members) {
            Operation operation = (Operation) member.primitive();
            for (int i = 0; i < member.inputs().size(); i++) {
                Value input = member.input(i);
                if (outside.contains(input)) {
                    long bytes =
                            operation.elementsRead(member, i) * input.dtype().bytes();
                    read.merge(input.root(), bytes, Math::max);
                }
            }
        }
        return read.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the bytes that must be written at least: every stored result once. */
    long bytesWritten() {
        return outputs.stream()
                .mapToLong(output -> (long) output.size() * output.dtype().bytes())
                .sum();
    }
}
