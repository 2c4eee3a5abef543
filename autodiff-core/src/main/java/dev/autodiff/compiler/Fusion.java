package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Iteration;
import dev.autodiff.ir.IterationResult;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.runtime.FusedGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Groups elementwise operations over the same elements into single loops, so that intermediate values stay in
 * registers.
 *
 * <p>Every operation gets a depth: one more than its operands', but the same as those operands that are elementwise
 * over the same elements. Operations of equal depth, shape and type can always run in one loop, because any path
 * between them that leaves the loop would have made the later one deeper. This finds all chains in one linear sweep and
 * needs no search for cycles.
 */
final class Fusion {
    /** Most arrays in one loop: more cost more in address registers than they save in passes. */
    private static final int MOST_ARRAYS = 16;
    /** Most elements of loops that are merged though unrelated, as starting them costs more than running them. */
    private static final int SMALL = 2048;
    /**
     * Most operations that are computed again rather than stored, which random numbers and what depends on them and
     * on scalars can be.
     */
    private static final int LONGEST_RECOMPUTED = 4;
    /** The fewest elements that do not stay in a cache of the second level. */
    private static final int LARGE = 1 << 18;
    /** Most consumers searched to find out whether a value is stored: a guess then, but the time stays linear. */
    private static final int MOST_CONSUMERS = 16;

    /** The fewest columns of a loop after a product: over fewer, it would start too often for the work that it does. */
    private static final int NARROWEST = 8;

    private final Liveness liveness;
    private final int[] depth;
    private final int[] recomputeCost;

