package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The sums of the gradients of many slices of one tensor. Each gradient is a block with zeros around it. Adding them
 * one by one would take as many passes over the whole tensor as there are slices; here the blocks are joined instead,
 * axis by axis, so that time and memory grow with the size of tensor and blocks alone.
 */
final class SliceSums {
    /** The number of slices from which joining pays. */
    static final int FEWEST = 3;

    /** A gradient, and the index of its first element in the tensor. */
    private record Block(Tensor values, int[] starts) {
        int start(int axis) {
            return starts[axis];
        }

        int size(int axis) {
            return values.shape().dim(axis);
        }

        int end(int axis) {
            return starts[axis] + size(axis);
        }
    }

    /** Blocks that do not overlap along an axis, in order. */
    private static final class Layer {
        final List<Block> blocks = new ArrayList<>();
        int end;
    }

    /** The gradients of slices of a tensor so far, and the node that was last sliced from it. */
    private static final class Slices {
        final List<Tensor> gradients = new ArrayList<>();
        Tensor consumer;

        Slices(Tensor consumer) {
            this.consumer = consumer;
        }
    }

    private final Map<Tensor, Tensor> adjoints;
    private final Map<Tensor, Slices> deferred = new HashMap<>();

    /**
     * Makes sums that are added to adjoints.
     *
     * @param adjoints the adjoints so far, by node
     */
    SliceSums(Map<Tensor, Tensor> adjoints) {
        this.adjoints = adjoints;
    }

    /**
     * Takes a contribution to a node's adjoint, if it is that of a slice, to be added with others when all are known.
     *
     * @param consumer the slice that contributes
     * @return whether it was taken
     */
    boolean defer(Tensor node, Tensor contribution, Tensor consumer) {
        if (contribution.op().type() != IndexingGradients.PAD_LIKE) {
            return false;
        }
        Slices slices = deferred.computeIfAbsent(node, key -> new Slices(consumer));
        slices.gradients.add(contribution);
        slices.consumer = consumer;
        return true;
    }

    /** Adds what was deferred to a node's adjoint. */
    void complete(Tensor node) {
        Slices slices = deferred.remove(node);
        if (slices != null) {
            long before = Tensor.latest();
            Tensor sum = slices.gradients.size() < FEWEST
                    ? slices.gradients.stream().reduce(Tensor::add).orElseThrow()
                    : new Joining(slices.gradients).sum();
            Provenance.mark(adjoints.merge(node, sum, Tensor::add), slices.consumer, before);
        }
    }

    /** The sum of the gradients of slices of one tensor, by joining them. */
    private static final class Joining {
        private final Tensor like;
        private final List<Tensor> slices;

        Joining(List<Tensor> slices) {
            this.slices = slices;
            this.like = slices.get(0).inputs().get(1);
        }

        Tensor sum() {
            List<Block> blocks = new ArrayList<>();
            for (Tensor slice : slices) {
                List<Integer> starts = slice.op().attributes().get(Indexing.STARTS);
                blocks.add(new Block(
                        slice.inputs().get(0),
                        starts.stream().mapToInt(Integer::intValue).toArray()));
            }
            for (int axis = like.shape().rank() - 1; axis >= 0; axis--) {
                blocks = joined(blocks, axis);
            }
            return blocks.stream().map(this::padded).reduce(Tensor::add).orElseThrow();
        }

        private Tensor padded(Block block) {
            boolean whole =
                    block.values.shape().isKnown() && block.values.shape().equals(like.shape());
            return whole ? block.values : IndexingGradients.padLike(block.values, block.starts, like);
        }

        /** Returns the blocks with those joined that differ in their place along the axis alone. */
        private List<Block> joined(List<Block> blocks, int axis) {
            int length = like.shape().dim(axis);
            boolean whole = blocks.stream().allMatch(block -> block.start(axis) == 0 && block.size(axis) == length);
            boolean unknown = blocks.stream().anyMatch(block -> block.size(axis) == Shape.UNKNOWN);
            if (unknown || (whole && blocks.size() == 1)) {
                return blocks;
            }
            Map<List<Integer>, List<Block>> groups = new LinkedHashMap<>();
            for (Block block : blocks) {
                groups.computeIfAbsent(placeBeside(block, axis), key -> new ArrayList<>())
                        .add(block);
            }
            List<Block> result = new ArrayList<>();
            for (List<Block> group : groups.values()) {
                for (Layer layer : layers(distinct(group, axis), axis)) {
                    result.add(concatenated(layer.blocks, axis, length));
                }
            }
            return result;
        }

        /** Returns what must be equal for blocks to be joined along an axis: their place along all others. */
        private static List<Integer> placeBeside(Block block, int axis) {
            List<Integer> place = new ArrayList<>();
            for (int other = 0; other < block.starts.length; other++) {
                if (other != axis) {
                    place.add(block.start(other));
                    place.add(block.size(other));
                }
            }
            return place;
        }

        /** Returns the blocks in order, those of the same place added up. */
        private static List<Block> distinct(List<Block> group, int axis) {
            Map<List<Integer>, Block> found = new LinkedHashMap<>();
            for (Block block : group) {
                found.merge(
                        List.of(block.start(axis), block.size(axis)),
                        block,
                        (a, b) -> new Block(a.values.add(b.values), a.starts));
            }
            return found.values().stream()
                    .sorted(Comparator.comparingInt((Block block) -> block.start(axis))
                            .thenComparingInt(block -> block.size(axis)))
                    .toList();
        }

        /** Divides blocks, in order of their starts, among as few layers as possible. */
        private static List<Layer> layers(List<Block> blocks, int axis) {
            List<Layer> layers = new ArrayList<>();
            PriorityQueue<Layer> byEnd = new PriorityQueue<>(Comparator.comparingInt((Layer layer) -> layer.end)
                    .thenComparingInt(layer -> layer.blocks.get(0).start(axis))
                    .thenComparingInt(layer -> layer.blocks.get(0).size(axis)));
            for (Block block : blocks) {
                Layer layer = byEnd.peek();
                if (layer == null || layer.end > block.start(axis)) {
                    layer = new Layer();
                    layers.add(layer);
                } else {
                    byEnd.remove();
                }
                layer.blocks.add(block);
                layer.end = block.end(axis);
                byEnd.add(layer);
            }
            return layers;
        }

        /**
         * Joins blocks with zeros between them, and around them if the length of the axis is known: then blocks of
         * several places along other axes have the same place along this one, and are joined in turn.
         */
        private static Block concatenated(List<Block> blocks, int axis, int length) {
            int rank = blocks.get(0).starts.length;
            boolean known = length != Shape.UNKNOWN;
            int end = known ? 0 : blocks.get(0).start(axis);
            int[] starts = blocks.get(0).starts.clone();
            starts[axis] = end;
            List<Tensor> parts = new ArrayList<>();
            for (int i = 0; i < blocks.size(); i++) {
                Block block = blocks.get(i);
                int before = block.start(axis) - end;
                end = block.end(axis);
                int after = known && i == blocks.size() - 1 ? length - end : 0;
                parts.add(
                        before == 0 && after == 0
                                ? block.values
                                : Arrangement.pad(block.values, only(rank, axis, before), only(rank, axis, after), 0));
            }
            Tensor values = parts.size() == 1 ? parts.get(0) : Indexing.concat(axis, parts.toArray(Tensor[]::new));
            return new Block(values, starts);
        }

        private static int[] only(int rank, int axis, int number) {
            int[] numbers = new int[rank];
            numbers[axis] = number;
            return numbers;
        }
    }
}
