package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of {@link OpTable} for statistics, scans, arrangements, sorting and Einstein's summation. */
final class FunctionTable {
    private static final List<String> SUBSCRIPTS = List.of(
            "ij,jk->ik",
            "bij,bjk->bik",
            "bij,kj->bki",
            "ij,jk,kl->li",
            "i,j->ij",
            "i,i,i->i",
            "ij,ij->",
            "abc,cd->b",
            "iji->j",
            "ii,i->",
            "ijk->kj");

    private FunctionTable() {}

    static void addTo(Map<String, OpTable.Row> rows) {
        statistics(rows);
        scans(rows);
        recurrences(rows);
        arrangements(rows);
        sorting(rows);
        rows.put("Einsum.einsum", draw -> {
            String subscripts = SUBSCRIPTS.get(draw.below(SUBSCRIPTS.size()));
            return draw.chance(0.3) ? dotted(draw) : einsum(subscripts, draw);
        });
    }

    private static OpTable.Case einsum(String subscripts, Draw draw) {
        Map<Character, Integer> lengths = new TreeMap<>();
        String[] terms = subscripts.substring(0, subscripts.indexOf('-')).split(",", -1);
        NDArray[] operands = new NDArray[terms.length];
        for (int i = 0; i < terms.length; i++) {
            int[] dims = terms[i].chars()
                    .map(label -> lengths.computeIfAbsent((char) label, unseen -> draw.dim()))
                    .toArray();
            operands[i] = draw.real(dims);
        }
        return new OpTable.Case(in -> Einsum.einsum(subscripts, in.toArray(Tensor[]::new)), operands);
    }

    /** Stacks that broadcast. */
    private static OpTable.Case dotted(Draw draw) {
        int[] stack = draw.dims(0, 2);
        int[] other = draw.broadcastable(stack);
        int k = draw.dim();
        return new OpTable.Case(
                in -> Einsum.einsum("...ij,...jk->...ki", in.get(0), in.get(1)),
                draw.real(OpTable.join(stack, draw.dim(), k)),
                draw.real(OpTable.join(other, k, draw.dim())));
    }

    /** Dimensions of which one, along the given axis, is 2 or more. */
    private static int[] spread(Draw draw, int axis, int rank) {
        int[] dims = draw.dims(rank);
        dims[Math.floorMod(axis, rank)] = 2 + draw.below(3);
        return dims;
    }

