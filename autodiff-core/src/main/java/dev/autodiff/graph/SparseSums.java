package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * The sums of the gradients of many slices of one tensor, or of many rows gathered from it. Each gradient has zeros
 * outside its part of the tensor. Adding them one by one would take as many passes over the whole tensor as there are
 * parts; here the parts are joined instead, so that time and memory grow with the size of tensor and parts alone.
 */
final class SparseSums {
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

    /** The gradients of parts of a tensor so far, and the node that took the last of them. */
    private static final class Parts {
        final List<Tensor> slices = new ArrayList<>();
        final List<Tensor> gathered = new ArrayList<>();
        Tensor consumer;

        Parts(Tensor consumer) {
            this.consumer = consumer;
        }

        Tensor sum() {
            Stream<Tensor> ofSlices = slices.size() < FEWEST ? slices.stream() : Stream.of(new Joining(slices).sum());
            return Stream.concat(ofSlices, joined(gathered)).reduce(Tensor::add).orElseThrow();
        }
    }

    private final Map<Tensor, Tensor> adjoints;
    private final Map<Tensor, Parts> deferred = new HashMap<>();

    /**
     * Makes sums that are added to adjoints.
     *
     * @param adjoints the adjoints so far, by node
     */
    SparseSums(Map<Tensor, Tensor> adjoints) {
        this.adjoints = adjoints;
    }

    /**
     * Takes a contribution to a node's adjoint, if it is that of a part, to be added with others when all are known.
     *
     * @param consumer the slice or gather that contributes
     * @return whether it was taken
     */
    boolean defer(Tensor node, Tensor contribution, Tensor consumer) {
        OpType type = contribution.op().type();
        boolean isOfSlice = type == IndexingGradients.PAD_LIKE;
        boolean isOfGather = type == IndexingGradients.SCATTER_ADD;
        // The gradient of an operation that hands it on, such as add, may be that of a part of its result.
        if ((!isOfSlice && !isOfGather) || contribution.inputs().get(isOfSlice ? 1 : 2) != node) {
            return false;
        }
        Parts parts = deferred.computeIfAbsent(node, key -> new Parts(consumer));
        (isOfSlice ? parts.slices : parts.gathered).add(contribution);
        parts.consumer = consumer;
        return true;
    }

    /** Adds what was deferred to a node's adjoint. */
    void complete(Tensor node) {
        Parts parts = deferred.remove(node);
        if (parts != null) {
            long before = Tensor.latest();
            Provenance.mark(adjoints.merge(node, parts.sum(), Tensor::add), parts.consumer, before);
        }
    }

    /** Returns the gradients of gathers with those along the same axis made one, of all their indices. */
    private static Stream<Tensor> joined(List<Tensor> gathered) {
        Map<Integer, List<Tensor>> byAxis = new LinkedHashMap<>();
        for (Tensor gradient : gathered) {
            byAxis.computeIfAbsent(gatheredAxis(gradient), axis -> new ArrayList<>())
                    .add(gradient);
        }
        return byAxis.entrySet().stream().flatMap(entry -> joined(entry.getKey(), entry.getValue()));
    }

    private static Stream<Tensor> joined(int axis, List<Tensor> gradients) {
        Tensor like = gradients.get(0).inputs().get(2);
        boolean isReshaped = gradients.stream()
                .anyMatch(gradient -> gradient.inputs().get(1).shape().rank() != 1);
        if (gradients.size() == 1 || (isReshaped && !like.shape().with(axis, 1).isKnown())) {
            return gradients.stream();
        }
        int[] dims = like.shape().dims();
        dims[axis] = -1;
        Tensor[] values = new Tensor[gradients.size()];
        Tensor[] indices = new Tensor[values.length];
        for (int i = 0; i < values.length; i++) {
            List<Tensor> inputs = gradients.get(i).inputs();
            boolean isVector = inputs.get(1).shape().rank() == 1;
            values[i] = isVector ? inputs.get(0) : inputs.get(0).reshape(dims);
            indices[i] = isVector ? inputs.get(1) : inputs.get(1).reshape(-1);
        }
        return Stream.of(
                IndexingGradients.scatterAdd(Indexing.concat(axis, values), Indexing.concat(0, indices), axis, like));
    }

    private static int gatheredAxis(Tensor gradient) {
        int axis = gradient.op().attributes().get(Indexing.AXIS);
        return gradient.inputs().get(2).shape().axis(axis);
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
