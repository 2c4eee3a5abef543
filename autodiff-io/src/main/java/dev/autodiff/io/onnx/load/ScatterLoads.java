package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Tensors of which some elements are added to, or replaced at places that are known beforehand. */
final class ScatterLoads {
    /** The most updates of one place. */
    private static final int MOST_ROUNDS = 256;

    private ScatterLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("ScatterElements", LoadRule.one(ScatterLoads::elements));
        rules.put("ScatterND", LoadRule.one(ScatterLoads::blocks));
    }

    private static int[] known(Shape shape) {
        if (!shape.isKnown()) {
            throw new CannotLoad("replaces elements of an open shape: " + shape);
        }
        return shape.dims();
    }

    /** Returns a place counted from the first one. */
    private static int place(int place, int length) {
        int at = place < 0 ? place + length : place;
        if (at < 0 || at >= length) {
            throw new CannotLoad("replaces element " + place + " of " + length);
        }
        return at;
    }

    private static boolean adds(LoadNode n) {
        return n.text("reduction", "none").equals("add");
    }

    private static Tensor elements(LoadNode n) {
        int along = n.axis(n.whole("axis", 0));
        if (adds(n) && n.shape(0).with(along, 1).equals(n.shape(1).with(along, 1))) {
            return Sorting.addAlong(n.in(0), IndexLoads.places(n, along), n.in(2), along);
        }
        int[] dims = known(n.shape(0));
        int axis = n.axis(n.whole("axis", 0));
        int[] indices = n.ints(1);
        int[] of = n.longs(1).dims();
        if (of.length != dims.length) {
            throw new CannotLoad("has indices of " + of.length + " axes for " + dims.length);
        }
        int[] places = new int[indices.length];
        for (int i = 0; i < places.length; i++) {
            int rest = i;
            int stride = 1;
            for (int k = dims.length - 1; k >= 0; k--) {
                int own = place(k == axis ? indices[i] : rest % of[k], dims[k]);
                places[i] += own * stride;
                stride *= dims[k];
                rest /= of[k];
            }
        }
        Tensor data = n.in(0).reshape(-1, 1);
        return scattered(n, data, places, n.in(2).reshape(-1, 1)).reshape(dims);
    }

    private static Tensor blocks(LoadNode n) {
        if (adds(n) && n.shape(1).dim(-1) == 1) {
            return Indexing.addAt(n.in(0), IndexLoads.places(n, 0).squeeze(-1), n.in(2), 0);
        }
        int[] dims = known(n.shape(0));
        int[] indices = n.ints(1);
        int[] of = n.longs(1).dims();
        int depth = of.length == 0 ? 0 : of[of.length - 1];
        if (depth < 1 || depth > dims.length) {
            throw new CannotLoad("has indices of " + depth + " numbers for " + dims.length + " axes");
        }
        int[] places = new int[indices.length / depth];
        for (int i = 0; i < places.length; i++) {
            for (int k = 0; k < depth; k++) {
                places[i] = places[i] * dims[k] + place(indices[i * depth + k], dims[k]);
            }
        }
        int block = Arrays.stream(dims).skip(depth).reduce(1, Math::multiplyExact);
        int count = Arrays.stream(dims).limit(depth).reduce(1, Math::multiplyExact);
        Tensor data = n.in(0).reshape(count, block);
        return scattered(n, data, places, n.in(2).reshape(places.length, block)).reshape(dims);
    }

    /**
     * Returns rows of which some are replaced. Updates of the same row follow each other in rounds.
     *
     * @param data the rows {@code [rows, block]}
     * @param updates the new rows {@code [places, block]}
     */
    private static Tensor scattered(LoadNode n, Tensor data, int[] places, Tensor updates) {
        BinaryOperator<Tensor> reduction =
                switch (n.text("reduction", "none")) {
                    case "none" -> (old, update) -> update;
                    case "add" -> Arithmetic::add;
                    case "mul" -> Arithmetic::mul;
                    case "max" -> Arithmetic::maximum;
                    case "min" -> Arithmetic::minimum;
                    default -> throw new CannotLoad("has the reduction " + n.text("reduction", ""));
                };
        int rows = data.shape().dim(0);
        int[] times = new int[rows];
        int rounds = 0;
        int[] round = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            round[i] = times[places[i]]++;
            rounds = Math.max(rounds, round[i] + 1);
        }
        if (rounds > MOST_ROUNDS) {
            throw new CannotLoad("replaces an element " + rounds + " times");
        }
        Tensor result = data;
        for (int r = 0; r < rounds; r++) {
            NDArray from = NDArray.zeros(DType.INT32, rows);
            NDArray changed = NDArray.zeros(DType.INT32, rows, 1);
            for (int i = 0; i < places.length; i++) {
                if (round[i] == r) {
                    ((int[]) from.storage())[places[i]] = i;
                    ((int[]) changed.storage())[places[i]] = 1;
                }
            }
            Tensor moved = Indexing.gather(updates, Tensors.constant(from), 0);
            result = Comparisons.where(Tensors.constant(changed), reduction.apply(result, moved), result);
        }
        return result;
    }
}
