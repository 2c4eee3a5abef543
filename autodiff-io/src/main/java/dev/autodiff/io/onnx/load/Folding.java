package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The computation of known whole numbers while the graph is built: what exporters write to work out shapes. A node is
 * folded if all its operands are known and it is one of a few operations; others become part of the graph.
 */
final class Folding {
    /** The most numbers that are computed so. */
    private static final int MOST = 1 << 22;

    /** The most elements of a constant that is computed while the graph is built. */
    private static final int MOST_COMPUTED = 1 << 10;

    private Folding() {}

    /**
     * Returns a result of constants as a constant, if it is small, as what shapes and lengths are computed of is. What
     * is larger is computed when the graph is compiled.
     */
    static Item computed(LoadNode n, Item result) {
        boolean folds =
                n.items().stream().allMatch(item -> item.isEmpty() || item.get().isConstant())
                        && !n.items().isEmpty()
                        && result.longs().isEmpty()
                        && result.tensor().shape().isKnown()
                        && result.tensor().shape().size() <= MOST_COMPUTED;
        if (!folds || result.array().isPresent()) {
            return result;
        }
        NDArray value = result.tensor().eval();
        if (value.dtype() != DType.INT32) {
            return Item.of(Tensors.constant(value));
        }
        long[] numbers = new long[value.size()];
        Arrays.setAll(numbers, i -> (long) value.at(i));
        return Item.of(Longs.of(numbers, value.shape().dims()));
    }

    /** Refuses to make more numbers than shapes can need. */
    static int checked(long count) {
        if (count < 0 || count > MOST) {
            throw new CannotLoad("makes " + count + " numbers of a constant");
        }
        return (int) count;
    }

    /** Returns the result, if the node can be folded. */
    static Optional<Item> fold(LoadNode n) {
        List<Longs> in = new ArrayList<>();
        for (Optional<Item> item : n.items()) {
            Optional<Longs> longs = item.flatMap(Item::longs);
            if (longs.isEmpty()) {
                return Optional.empty();
            }
            in.add(longs.get());
        }
        if (in.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                        switch (n.node().opType()) {
                            case "Identity" -> in.get(0);
                            case "Cast" ->
                                Elements.type(n.whole("to", 0)) == ElementType.INT64
                                                || Elements.type(n.whole("to", 0)) == ElementType.INT32
                                        ? in.get(0)
                                        : null;
                            case "Unsqueeze" ->
                                in.get(0)
                                        .in(unsqueezed(
                                                in.get(0).dims(), in.get(1).ints()));
                            case "Squeeze" -> squeezed(in);
                            case "NonZero" -> nonZero(in.get(0));
                            case "Reshape" -> reshaped(in.get(0), in.get(1).ints());
                            case "Concat" -> concat(in);
                            case "Gather" -> in.get(0).dims().length == 1 ? gather(in.get(0), in.get(1)) : null;
                            case "Slice" -> in.get(0).dims().length == 1 ? slice(in) : null;
                            case "Add", "Sub", "Mul", "Div", "Min", "Max", "Mod", "Equal", "Where" ->
                                elementwise(n, in);
                            case "ReduceProd" ->
                                in.size() == 1 || in.get(0).dims().length == 1 ? all(in.get(0), n) : null;
                            default -> null;
                        })
                .map(Item::of);
    }

    // ---- shapes ----

