package dev.autodiff.nn.train;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Labels with the axes of the outputs, as Keras gives them to a loss: a vector for a column of outputs becomes a column
 * and the other way round. A loss that brings the shapes together by itself gets them as they are.
 */
final class AlignedLabels {
    private AlignedLabels() {}

    /** Returns a loss, of labels with a last axis of size 1 if the output has one, where this makes no pairs. */
    static Tensor loss(Loss loss, Tensor output, Tensor labels) {
        Tensor aligned = aligned(output, labels);
        if (aligned == labels) {
            return loss.apply(output, labels);
        }
        try {
            Tensor value = loss.apply(output, aligned);
            if (!isOfPairs(value, output, aligned)) {
                return value;
            }
        } catch (GraphException e) {
            // The loss takes labels as they are, or says in terms of these why they do not fit.
        }
        return loss.apply(output, labels);
    }

    private static Tensor aligned(Tensor output, Tensor labels) {
        int rank = output.shape().rank();
        int labelRank = labels.shape().rank();
        if (rank == labelRank + 1 && output.shape().dim(-1) == 1) {
            return labels.expandDims(-1);
        }
        return rank == labelRank - 1 && rank > 0 && labels.shape().dim(-1) == 1 ? labels.squeeze(-1) : labels;
    }

    /** Tells whether a loss has a number for each two examples: whether somewhere a vector meets a column. */
    private static boolean isOfPairs(Tensor value, Tensor output, Tensor labels) {
        Set<Tensor> given = new HashSet<>(Topology.order(List.of(output, labels)));
        return Topology.order(List.of(value)).stream()
                .filter(node -> !given.contains(node) && node.op().isElementwise())
                .anyMatch(AlignedLabels::hasPairs);
    }

    private static boolean hasPairs(Tensor node) {
        Stream<Tensor> inputs = node.inputs().stream();
        return inputs.anyMatch(column -> node.inputs().stream().anyMatch(vector -> isColumnOf(column, vector)));
    }

    private static boolean isColumnOf(Tensor column, Tensor vector) {
        int rank = vector.shape().rank();
        return rank > 0
                && column.shape().rank() == rank + 1
                && column.shape().dim(-1) == 1
                && vector.shape().dim(0) == Shape.UNKNOWN
                && Arrays.equals(
                        Arrays.copyOf(column.shape().dims(), rank),
                        vector.shape().dims());
    }
}
