package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Einstein's summation: products of tensors whose axes are named by letters, summed over the letters that the result
 * does not have.
 *
 * <pre>{@code
 * Tensor a = Tensors.constant(new double[][] {{1, 2}, {3, 4}});
 * Tensor b = Tensors.constant(new double[][] {{5, 6}, {7, 8}});
 * Tensor product = Einsum.einsum("ij,jk->ik", a, b);    // [[19.0, 22.0], [43.0, 50.0]]
 * Tensor traced = Einsum.einsum("ii->", a);             // 5.0
 * Tensor outer = Einsum.einsum("i,j->ij", a.sum(0), b.sum(0));   // [[48.0, 56.0], [72.0, 84.0]]
 * }</pre>
 *
 * <p>Products of more than two tensors are taken from left to right, and each is one matrix product.
 */
public final class Einsum {
    public static final OpType CONTRACT = new OpType("contract");

    /** The letters of the axes of both operands of {@link #CONTRACT} and of its result; digits for an ellipsis. */
    public static final Attribute<String> SUBSCRIPTS = new Attribute<>("subscripts");

    private Einsum() {}

    /**
     * Returns the sum of products, of floating-point numbers, as NumPy's {@code einsum}.
     *
     * @param subscripts a letter for each axis of each operand, and behind an arrow those of the result, such as {@code
     *     bij,bjk->bik}. A letter that one operand has twice takes its diagonal. Three dots stand for any further axes,
     *     which broadcast: {@code ...ij,...jk->...ik}. Without an arrow the result has the dots and the letters that
     *     occur once, in the order of the alphabet.
     * @throws GraphException if the subscripts do not fit the operands
     */
    public static Tensor einsum(String subscripts, Tensor... operands) {
        Subscripts parsed;
        try {
            parsed = Subscripts.parse(subscripts, operands);
        } catch (IllegalArgumentException e) {
            throw GraphErrors.mistake("einsum \"" + subscripts + "\"", String.valueOf(e.getMessage()), operands);
        }
        Labelled result = diagonals(operands[0], parsed.operands().get(0));
        for (int i = 1; i < operands.length; i++) {
            Labelled next = diagonals(operands[i], parsed.operands().get(i));
            StringBuilder needed = new StringBuilder(parsed.result());
            parsed.operands().subList(i + 1, operands.length).forEach(needed::append);
            boolean last = i == operands.length - 1;
            result = product(result, next, needed.toString(), last ? parsed.result() : null);
        }
        Labelled summed = sumExcept(result, parsed.result());
        int[] order = parsed.result().chars().map(summed.labels::indexOf).toArray();
        boolean ordered = summed.labels.equals(parsed.result());
        return ordered ? summed.tensor : Shaping.transpose(summed.tensor, order);
    }

    /** A tensor and a label for each of its axes. */
    private record Labelled(Tensor tensor, String labels) {}

    /** Takes the diagonal of axes that have one label: a sum over one of them of what the other agrees with. */
    private static Labelled diagonals(Tensor x, String labels) {
        for (int i = 0; i < labels.length(); i++) {
            int other = labels.indexOf(labels.charAt(i), i + 1);
            if (other >= 0) {
                requireEqual(x, labels.charAt(i), i, other);
                int rank = labels.length();
                int first = i;
                int[] order = new int[rank];
                int kept = 0;
                for (int axis = 0; axis < rank; axis++) {
                    if (axis != first && axis != other) {
                        order[kept++] = axis;
                    }
                }
                order[rank - 2] = first;
                order[rank - 1] = other;
                Tensor moved = Shaping.transpose(x, order);
                if (!moved.shape().isKnown()) { // the matrix with its axes exchanged has its shape only if it is square
                    int[] exchanged = order.clone();
                    exchanged[rank - 2] = other;
                    exchanged[rank - 1] = first;
                    moved = LikeOps.broadcastLike(Shaping.transpose(x, exchanged), moved);
                }
                Tensor diagonal = Triangles.triu(Triangles.tril(moved, 0), 0).sum(-1);
                StringBuilder left =
                        new StringBuilder(labels).deleteCharAt(other).deleteCharAt(first);
                return diagonals(diagonal, left.append(labels.charAt(first)).toString());
            }
        }
        return new Labelled(x, labels);
    }

    private static void requireEqual(Tensor x, char label, int first, int other) {
        int p = x.shape().dim(first);
        int q = x.shape().dim(other);
        if (p != q && p != Shape.UNKNOWN && q != Shape.UNKNOWN) {
            throw GraphErrors.mistake(
                    "einsum",
                    "axis " + label + " has length " + p + " and " + q + " in " + x.shape() + ", which has no diagonal",
                    x);
        }
    }

    private static Labelled sumExcept(Labelled x, String needed) {
        List<Integer> axes = new ArrayList<>();
        StringBuilder left = new StringBuilder();
        for (int axis = 0; axis < x.labels.length(); axis++) {
            char label = x.labels.charAt(axis);
            if (needed.indexOf(label) < 0) {
                axes.add(axis);
            } else {
                left.append(label);
            }
        }
        return axes.isEmpty()
                ? x
                : new Labelled(
                        x.tensor.sum(axes.stream().mapToInt(Integer::intValue).toArray()), left.toString());
    }

    /**
     * Multiplies two tensors.
     *
     * @param needed the labels that the result has to have, as far as the operands have them
     * @param order the labels of the result in their order; null if any order will do
     */
    private static Labelled product(Labelled a, Labelled b, String needed, @Nullable String order) {
        Labelled left = sumExcept(a, needed + b.labels);
        Labelled right = sumExcept(b, needed + a.labels);
        StringBuilder labels = new StringBuilder();
        String both = left.labels + right.labels;
        for (int i = 0; i < both.length(); i++) {
            char label = both.charAt(i);
            if (needed.indexOf(label) >= 0 && labels.indexOf(String.valueOf(label)) < 0) {
                labels.append(label);
            }
        }
        String result = order == null ? labels.toString() : order;
        Tensor product = new Contract(left.labels, right.labels, result).apply(left.tensor, right.tensor);
        return new Labelled(product, result);
    }
}
