package dev.autodiff.program;

import dev.autodiff.array.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which stored values share memory: a linear scan over the steps gives each value the smallest free buffer that holds it and
 * frees it after its last use. A loop may write over an operand that dies in it and that it reads element by element.
 */
final class MemoryPlan {
    /** A free buffer up to this many times larger than needed is taken before a new one is made. */
    private static final int WASTE = 4;

    /** A piece of memory that values of one type take turns in. */
    static final class Buffer {
        final int id;
        final DType dtype;
        final int length;

        private Buffer(int id, DType dtype, int length) {
            this.id = id;
            this.dtype = dtype;
            this.length = length;
        }
    }

    /** The buffers, in order of id. */
    final List<Buffer> buffers = new ArrayList<>();
    /** Where each computed value lives; values written in place into states are not here. */
    final Map<Value, Buffer> home = new HashMap<>();

    private final Map<DType, NavigableMap<Integer, Deque<Buffer>>> free = new EnumMap<>(DType.class);
    private final Map<Value, Integer> lastUse = new HashMap<>();
    private final boolean reuse;

    MemoryPlan(Schedule schedule, Liveness liveness, boolean reuse) {
        this.reuse = reuse;
        List<Step> steps = schedule.steps;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (Value input : step.inputs()) {
                lastUse.merge(root(input), i, Math::max);
            }
            for (Value output : step.outputs()) {
                lastUse.merge(root(output), i, Math::max);
                if (liveness.kept[output.id]) {
                    lastUse.put(root(output), Integer.MAX_VALUE);
                }
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            place(steps.get(i), i, schedule);
        }
    }

    /** The value whose memory this is: reshaping makes a view. */
    static Value root(Value value) {
        return value.root;
    }

    private void place(Step step, int index, Schedule schedule) {
        if (step.last().kind instanceof Kind.Reshape) {
            return;
        }
        List<Value> dying = new ArrayList<>();
        for (Value input : step.inputs()) {
            Value root = root(input);
            if (home.containsKey(root) && lastUse.getOrDefault(root, -1) == index && !dying.contains(root)) {
                dying.add(root);
            }
        }
        List<Value> late = new ArrayList<>();
        for (Value value : dying) {
            if (step.isLoop() && step.mayOverwrite(value)) {
                release(value);
            } else {
                late.add(value);
            }
        }
        for (Value output : step.outputs()) {
            if (!schedule.inPlace.containsKey(output)) {
                home.put(output, take(output.dtype(), output.size()));
            }
        }
        if (step.loop() != null) {
            placeProduct(step);
        }
        late.forEach(this::release);
        for (Value output : step.outputs()) {
            if (home.containsKey(output) && lastUse.getOrDefault(output, -1) == index) {
                release(output); // computed beside others but used by nothing
            }
        }
    }

    /** A product that only the loop of its step reads: where the loop's result goes, if that fits. */
    private void placeProduct(Step step) {
        Value product = step.first();
        for (Value output : step.outputs()) {
            Buffer buffer = home.get(output);
            if (buffer != null && reuse) {
                home.put(product, buffer);
                return;
            }
        }
        home.put(product, take(product.dtype(), product.size()));
        release(product);
    }

    private Buffer take(DType dtype, int length) {
        if (reuse) {
            NavigableMap<Integer, Deque<Buffer>> sizes = free.computeIfAbsent(dtype, d -> new TreeMap<>());
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

    private void release(Value value) {
        Buffer buffer = java.util.Objects.requireNonNull(home.get(value));
        free.computeIfAbsent(buffer.dtype, d -> new TreeMap<>())
                .computeIfAbsent(buffer.length, l -> new ArrayDeque<>())
                .push(buffer);
    }
}
