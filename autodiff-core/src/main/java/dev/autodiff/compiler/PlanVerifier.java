package dev.autodiff.compiler;

import dev.autodiff.ir.Computation;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.runtime.Buffer;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.Program;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the order and the memory of the groups of a program by going through them as a run does: every operand has
 * been computed and is still where it was put, results fit their buffers and replace operands only where that is
 * allowed, and at the end every output is there and every assignment is made once.
 */
final class PlanVerifier {
    private final Layout layout;
    /** By buffer or state: the value that is in it. */
    private final IdentityHashMap<Object, Value> content = new IdentityHashMap<>();
    /** Roots of values that have been computed. */
    private final Set<Value> computed = new HashSet<>();

    private PlanVerifier(Layout layout) {
        this.layout = layout;
    }

    /**
     * Checks a plan.
     *
     * @param groups in the order in which they run
     * @param copies into states, made at the end
     * @throws IllegalStateException if the program would not compute the computation
     */
    static void verify(Computation computation, List<FusedGroup> groups, Layout layout, List<Program.Copy> copies) {
        PlanVerifier verifier = new PlanVerifier(layout);
        for (FusedGroup group : groups) {
            verifier.run(group);
        }
        for (Value output : computation.outputs()) {
            verifier.requirePresent(output, "an output");
        }
        IdentityHashMap<State, Value> assigned = new IdentityHashMap<>();
        layout.inPlace()
                .forEach((value, state) -> require(assigned.put(state, value) == null, value, "is a second value"));
        for (Program.Copy copy : copies) {
            verifier.requirePresent(copy.value(), "copied");
            require(copy.slot() == layout.slots().of(copy.value()), copy.value(), "is copied from another place");
            require(assigned.put(copy.state(), copy.value()) == null, copy.value(), "is a second value of its state");
        }
        require(assigned.size() == computation.assignments().size(), null, "Not every assignment is made");
        computation
                .assignments()
                .forEach((state, value) ->
                        require(isSame(assigned.get(state), value), value, "is not what its state is assigned"));
    }

    private void run(FusedGroup group) {
        for (Value input : group.inputs()) {
            requirePresent(input, "read by " + group.last());
        }
        if (group.isView()) {
            return;
        }
        Set<Object> written = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Value output : group.outputs()) {
            Object place = placeOf(output);
            require(written.add(place), output, "shares its memory with another result of its group");
            Value before = content.get(place);
            if (before != null && isRead(group, before)) {
                require(
                        group.mayOverwrite(before) && !group.isSum(output),
                        output,
                        "overwrites " + before + ", which is read at other elements");
            }
        }
        for (State state : layout.inPlace().values()) {
            if (written.contains(state)) {
                requireMayReplace(group, state);
            }
        }
        Value product = group.product();
        if (product != null) {
            Value before = content.get(placeOf(product));
            require(before == null || !isRead(group, before), product, "overwrites an operand of its group");
        }
        for (Value output : group.outputs()) {
            content.put(placeOf(output), output);
            require(computed.add(output), output, "is computed twice");
        }
    }

    /** A state whose value is read in the group that writes it must be read at the same elements. */
    private void requireMayReplace(FusedGroup group, State state) {
        for (Value input : group.inputs()) {
            boolean reads = input.root().isLeaf() && layout.memory(input) == state;
            require(!reads || group.mayOverwrite(input.root()), input, "is overwritten while it is read elsewhere");
        }
    }

    private static boolean isRead(FusedGroup group, Value root) {
        for (Value input : group.inputs()) {
            if (isSame(input.root(), root)) {
                return true;
            }
        }
        return false;
    }

    private Object placeOf(Value value) {
        Object place = layout.memory(value);
        require(place != null, value, "has no memory");
        if (place instanceof Buffer buffer) {
            require(buffer.dtype() == value.dtype(), value, "is in a buffer of another type");
            require(buffer.length() >= value.size(), value, "is in a buffer that is too short");
        }
        return Objects.requireNonNull(place);
    }

    private void requirePresent(Value value, String use) {
        Value root = value.root();
        if (root.isLeaf()) {
            Object state = layout.memory(root);
            require(state == null || !content.containsKey(state), value, "is " + use + " after its state was written");
        } else {
            require(computed.contains(root), value, "is " + use + ", but was not computed");
            require(isSame(content.get(placeOf(root)), root), value, "is " + use + ", but was overwritten");
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(@Nullable Value a, Value b) {
        return a == b;
    }

    private static void require(boolean holds, @Nullable Value value, String defect) {
        if (!holds) {
            throw new IllegalStateException(value == null ? defect : value + " " + defect);
        }
    }
}