    /** The space of a loop. Equality is written out: that of records is made at run time, milliseconds at start. */
    private record Space(int depth, Shape shape, DType dtype) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Space space
                    && depth == space.depth
                    && dtype == space.dtype
                    && shape.equals(space.shape);
        }

        @Override
        public int hashCode() {
            return 31 * depth + shape.hashCode();
        }
    }

    private Fusion(Liveness liveness, int valueCount) {
        this.liveness = liveness;
        this.depth = new int[valueCount];
        this.recomputeCost = new int[valueCount];
    }

    /** Returns one group for each operation; leaves have none. */
    static List<FusedGroup> none(Liveness liveness) {
        List<FusedGroup> groups = new ArrayList<>();
        for (Value value : liveness.live) {
            addAlone(value, liveness, groups);
        }
        return groups;
    }

    /** Adds the group of a value that is not fused; the results of an iteration are in the group of that. */
    private static void addAlone(Value value, Liveness liveness, List<FusedGroup> groups) {
        if (value.primitive() instanceof Iteration) {
            groups.add(FusedGroup.iteration(value, liveness.consumers(value)));
        } else if (!value.isLeaf() && !(value.primitive() instanceof IterationResult)) {
            groups.add(FusedGroup.single(value));
        }
    }

    /** Returns the groups of loops and other operations, in no particular order. */
    static List<FusedGroup> fuse(Liveness liveness, int valueCount) {
        Fusion fusion = new Fusion(liveness, valueCount);
        fusion.findRecomputable();
        fusion.findDepths();
        fusion.sink();
        return fusion.groups();
    }

    private static boolean isMap(Value value) {
        return value.primitive() instanceof Pointwise;
    }

    private static Elementwise op(Value value) {
        return ((Pointwise) value.primitive()).op();
    }

    private static boolean sameSpace(Value a, Value b) {
        return isMap(a) && isMap(b) && a.dtype() == b.dtype() && a.shape().equals(b.shape());
    }

    private boolean isRecomputed(Value value) {
        return recomputeCost[value.id()] > 0;
    }

    /**
     * Marks what depends on scalars alone (random numbers from their key, for one): cheaper to compute than to load.
     */
    private void findRecomputable() {
        for (Value value : liveness.live) {
            if (!isMap(value) || value.size() == 1) {
                continue;
            }
            int cost = 1;
            for (Value input : value.inputs()) {
                cost += input.size() == 1 ? 0 : isRecomputed(input) ? recomputeCost[input.id()] : LONGEST_RECOMPUTED;
            }
            recomputeCost[value.id()] = cost <= LONGEST_RECOMPUTED ? cost : isShift(value) ? LONGEST_RECOMPUTED : 0;
        }
    }

    /**
     * Returns whether an operation changes large images, which are stored, by numbers that are the same for many
     * elements: to store the result and load it takes longer than to compute it in every loop that reads it. What
     * depends on it is not computed again.
     */
    private boolean isShift(Value value) {
        if (value.size() < LARGE
                || value.shape().rank() != 4
                || readElsewhere(value)
                || op(value).cost() > 1) {
            return false;
        }
        int images = 0;
        for (Value input : value.inputs()) {
            if (input.shape().equals(value.shape())) {
                images += isMap(input) && !liveness.kept[input.id()] && !readElsewhere(input) ? 2 : 1;
            } else if (input.size() != value.shape().dim(3)) {
                return false;
            }
        }
        return images == 1;
    }

    private void findDepths() {
        for (Value value : liveness.live) {
            int deepest = 0;
            for (Value input : value.inputs()) {
                if (!input.isLeaf()) {
                    deepest = Math.max(deepest, depth[input.id()] + (sameSpace(value, input) ? 0 : 1));
                }
            }
            depth[value.id()] = deepest;
        }
    }

    /**
     * Moves an operation down to the loop that uses it where this stores nothing more: when all it reads is stored
     * anyway. So a comparison for a backward pass is made in the backward pass.
     */
    private void sink() {
        for (int i = liveness.live.size() - 1; i >= 0; i--) {
            Value value = liveness.live.get(i);
            if (!isMap(value) || liveness.kept[value.id()] || !allInputsStored(value, LONGEST_RECOMPUTED)) {
                continue;
            }
            int target = -1;
            for (Value consumer : liveness.consumers(value)) {
                int at = sameSpace(value, consumer) ? depth[consumer.id()] : -2;
                target = target == -1 || target == at ? at : -2;
            }
            if (target > depth[value.id()]) {
                depth[value.id()] = target;
            }
        }
    }

    /** Returns whether an operation is there for one other over the same elements, and nothing else. */
    private boolean serves(Value value, Value consumer) {
        return liveness.consumers(value).size() == 1 && sameSpace(value, consumer);
    }

    /**
     * Returns whether all that an operation reads is stored, or comes from operations before it of which that is true
     * and which serve it alone, so that they can be moved with it.
     *
     * @param most the most operations one before the other
     */
    private boolean allInputsStored(Value value, int most) {
        for (Value input : value.inputs()) {
            boolean stored = !isMap(input)
                    || liveness.kept[input.id()]
                    || isRecomputed(input)
                    || (most > 1 && serves(input, value) && allInputsStored(input, most - 1)); // sinks with it
            List<Value> consumers = liveness.consumers(input);
            for (int i = 0; !stored && i < Math.min(consumers.size(), MOST_CONSUMERS); i++) {
                Value consumer = consumers.get(i);
                stored =
                        !sameSpace(input, consumer) || (consumer != value && depth[consumer.id()] != depth[input.id()]);
            }
            if (!stored) {
                return false;
            }
        }
        return true;
    }

    private List<FusedGroup> groups() {
        List<FusedGroup> groups = new ArrayList<>();
        Map<Space, List<Value>> spaces = new LinkedHashMap<>();
        for (Value value : liveness.live) {
            if (isMap(value)) {
                Space space = new Space(depth[value.id()], value.shape(), value.dtype());
                spaces.computeIfAbsent(space, s -> new ArrayList<>()).add(value);
            } else {
                addAlone(value, liveness, groups);
            }
        }
        for (List<Value> together : spaces.values()) {
            for (List<Value> connected : components(together)) {
                List<Value> updates = updates(connected);
                List<Value> others = new ArrayList<>(connected);
                others.removeAll(new HashSet<>(updates));
                cut(others, groups);
                cut(updates, groups);
            }
        }
        return SumFusion.fuse(withLoopsAfterProducts(groups), liveness);
    }

    /**
     * Lets loops follow right after the matrix product that they read, where nothing else reads it: each thread goes on
     * with the part that it has just computed, without waiting for the others.
     */
    private List<FusedGroup> withLoopsAfterProducts(List<FusedGroup> groups) {
        Map<Value, FusedGroup> followed = new HashMap<>();
        Set<FusedGroup> following = new HashSet<>();
        for (FusedGroup group : groups) {
            Value product = group.isLoop() ? productBefore(group) : null;
            if (product != null) {
                followed.put(product, FusedGroup.productWithLoop(product, group));
                following.add(group);
            }
        }
        List<FusedGroup> result = new ArrayList<>();
        for (FusedGroup group : groups) {
            if (!following.contains(group)) {
                result.add(followed.getOrDefault(group.last(), group));
            }
        }
        return result;
    }

    /** Returns the last product that a loop over a matrix reads and that it can follow. */
    private @Nullable Value productBefore(FusedGroup loop) {
        Value last = loop.last();
        Value found = null;
        if (last.shape().rank() == 2 && last.shape().dim(1) >= NARROWEST) {
            for (Value input : loop.inputs()) {
                boolean follows = input.primitive() instanceof Matmul
                        && input.shape().equals(last.shape())
                        && input.dtype() == last.dtype()
                        && depth[input.id()] + 1 == depth[last.id()]
                        && !liveness.kept[input.id()]
                        && loop.members().containsAll(liveness.consumers(input));
                if (follows && (found == null || found.id() < input.id())) {
                    found = input;
                }
            }
        }
        return found;
    }

    /** Splits into sets that share values; small loops are left together. */
    private List<List<Value>> components(List<Value> members) {
        if (members.get(0).size() <= SMALL || members.size() == 1) {
            return List.of(members);
        }
        Map<Value, Integer> position = new HashMap<>();
        int[] parent = new int[members.size()];
        Map<Value, Integer> firstReader = new HashMap<>();
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
            Value member = members.get(i);
            position.put(member, i);
            for (Value input : member.inputs()) {
                Integer inside = position.get(input);
                if (inside == null && input.size() == member.size()) {
                    inside = firstReader.putIfAbsent(input, i); // both load the same array: one pass serves both
                }
                if (inside != null) {
                    parent[root(parent, inside)] = root(parent, i);
                }
            }
        }
        Map<Integer, List<Value>> sets = new LinkedHashMap<>();
        for (int i = 0; i < parent.length; i++) {
            sets.computeIfAbsent(root(parent, i), r -> new ArrayList<>()).add(members.get(i));
        }
        return new ArrayList<>(sets.values());
    }

    /**
     * Returns the members that serve nothing but assignments. They get loops of their own, which can wait until
     * everything has read the old values, and so write the new ones in their place.
     */
    private List<Value> updates(List<Value> members) {
        Set<Value> group = new HashSet<>(members);
        Set<Value> wanted = new HashSet<>();
        List<Value> updates = new ArrayList<>();
        for (int i = members.size() - 1; i >= 0; i--) {
            Value member = members.get(i);
            boolean serves = liveness.fetched[member.id()];
            for (Value consumer : liveness.consumers(member)) {
                serves |= !group.contains(consumer) || wanted.contains(consumer);
            }
            if (serves) {
                wanted.add(member);
            } else {
                updates.add(member);
            }
        }
        Collections.reverse(updates);
        return updates;
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** Cuts a group into loops that the compiler of the virtual machine can still digest. */
    private void cut(List<Value> members, List<FusedGroup> groups) {
        Segment segment = new Segment();
        for (Value member : members) {
            if (isRecomputed(member) && !liveness.kept[member.id()] && !readElsewhere(member)) {
                continue; // appears inside the loops that use it
            }
            if (!segment.fits(member)) {
                groups.add(segment.group());
                segment = new Segment();
            }
            segment.add(member);
        }
        if (!segment.code.isEmpty()) {
            groups.add(segment.group());
        }
    }

    private boolean readElsewhere(Value value) {
        for (Value consumer : liveness.consumers(value)) {
            if (!sameSpace(value, consumer)) {
                return true;
            }
        }
        return false;
    }

    /** One loop in the making. */
    private final class Segment {
        /** All operations of the loop, recomputed ones included. */
        final Set<Value> code = new LinkedHashSet<>();
        /** Those operations that belong to this loop and no other. */
        final List<Value> own = new ArrayList<>();

        private final Set<Value> arrays = new HashSet<>();
        private int cost;

        boolean fits(Value member) {
            if (code.isEmpty()) {
                return true;
            }
            if (op(member) == Elementwise.POW || op(own.get(0)) == Elementwise.POW) {
                return false; // has no vector form, and would take it from the whole loop
            }
            int more = 0;
            for (Value added : withRecomputed(member)) {
                more += cost(added);
            }
            int touched = 1;
            for (Value input : member.inputs()) {
                touched += code.contains(input) || arrays.contains(input) ? 0 : 1;
            }
            return cost + more <= LoopCode.COST_LIMIT && arrays.size() + touched <= MOST_ARRAYS;
        }

        void add(Value member) {
            for (Value added : withRecomputed(member)) {
                int more = cost(added);
                if (code.add(added)) {
                    cost += more;
                    for (Value input : added.inputs()) {
                        if (!code.contains(input)) {
                            arrays.add(input);
                        }
                    }
                }
            }
            own.add(member);
            if (isStored(member)) {
                arrays.add(member);
            }
        }

        /** Returns the cost of one more operation; a vector loop has computed some for another operation already. */
        private int cost(Value added) {
            if (op(added) == Elementwise.GAUSSIAN) {
                for (Value value : code) {
                    if (op(value) == Elementwise.NORMAL_CDF
                            && value.input(0).id() == added.input(0).id()) {
                        return 0;
                    }
                }
            }
            return op(added).cost();
        }

        private boolean isStored(Value member) {
            return liveness.kept[member.id()] || readElsewhere(member);
        }

        /** Returns the member preceded by those values that it needs and that are recomputed in its loop. */
        private List<Value> withRecomputed(Value member) {
            List<Value> result = new ArrayList<>();
            addRecomputed(member, result);
            return result;
        }

        private void addRecomputed(Value member, List<Value> result) {
            for (Value input : member.inputs()) {
                boolean inline = isRecomputed(input) && sameSpace(input, member);
                if (inline && !code.contains(input) && !result.contains(input)) {
                    addRecomputed(input, result); // no deeper than LONGEST_RECOMPUTED
                }
            }
            result.add(member);
        }

        FusedGroup group() {
            List<Value> outputs = new ArrayList<>();
            for (Value member : own) {
                boolean stored = isStored(member);
                for (Value consumer : liveness.consumers(member)) {
                    stored |= !isRecomputed(member) && !code.contains(consumer);
                }
                if (stored) {
                    outputs.add(member);
                }
            }
            return new FusedGroup(new ArrayList<>(code), outputs);
        }
    }
}
