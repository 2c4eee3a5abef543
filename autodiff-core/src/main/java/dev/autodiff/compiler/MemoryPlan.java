package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Value;
import dev.autodiff.runtime.Buffer;
import dev.autodiff.runtime.FusedGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The memory of stored values: a linear scan over the groups gives each value the smallest free buffer that holds
 * it and frees it after its last use. A loop may write over an operand that dies in it and that it reads element by
 * element.
 */
final class MemoryPlan {
    /** Most times that a free buffer may be larger than needed; otherwise a new one is made. */
    private static final int WASTE = 4;
    /**
     * Buffers of up to so many elements rest for a while before they are used again, until so many others have come
     * free: what shares memory cannot run side by side, and rows cannot be taken through both.
     */
    private static final int SMALL = 4096;

    private static final int RESTING = 32;

    /** The buffers, in order of id. */
    final List<Buffer> buffers = new ArrayList<>();

    /** By value id. */
    private final @Nullable Buffer[] home;
    /** By value id: the group that uses it last. */
    private final int[] lastUse;

    private final Map<DType, NavigableMap<Integer, Deque<Buffer>>> free = new EnumMap<>(DType.class);
    private final Deque<Buffer> resting = new ArrayDeque<>();
    private final boolean reuse;
    private final int longestRest;

    /**
     * Creates a plan.
     *
     * @param reuse true if values may share memory
     * @param parallel true if several threads may have work to share
     */
    MemoryPlan(Schedule schedule, Liveness liveness, boolean reuse, boolean parallel) {
        this.reuse = reuse;
        this.longestRest = parallel ? RESTING : 0;
        this.home = new Buffer[liveness.kept.length];
        this.lastUse = new int[home.length];
        for (DType dtype : DType.values()) {
            free.put(dtype, new TreeMap<>());
        }
        List<FusedGroup> groups = schedule.groups;
        for (int i = 0; i < groups.size(); i++) {
            FusedGroup group = groups.get(i);
            for (Value input : group.inputs()) {
                use(input, i);
            }
            for (Value output : group.outputs()) {
                use(output, liveness.kept[output.id()] ? Integer.MAX_VALUE : i);
            }
        }
        for (int i = 0; i < groups.size(); i++) {
            place(groups.get(i), i, schedule);
        }
    }

    private void use(Value value, int group) {
        lastUse[value.root().id()] = Math.max(lastUse[value.root().id()], group);
    }

    /** Returns by value id the buffer of each computed value that is not written in place into a state. */
    @Nullable Buffer[] homes() {
        return home;
    }

    private void place(FusedGroup group, int index, Schedule schedule) {
        if (group.isView()) {
            return;
        }
        List<Value> dying = new ArrayList<>();
        for (Value input : group.inputs()) {
            Value root = input.root();
            if (home[root.id()] != null && lastUse[root.id()] == index) {
                dying.add(root);
                lastUse[root.id()] = -1; // once, though it be an operand in several shapes
            }
        }
        for (Value output : group.outputs()) {
            if (group.isSum(output)) {
                home[output.id()] = take(output.dtype(), output.size());
            }
        }
        List<Value> late = new ArrayList<>();
        for (Value value : dying) {
            if ((group.isLoop() || group.hasSums()) && group.mayOverwrite(value)) {
                release(value);
            } else {
                late.add(value);
            }
        }
        for (Value output : group.outputs()) {
            if (!schedule.inPlace.containsKey(output) && !group.isSum(output)) {
                home[output.id()] = take(output.dtype(), output.size());
            }
        }
        Value product = group.product();
        if (product != null) {
            placeProduct(group, product);
        }
        for (Value value : late) {
            rest(value);
        }
        for (Value output : group.outputs()) {
            if (home[output.id()] != null && lastUse[output.id()] == index) {
                rest(output); // computed beside others but used by nothing
            }
        }
    }

    /** Places a product that only the loop of its group reads: where the loop's result goes, if that fits. */
    private void placeProduct(FusedGroup group, Value product) {
        for (Value output : group.outputs()) {
            Buffer buffer = home[output.id()];
            if (buffer != null && reuse) {
                home[product.id()] = buffer;
                return;
            }
        }
        home[product.id()] = take(product.dtype(), product.size());
        release(product);
    }

    private Buffer take(DType dtype, int length) {
        if (reuse) {
            NavigableMap<Integer, Deque<Buffer>> sizes = freeOf(dtype);
            Map.Entry<Integer, Deque<Buffer>> fit = sizes.ceilingEntry(length);
            if (fit != null && fit.getKey() <= Math.max(64L, (long) length * WASTE)) {
                Buffer buffer = fit.getValue().pop();
                if (fit.getValue().isEmpty()) {
                    sizes.remove(fit.getKey());
                }
                return buffer;
            }
        }
        Buffer buffer = new Buffer(buffers.size(), dtype, length);
        buffers.add(buffer);
        return buffer;
    }

    private void rest(Value value) {
        Buffer buffer = Objects.requireNonNull(home[value.id()]);
        if (buffer.length() > SMALL) {
            release(buffer);
        } else {
            resting.add(buffer);
            if (resting.size() > longestRest) {
                release(resting.remove());
            }
        }
    }

    private void release(Value value) {
        release(Objects.requireNonNull(home[value.id()]));
    }

    private void release(Buffer buffer) {
        NavigableMap<Integer, Deque<Buffer>> sizes = freeOf(buffer.dtype());
        Deque<Buffer> sameSize = sizes.get(buffer.length());
        if (sameSize == null) {
            sameSize = new ArrayDeque<>();
            sizes.put(buffer.length(), sameSize);
        }
        sameSize.push(buffer);
    }

    private NavigableMap<Integer, Deque<Buffer>> freeOf(DType dtype) {
        return Objects.requireNonNull(free.get(dtype));
    }
}
