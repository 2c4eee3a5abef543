package dev.autodiff.spark;

import java.io.Serializable;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sum of what the partitions contribute, added up in a fixed binary tree whatever the order in which it arrives, so
 * that the bits depend on the number of partitions alone. Partial sums wait for their neighbours.
 *
 * <p>The leaves of the tree are the partitions in the order in which {@code treeAggregate} brings them together: it
 * gathers those with the same remainder at one executor. With another order there it would be slower, not wrong.
 */
final class OrderedSum implements Serializable {
    private static final long serialVersionUID = 1;

    private final int partitions;
    private final int groups;
    /** The partial sums by the first of their leaves. */
    private final TreeMap<Integer, Node> nodes = new TreeMap<>();

    /** A partial sum up to the leaf {@code end}, exclusive. */
    private record Node(int end, Contribution sum) implements Serializable {}

    OrderedSum(int partitions) {
        this.partitions = partitions;
        this.groups = groups(partitions);
    }

    /** Returns the number of groups that Spark's aggregation in two levels makes; 1 if it makes none. */
    private static int groups(int partitions) {
        int scale = Math.max((int) Math.ceil(Math.sqrt(partitions)), 2);
        int groups = partitions;
        while (groups > scale + (groups + scale - 1) / scale) {
            groups /= scale;
        }
        return groups == partitions ? 1 : groups;
    }

    /** Adds the contribution of a partition. */
    OrderedSum add(int partition, Contribution contribution) {
        int leaf = start(partition % groups) + partition / groups;
        nodes.put(leaf, new Node(leaf + 1, contribution));
        collapse(0, partitions);
        return this;
    }

    /** Adds all of another sum. */
    OrderedSum merge(OrderedSum other) {
        nodes.putAll(other.nodes);
        collapse(0, partitions);
        return this;
    }

    /**
     * Returns the sum.
     *
     * @throws IllegalStateException if a partition has not contributed
     */
    Contribution total() {
        Node root = nodes.get(0);
        if (root == null || root.end != partitions) {
            throw new IllegalStateException("Only some of " + partitions + " partitions have contributed: the sums"
                    + " begin at " + nodes.keySet());
        }
        return root.sum;
    }

    /** Returns the first leaf of a group. */
    private int start(int group) {
        return group * (partitions / groups) + Math.min(group, partitions % groups);
    }

    /** Returns the sum of some leaves, which replaces its parts; null if some are missing. */
    private @Nullable Contribution collapse(int from, int to) {
        Node node = nodes.get(from);
        if (node != null && node.end == to) {
            return node.sum;
        }
        if (to - from == 1) {
            return null;
        }
        int middle = middle(from, to);
        Contribution left = collapse(from, middle);
        Contribution right = collapse(middle, to);
        if (left == null || right == null) {
            return null;
        }
        Contribution sum = left.plus(right);
        nodes.remove(middle);
        nodes.put(from, new Node(to, sum));
        return sum;
    }

    /** Divides some leaves: between groups if there are several, else in the middle. */
    private int middle(int from, int to) {
        int first = group(from);
        int last = group(to - 1);
        return first == last ? (from + to) >>> 1 : start((first + last + 1) >>> 1);
    }

    private int group(int leaf) {
        int group = 0;
        while (group + 1 < groups && start(group + 1) <= leaf) {
            group++;
        }
        return group;
    }
}
