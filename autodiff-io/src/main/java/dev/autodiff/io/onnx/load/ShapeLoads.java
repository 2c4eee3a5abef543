package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.PadMode;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Triangles;
import dev.autodiff.io.onnx.schema.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The same elements in another arrangement, and constants. */
final class ShapeLoads {
    private ShapeLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Constant", n -> List.of(constant(n)));
        rules.put("ConstantOfShape", n -> List.of(constantOfShape(n)));
        rules.put("Shape", n -> List.of(Item.of(shape(n))));
        rules.put("Size", n -> List.of(Item.of(size(n))));
        rules.put("Reshape", LoadRule.one(n -> reshape(n.in(0), n.longs(1), n.flag("allowzero", false))));
        rules.put("Flatten", LoadRule.one(ShapeLoads::flatten));
        rules.put("Transpose", LoadRule.one(ShapeLoads::transpose));
        rules.put(
                "Squeeze", LoadRule.one(n -> Shaping.squeeze(n.in(0), n.axes(1).orElse(new int[0]))));
        rules.put("Unsqueeze", LoadRule.one(ShapeLoads::unsqueeze));
        rules.put("Expand", LoadRule.one(ShapeLoads::expand));
        rules.put("Tile", LoadRule.one(n -> Arrangement.tile(n.in(0), n.ints(1))));
        rules.put("Concat", LoadRule.one(n -> {
            Tensor[] parts =
                    IntStream.range(0, n.items().size()).mapToObj(n::in).toArray(Tensor[]::new);
            return Indexing.concat(n.whole("axis", 0), parts);
        }));
        rules.put("Split", ShapeLoads::split);
        rules.put("Pad", LoadRule.one(ShapeLoads::pad));
        rules.put("Trilu", LoadRule.one(n -> {
            int k = n.has(1) ? n.ints(1)[0] : 0;
            return n.flag("upper", true) ? Triangles.triu(n.in(0), k) : Triangles.tril(n.in(0), k);
        }));
        rules.put("EyeLike", LoadRule.one(ShapeLoads::eyeLike));
        rules.put("DepthToSpace", LoadRule.one(ShapeLoads::depthToSpace));
        rules.put("SpaceToDepth", LoadRule.one(ShapeLoads::spaceToDepth));
    }

    // ---- constants ----

    private static Item constant(LoadNode n) {
        if (n.hasAttribute("value")) {
            return Elements.item(n.tensor("value"), n.external());
        }
        if (n.hasAttribute("value_int")) {
            return Item.of(Longs.scalar(n.attribute("value_int").whole()));
        }
        if (n.hasAttribute("value_ints")) {
            long[] values = n.attribute("value_ints").wholes();
            return Item.of(Longs.of(values, values.length));
        }
        if (n.hasAttribute("value_float")) {
            return Item.of(Tensors.scalar(n.number("value_float", 0)));
        }
        if (n.hasAttribute("value_floats")) {
            return Item.of(Tensors.constant(n.attribute("value_floats").numbers()));
        }
        throw new CannotLoad("is no constant of numbers: its attributes are "
                + n.node().attributes().keySet());
    }

    private static Item constantOfShape(LoadNode n) {
        Longs shape = n.longs(0);
        if (!shape.isClosed()) {
            NDArray one = n.hasAttribute("value")
                    ? Elements.item(n.tensor("value"), n.external()).array().orElseThrow()
                    : NDArray.of(0f);
            return Item.of(open(Tensors.constant(one.reshape()), shape));
        }
        int[] dims = shape.ints();
        if (!n.hasAttribute("value")) {
            return Item.of(Tensors.zeros(dims));
        }
        TensorProto value = n.tensor("value");
        if (Elements.dtype(Elements.type(value.typeCode())) == DType.INT32) {
            long[] all = new long[Folding.checked(Shape.of(dims).size())];
            Arrays.fill(all, Elements.longs(value, n.external()).values()[0]);
            return Item.of(Longs.of(all, dims));
        }
        NDArray one = Elements.array(value, n.external());
        return Item.of(Tensors.constant(NDArray.full(one.dtype(), Shape.of(dims), one.at(0))));
    }

    /** Returns x broadcast to a shape with dimensions that are open until the model is run. */
    private static Tensor open(Tensor x, Longs shape) {
        int[] known = new int[shape.size()];
        for (int i = 0; i < known.length; i++) {
            known[i] = shape.isOpen(i) ? 1 : Longs.clamped(shape.values()[i]);
        }
        Tensor wide = Shaping.broadcastTo(
                x, Shape.broadcast(x.shape(), Shape.of(known)).dims());
        for (int i = 0; i < known.length; i++) {
            Longs.Source source = shape.sources()[i];
            if (source != null) {
                int[] dims = new int[known.length];
                Arrays.fill(dims, 1);
                dims[i] = Shape.UNKNOWN;
                int factor = Longs.clamped(shape.values()[i]);
                Tensor zeros = factor == 1 ? source.zeros() : Arrangement.tile(source.zeros(), factor);
                wide = wide.sub(zeros.reshape(dims).cast(x.dtype())); // so that -0 stays what it is
            }
        }
        return wide;
    }

    private static Longs shape(LoadNode n) {
        int rank = n.rank(0);
        int start = bounded(n.whole("start", 0), rank);
        int end = Math.max(start, bounded(n.whole("end", rank), rank));
        long[] values = new long[end - start];
        Longs.@Nullable Source[] sources = new Longs.Source[values.length];
        for (int i = 0; i < values.length; i++) {
            int dim = n.shape(0).dim(start + i);
            sources[i] = dim == Shape.UNKNOWN ? new Longs.Source(n.in(0), start + i) : null;
            values[i] = dim == Shape.UNKNOWN ? 1 : dim;
        }
        return new Longs(values, sources, values.length);
    }

    private static int bounded(int place, int rank) {
        return Math.max(0, Math.min(rank, place < 0 ? place + rank : place));
    }

    private static Longs size(LoadNode n) {
        long size = 1;
        Longs.Source source = null;
        for (int axis = 0; axis < n.rank(0); axis++) {
            int dim = n.shape(0).dim(axis);
            if (dim == Shape.UNKNOWN && source != null) {
                throw new CannotLoad("counts the elements of " + n.shape(0) + ", which has several open dimensions");
            }
            size *= dim == Shape.UNKNOWN ? 1 : dim;
            source = dim == Shape.UNKNOWN ? new Longs.Source(n.in(0), axis) : source;
        }
        return new Longs(new long[] {size}, new Longs.Source[] {source});
    }

    // ---- shapes ----

    /** Returns x in a shape in which 0 stands for the dimension of x, -1 for what is left, and some are open. */
    private static Tensor reshape(Tensor x, Longs target, boolean allowZero) {
        int rank = target.size();
        int[] dims = new int[rank];
        long known = 1; // of the target, with the factors of open dimensions
        int open = 0;
        int rest = -1;
        for (int i = 0; i < rank; i++) {
            long value = target.values()[i];
            boolean copied = value == 0 && !allowZero && !target.isOpen(i);
            if (copied && i >= x.shape().rank()) {
                throw new CannotLoad("copies dimension " + i + " of " + x.shape() + ", which has none");
            }
            dims[i] = target.isOpen(i)
                    ? Shape.UNKNOWN
                    : Longs.clamped(copied ? x.shape().dim(i) : value);
            if (target.isOpen(i) || (copied && dims[i] == Shape.UNKNOWN)) {
                open++;
                known *= copied ? 1 : value;
            } else if (value == -1) {
                rest = i;
            } else {
                known *= dims[i];
            }
        }
        if (open > 1) {
            throw new CannotLoad("has several open dimensions: read the model with lengths for them");
        }
        if (open == 1 && x.shape().isKnown()) {
            throw new CannotLoad(
                    "gives " + x.shape() + " a dimension that is open: read the model with a length for it");
        }
        if (open == 1 && rest >= 0) {
            dims[rest] = rest(x.shape(), known);
        }
        return Shaping.reshape(x, dims);
    }

    /** Returns the dimension that is left, where x and its target both have one open dimension, which is the same. */
    private static int rest(Shape shape, long known) {
        long size = 1;
        int unknown = 0;
        for (int dim : shape.dims()) {
            size *= dim == Shape.UNKNOWN ? 1 : dim;
            unknown += dim == Shape.UNKNOWN ? 1 : 0;
        }
        if (unknown != 1 || known == 0 || size % known != 0) {
            throw new CannotLoad("leaves a dimension of " + shape
                    + " to be worked out beside an open one: read the model with a length for that");
        }
        return Longs.clamped(size / known);
    }

    private static Tensor flatten(LoadNode n) {
        Tensor x = n.in(0);
        int axis = n.whole("axis", 1);
        int at = axis < 0 ? axis + n.rank(0) : axis;
        int[] dims = x.shape().dims();
        int rows = product(dims, 0, at);
        int columns = product(dims, at, dims.length);
        return Shaping.reshape(x, rows, columns);
    }

    /** Returns the product of some dimensions, -1 if one of them is open. */
    private static int product(int[] dims, int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) {
            product = dims[i] == Shape.UNKNOWN || product == Shape.UNKNOWN
                    ? Shape.UNKNOWN
                    : Math.multiplyExact(product, dims[i]);
        }
        return product;
    }

    private static Tensor transpose(LoadNode n) {
        int rank = n.rank(0);
        int[] order = n.wholes("perm")
                .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
        return order.length == 0 ? n.in(0) : Shaping.transpose(n.in(0), order);
    }

    private static Tensor unsqueeze(LoadNode n) {
        int[] axes = n.axes(1).orElseThrow(() -> new CannotLoad("names no axes"));
        int rank = n.rank(0) + axes.length;
        Tensor result = n.in(0);
        for (int axis :
                Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray()) {
            result = result.expandDims(axis);
        }
        return result;
    }

    private static Tensor expand(LoadNode n) {
        Tensor x = n.in(0);
        Longs target = n.longs(1);
        boolean same = target.size() <= x.shape().rank();
        for (int i = 1; same && i <= target.size(); i++) {
            long wanted = target.values()[target.size() - i];
            boolean open = target.isOpen(target.size() - i);
            same = open
                    ? wanted == 1 && x.shape().dim(-i) == Shape.UNKNOWN
                    : wanted == 1 || wanted == x.shape().dim(-i);
        }
        if (same) {
            return x;
        }
        if (!target.isClosed()) {
            return open(x, target);
        }
        return Shaping.broadcastTo(
                x, Shape.broadcast(x.shape(), Shape.of(target.ints())).dims());
    }

    // ---- parts ----

    private static List<Item> split(LoadNode n) {
        int axis = n.axis(n.whole("axis", 0));
        int length = n.shape(0).dim(axis);
        int parts = n.whole("num_outputs", n.node().outputs().size());
        int[] sizes = n.has(1) ? n.ints(1) : n.wholes("split").orElse(null);
        if (sizes == null) {
            if (length == Shape.UNKNOWN || parts < 1) {
                throw new CannotLoad("divides an axis whose length is open into " + parts + " parts");
            }
            int size = (length + parts - 1) / parts;
            sizes = new int[parts];
            for (int i = 0; i < parts; i++) {
                sizes[i] = Math.max(0, Math.min(size, length - i * size));
            }
        }
        List<Item> items = new ArrayList<>();
        Arrangement.split(n.in(0), sizes, axis).forEach(part -> items.add(Item.of(part)));
        return items;
    }

    private static Tensor pad(LoadNode n) {
        Tensor x = n.in(0);
        int rank = n.rank(0);
        int[] given = n.ints(1);
        int[] axes = n.has(3) ? n.ints(3) : n.allAxes();
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] starts = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, -1);
        boolean cut = false;
        for (int i = 0; i < axes.length; i++) {
            int axis = n.axis(axes[i]);
            int low = given[i];
            int high = given[i + axes.length];
            before[axis] = Math.max(0, low);
            after[axis] = Math.max(0, high);
            starts[axis] = Math.max(0, -low);
            if (high < 0) {
                if (n.shape(0).dim(axis) == Shape.UNKNOWN) {
                    throw new CannotLoad("cuts off the end of an axis whose length is open");
                }
                sizes[axis] = n.shape(0).dim(axis) - starts[axis] + high;
            }
            cut = cut || low < 0 || high < 0;
        }
        Tensor inside = cut ? Indexing.slice(x, starts, sizes) : x;
        return switch (n.text("mode", "constant")) {
            case "constant" -> Arrangement.pad(inside, before, after, n.has(2) ? n.number(2) : 0);
            case "reflect" -> Arrangement.pad(inside, before, after, PadMode.REFLECT);
            case "edge" -> Arrangement.pad(inside, before, after, PadMode.EDGE);
            case "wrap" -> wrapped(inside, before, after);
            default -> throw new CannotLoad("pads in mode \"" + n.text("mode", "") + "\"");
        };
    }

    /** Returns x with what is at its other end at each end. */
    private static Tensor wrapped(Tensor x, int[] before, int[] after) {
        Tensor result = x;
        for (int axis = 0; axis < before.length; axis++) {
            int length = x.shape().dim(axis);
            int low = before[axis];
            if (low == 0 && after[axis] == 0) {
                continue;
            }
            if (length < 1) {
                throw new CannotLoad("wraps around an axis of " + length);
            }
            int[] places = new int[Folding.checked((long) low + length + after[axis])];
            Arrays.setAll(places, i -> Math.floorMod(i - low, length));
            result = Indexing.gather(result, Tensors.constant(places), axis);
        }
        return result;
    }

    private static Tensor eyeLike(LoadNode n) {
        int[] dims = n.shape(0).dims();
        if (dims.length != 2 || !n.shape(0).isKnown()) {
            throw new CannotLoad("makes ones on the diagonal of " + n.shape(0));
        }
        int k = n.whole("k", 0);
        DType dtype = n.hasAttribute("dtype")
                ? Elements.dtype(Elements.type(n.whole("dtype", 1)))
                : n.in(0).dtype();
        Tensor ones = Tensors.constant(NDArray.full(dtype, Shape.of(dims), 1));
        return Triangles.triu(Triangles.tril(ones, k), k);
    }

    // ---- blocks ----

    private static Tensor depthToSpace(LoadNode n) {
        Tensor x = n.in(0);
        int b = n.whole("blocksize", 1);
        int[] d = x.shape().dims();
        boolean columnsFirst = n.text("mode", "DCR").equals("CRD");
        Tensor split = columnsFirst
                ? x.reshape(d[0], d[1] / (b * b), b, b, d[2], d[3]).transpose(0, 1, 4, 2, 5, 3)
                : x.reshape(d[0], b, b, d[1] / (b * b), d[2], d[3]).transpose(0, 3, 4, 1, 5, 2);
        return split.reshape(d[0], d[1] / (b * b), d[2] * b, d[3] * b);
    }

    private static Tensor spaceToDepth(LoadNode n) {
        int b = n.whole("blocksize", 1);
        int[] d = n.shape(0).dims();
        boolean columnsFirst = n.text("mode", "DCR").equals("CRD");
        Tensor split = n.in(0).reshape(d[0], d[1], d[2] / b, b, d[3] / b, b);
        return (columnsFirst ? split.transpose(0, 1, 3, 5, 2, 4) : split.transpose(0, 3, 5, 1, 2, 4))
                .reshape(d[0], d[1] * b * b, d[2] / b, d[3] / b);
    }
}