    private static void statistics(Map<String, OpTable.Row> rows) {
        rows.put("Statistics.norm", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] axes = draw.axes(dims.length);
            boolean keep = draw.chance(0.5);
            return new OpTable.Case(in -> Statistics.norm(in.get(0), keep, axes), draw.distinct(dims));
        });
        rows.put("Statistics.variance", draw -> {
            int rank = 1 + draw.below(3);
            int axis = draw.axis(rank);
            int correction = draw.below(2);
            boolean keep = draw.chance(0.5);
            return new OpTable.Case(
                    in -> Statistics.variance(in.get(0), correction, keep, axis),
                    draw.distinct(spread(draw, axis, rank)));
        });
        rows.put("Statistics.std", draw -> {
            int rank = 1 + draw.below(3);
            int axis = draw.axis(rank);
            int correction = draw.below(2);
            boolean keep = draw.chance(0.5);
            return new OpTable.Case(
                    in -> Statistics.std(in.get(0), correction, keep, axis), draw.distinct(spread(draw, axis, rank)));
        });
    }

    /** Numbers of which some are 0. */
    private static NDArray withZeros(Draw draw, int... dims) {
        double[] values = draw.real(dims).toDoubles();
        for (int i = 0; i < values.length; i++) {
            values[i] = draw.chance(0.25) ? 0 : values[i];
        }
        return NDArray.wrap(values, dims);
    }

    private static void scans(Map<String, OpTable.Row> rows) {
        rows.put("Scans.cumsum", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            return new OpTable.Case(in -> Scans.cumsum(in.get(0), axis), draw.real(dims));
        });
        rows.put("Scans.cumprod", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            return new OpTable.Case(in -> Scans.cumprod(in.get(0), axis).add(in.get(0)), withZeros(draw, dims));
        });
        rows.put("Scans.prod", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] axes = draw.axes(dims.length);
            boolean keep = draw.chance(0.5);
            NDArray x = draw.chance(0.5) ? draw.positive(dims) : withZeros(draw, dims);
            return new OpTable.Case( // with a sum, as the gradient of a product with two zeros is 0 and tells nothing
                    in -> Scans.prod(in.get(0), keep, axes).add(Reductions.sum(in.get(0), keep, axes)), x);
        });
    }

    private static void recurrences(Map<String, OpTable.Row> rows) {
        rows.put("Recurrence.scan", draw -> {
            int steps = 1 + draw.below(4);
            int batch = 1 + draw.below(3);
            int features = 1 + draw.below(3);
            int units = 1 + draw.below(3);
            boolean reverse = draw.chance(0.5);
            return new OpTable.Case(
                    in -> {
                        Recurrence.Step result = Recurrence.scan(
                                (slices, states) -> {
                                    Tensor h = slices.get(0)
                                            .matmul(in.get(2))
                                            .add(states.get(0).matmul(in.get(3)))
                                            .tanh();
                                    return new Recurrence.Step(List.of(h.mul(states.get(0))), List.of(h));
                                },
                                List.of(in.get(0)),
                                List.of(in.get(1)),
                                reverse);
                        return result.outputs().get(0).add(result.states().get(0));
                    },
                    draw.real(steps, batch, features),
                    draw.real(batch, units),
                    draw.real(features, units),
                    draw.real(units, units));
        });
    }

    private static void arrangements(Map<String, OpTable.Row> rows) {
        rows.put("Arrangement.tile", draw -> {
            int[] repeats = draw.dims(0, 3);
            return new OpTable.Case(in -> Arrangement.tile(in.get(0), repeats), draw.real(draw.dims(0, 3)));
        });
        rows.put("Arrangement.pad/4", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] before = draw.integers(3, dims.length).toInts();
            int[] after = draw.integers(3, dims.length).toInts();
            boolean constant = draw.chance(0.5);
            double value = draw.below(2);
            PadMode mode = draw.chance(0.5) ? PadMode.EDGE : PadMode.REFLECT;
            for (int i = 0; !constant && i < dims.length; i++) {
                dims[i] = 1 + Math.max(before[i], after[i]) + draw.below(2);
            }
            return new OpTable.Case(
                    in -> constant
                            ? Arrangement.pad(in.get(0), before, after, value)
                            : Arrangement.pad(in.get(0), before, after, mode),
                    draw.real(dims));
        });
        rows.put("Arrangement.flip", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] axes = draw.axes(dims.length);
            return new OpTable.Case(in -> Arrangement.flip(in.get(0), axes), draw.real(dims));
        });
        rows.put("Arrangement.slice", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            dims[Math.floorMod(axis, dims.length)] = 1 + draw.below(5);
            int start = draw.below(8) - 4;
            int end = draw.chance(0.5) ? Integer.MAX_VALUE : draw.below(8) - 3;
            int step = 1 + draw.below(3);
            return new OpTable.Case(
                    in -> Arrangement.slice(in.get(0).reshape(dims), start, end, step, axis), draw.real(dims));
        });
        rows.put("Triangles.tril", draw -> {
            NDArray x = draw.real(draw.dims(2, 4));
            int diagonal = draw.below(4) - 2;
            return new OpTable.Case(
                    in -> in.get(0).sub(Triangles.tril(in.get(0), diagonal).mul(2)), x);
        });
        rows.put("Triangles.triu", draw -> {
            NDArray x = draw.real(draw.dims(2, 4));
            int diagonal = draw.below(4) - 2;
            return new OpTable.Case(
                    in -> in.get(0).sub(Triangles.triu(in.get(0), diagonal).mul(2)), x);
        });
    }

    private static void sorting(Map<String, OpTable.Row> rows) {
        rows.put("Sorting.sort/2", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            return new OpTable.Case(in -> Sorting.sort(in.get(0), axis), draw.distinct(dims));
        });
        rows.put("Sorting.sort/3", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            boolean descending = draw.chance(0.5);
            return new OpTable.Case(in -> Sorting.sort(in.get(0), axis, descending), draw.distinct(dims));
        });
        rows.put("Sorting.topK", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            int k = 1 + draw.below(2);
            dims[Math.floorMod(axis, dims.length)] = k + draw.below(3);
            return new OpTable.Case(in -> Sorting.topK(in.get(0), k, axis), draw.distinct(dims));
        });
        rows.put("Sorting.takeAlong", draw -> {
            Along along = Along.of(draw);
            return new OpTable.Case(
                    in -> Sorting.takeAlong(in.get(0), in.get(1), along.axis),
                    draw.real(along.dims),
                    draw.integers(along.length(), along.taken));
        });
        rows.put("Sorting.addAlong", draw -> {
            Along along = Along.of(draw);
            return new OpTable.Case(
                    in -> Sorting.addAlong(in.get(0), in.get(1), in.get(2), along.axis),
                    draw.real(along.dims),
                    draw.integers(along.length(), along.taken),
                    draw.real(along.taken));
        });
    }

    /**
     * The sizes of an array, and of positions along one of its axes.
     *
     * @param dims the array's
     * @param taken the positions'
     */
    private record Along(int axis, int[] dims, int[] taken) {
        static Along of(Draw draw) {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            int place = Math.floorMod(axis, dims.length);
            dims[place] = draw.length();
            int[] taken = dims.clone();
            taken[place] = 1 + draw.below(4);
            return new Along(axis, dims, taken);
        }

        int length() {
            return dims[Math.floorMod(axis, dims.length)];
        }
    }
}