    private static int[] unsqueezed(int[] dims, int... axes) {
        int rank = dims.length + axes.length;
        List<Integer> result = new ArrayList<>();
        Arrays.stream(dims).forEach(result::add);
        Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().forEach(axis -> {
            if (axis < 0 || axis > result.size()) {
                throw new CannotLoad("adds axis " + axis + " to a shape of " + result.size());
            }
            result.add(axis, 1);
        });
        return result.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Longs reshaped(Longs x, int... dims) {
        return x.in(
                Shape.of(x.size()).equals(Shape.of(dims))
                        ? dims
                        : NDArray.zeros(DType.INT32, x.size())
                                .reshape(dims)
                                .shape()
                                .dims());
    }

    private static @Nullable Longs concat(List<Longs> in) {
        int size = checked(in.stream().mapToLong(Longs::size).sum());
        long[] values = new long[size];
        Longs.@Nullable Source[] sources = new Longs.Source[size];
        int at = 0;
        for (Longs part : in) {
            if (part.dims().length != 1) {
                return null;
            }
            System.arraycopy(part.values(), 0, values, at, part.size());
            System.arraycopy(part.sources(), 0, sources, at, part.size());
            at += part.size();
        }
        return new Longs(values, sources, size);
    }

    private static Longs gather(Longs x, Longs places) {
        long[] values = new long[places.size()];
        Longs.@Nullable Source[] sources = new Longs.Source[values.length];
        for (int i = 0; i < values.length; i++) {
            long place = places.closed()[i];
            int at = Longs.clamped(place < 0 ? place + x.size() : place);
            if (at < 0 || at >= x.size()) {
                throw new CannotLoad("takes element " + place + " of " + x.size());
            }
            values[i] = x.values()[at];
            sources[i] = x.sources()[at];
        }
        return new Longs(values, sources, places.dims());
    }

    /** Returns the place where a slice begins. */
    static long bound(long start, int length, int step) {
        long from = start < 0 ? start + length : start;
        return step > 0 ? Math.max(0, Math.min(length, from)) : Math.max(0, Math.min(length - 1L, from));
    }

    /** Returns the place before which a slice ends. */
    static long boundEnd(long end, int length, int step) {
        if (step == 0) {
            throw new CannotLoad("goes by steps of 0");
        }
        long to = end < 0 ? end + length : end;
        return step > 0 ? Math.max(0, Math.min(length, to)) : Math.max(-1, Math.min(length - 1L, to));
    }

    private static Longs slice(List<Longs> in) {
        Longs x = in.get(0);
        int step = in.size() > 4 ? in.get(4).ints()[0] : 1;
        long to = boundEnd(in.get(2).ints()[0], x.size(), step);
        long from = bound(in.get(1).ints()[0], x.size(), step);
        int count = (int) Math.max(0, (to - from + step - (step > 0 ? 1 : -1)) / step);
        long[] places = new long[count];
        Arrays.setAll(places, i -> from + (long) i * step);
        return gather(x, Longs.of(places, count));
    }

    // ---- arithmetic ----

    /** Computes what broadcasts by repeating single numbers alone; other shapes become part of the graph. */
    private static @Nullable Longs elementwise(LoadNode n, List<Longs> in) {
        int[] dims = {};
        for (Longs each : in) {
            dims = each.dims().length > dims.length
                            || (each.size() > 1 && Shape.of(dims).size() == 1)
                    ? each.dims()
                    : dims;
        }
        for (Longs each : in) {
            boolean single = each.size() == 1 && each.dims().length <= dims.length;
            if (!single && !Arrays.equals(each.dims(), dims)) {
                return null;
            }
        }
        return switch (n.node().opType()) {
            case "Add" -> sum(in, Math::addExact);
            case "Sub" -> sum(in, Math::subtractExact);
            case "Mul" -> product(in);
            case "Div" -> quotient(in);
            case "Min" -> closed(in, Math::min);
            case "Max" -> closed(in, Math::max);
            case "Mod" -> closed(in, Math::floorMod);
            case "Equal" -> equal(in);
            default -> where(in);
        };
    }

    private interface Each {
        /** Sets element i of the result from elements of the operands. */
        void set(Longs a, int i, Longs b, int j, Longs result, int k);
    }

    /** Goes through two operands of one shape, or of which one is a single number of no more axes. */
    private static Longs each(Longs a, Longs b, Each function) {
        boolean wide = b.size() == 1 && b.dims().length <= a.dims().length;
        int size = wide ? a.size() : b.size();
        Longs result = new Longs(new long[size], new Longs.Source[size], wide ? a.dims() : b.dims());
        for (int i = 0; i < size; i++) {
            function.set(a, a.size() == 1 ? 0 : i, b, b.size() == 1 ? 0 : i, result, i);
        }
        return result;
    }

    private static Longs closed(List<Longs> in, LongBinaryOperator function) {
        Longs result = in.get(0);
        for (int n = 1; n < in.size(); n++) {
            result = each(result, in.get(n), (a, i, b, j, to, k) -> {
                try {
                    to.values()[k] = function.applyAsLong(a.closed()[i], b.closed()[j]);
                } catch (ArithmeticException e) {
                    throw new CannotLoad("computes a number that does not exist: " + e.getMessage(), e);
                }
            });
        }
        return result;
    }

    /** Adds or subtracts; of open numbers multiples, or nothing. */
    private static Longs sum(List<Longs> in, LongBinaryOperator function) {
        return each(in.get(0), in.get(1), (a, i, b, j, to, k) -> {
            boolean opened = a.isOpen(i) || b.isOpen(j);
            long left = a.values()[i];
            long right = b.values()[j];
            if (opened && ((!a.isOpen(i) && left != 0) || (!b.isOpen(j) && right != 0))) {
                a.closed();
                b.closed(); // one of them refuses
            }
            long result = function.applyAsLong(left, right);
            to.values()[k] = result;
            to.sources()[k] = !opened || result == 0 ? null : a.isOpen(i) ? a.sources()[i] : b.sources()[j];
        });
    }

    /** Returns the places of numbers that are not 0, of one axis. */
    private static @Nullable Longs nonZero(Longs x) {
        if (x.dims().length != 1) {
            return null;
        }
        long[] places = IntStream.range(0, x.size())
                .filter(i -> x.closed()[i] != 0)
                .asLongStream()
                .toArray();
        return Longs.of(places, 1, places.length);
    }

    /** Returns the numbers without axes of length 1. */
    private static @Nullable Longs squeezed(List<Longs> in) {
        Longs x = in.get(0);
        if (x.size() == 1) {
            return x.in();
        }
        boolean first = in.size() == 2
                && x.dims().length == 2
                && x.dims()[0] == 1
                && Arrays.equals(in.get(1).closed(), new long[] {0});
        return first ? x.in(x.size()) : null;
    }

    private static Longs product(List<Longs> in) {
        return each(in.get(0), in.get(1), (a, i, b, j, to, k) -> {
            if (a.isOpen(i) && b.isOpen(j)) {
                throw new CannotLoad("multiplies two open dimensions");
            }
            to.values()[k] = Math.multiplyHigh(a.values()[i], b.values()[j]) == 0
                            || Math.multiplyHigh(a.values()[i], b.values()[j]) == -1
                    ? a.values()[i] * b.values()[j]
                    : Long.MAX_VALUE;
            to.sources()[k] = a.isOpen(i) ? a.sources()[i] : b.sources()[j];
        });
    }

    private static Longs quotient(List<Longs> in) {
        return each(in.get(0), in.get(1), (a, i, b, j, to, k) -> {
            long divisor = b.closed()[j];
            if (divisor == 0 || (a.isOpen(i) && a.values()[i] % divisor != 0)) {
                throw new CannotLoad(
                        divisor == 0 ? "divides by 0" : "divides an open dimension by " + divisor + ", with a rest");
            }
            to.values()[k] = a.values()[i] / divisor;
            to.sources()[k] = a.sources()[i];
        });
    }

    /** Compares; an open dimension is no number that a shape marks something with, such as -1. */
    private static Longs equal(List<Longs> in) {
        return each(
                in.get(0),
                in.get(1),
                (a, i, b, j, to, k) ->
                        to.values()[k] = a.isOpen(i) == b.isOpen(j) && a.values()[i] == b.values()[j] ? 1 : 0);
    }

    private static @Nullable Longs where(List<Longs> in) {
        Longs condition = in.get(0);
        Longs chosen = each(in.get(1), in.get(2), (a, i, b, j, to, k) -> {
            boolean first = condition.closed()[condition.size() == 1 ? 0 : k] != 0;
            to.values()[k] = first ? a.values()[i] : b.values()[j];
            to.sources()[k] = first ? a.sources()[i] : b.sources()[j];
        });
        return condition.size() == 1 || condition.size() == chosen.size() ? chosen : null;
    }

    private static Longs all(Longs x, LoadNode n) {
        long product = 1;
        Longs.Source source = null;
        for (int i = 0; i < x.size(); i++) {
            if (source != null && x.isOpen(i)) {
                throw new CannotLoad("multiplies two open dimensions");
            }
            product *= x.values()[i];
            source = x.isOpen(i) ? x.sources()[i] : source;
        }
        return new Longs(
                new long[] {product},
                new Longs.Source[] {source},
                n.flag("keepdims", true) ? new int[] {1} : new int[0]);
    }
}
