package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a model whose rows follow an image that was made a row. Channels of images are last here and first
 * in PyTorch, so that an element of the image has another place in the row: H, W, C here, C, H, W there. The images are
 * followed through the graph for inference, from windows (convolution, pooling) to the product with weights.
 */
final class ChannelOrder {
    private static final Set<OpType> WINDOWS = Set.of(
            Convolutions.CONVOLUTION,
            Convolutions.CONVOLUTION_TRANSPOSE,
            Convolutions.CONVOLUTION_IMAGE,
            Pooling.MAX_POOL,
            Pooling.WINDOW_COUNTS);

    private static final Set<OpType> RESHAPES = Set.of(Shaping.RESHAPE, Shaping.EXPAND_DIMS, Shaping.SQUEEZE);

    private static final Set<OpType> REDUCTIONS =
            Set.of(Reductions.SUM, Reductions.MEAN, Reductions.MAX, Reductions.MIN, Reductions.LOG_SUM_EXP);

    /** A role that a tensor may have. */
    private enum Kind {
        /** An image with channels last. */
        IMAGE,
        /** An image in another shape, which may become one again. */
        RESHAPED,
        /** An image as a row. */
        ROW,
        /** Something of which a part or a mixture is an image. */
        MIXED,
        /** A row of outputs of a layer. */
        FEATURES,
        /** Outputs of a layer in the shape of an image. */
        FOLDED
    }

    /**
     * The role of a tensor.
     *
     * @param image the shape of the image
     */
    private record Role(Kind kind, Shape image) {}

    private final Map<Tensor, Role> roles = new HashMap<>();
    private final Set<Tensor> data = new HashSet<>();
    private final Map<Variable, Shape> rows = new HashMap<>();

    /**
     * Follows the images of a network.
     *
     * @throws IllegalArgumentException if an image and a row are made of each other in a way that cannot be followed
     */
    ChannelOrder(Network network) {
        for (Tensor node : Topology.order(network.outputs(Mode.INFERENCE))) {
            if (node instanceof Placeholder || node.inputs().stream().anyMatch(data::contains)) {
                data.add(node);
            }
            Role role = role(node);
            if (role != null) {
                roles.put(node, role);
            }
        }
    }

    /** Returns a value of PyTorch in the order of the rows of a variable. */
    NDArray ordered(Variable variable, NDArray value) {
        Shape image = rows.get(variable);
        return image == null ? value : exchanged(value, image.dim(-1), positions(image));
    }

    /** Returns the value of a variable in PyTorch's order, the inverse of {@link #ordered}. */
    NDArray original(Variable variable, NDArray value) {
        Shape image = rows.get(variable);
        return image == null ? value : exchanged(value, positions(image), image.dim(-1));
    }

    /** Returns a value with the rows of its groups exchanged: the first of each, then the second of each, and so on. */
    private static NDArray exchanged(NDArray value, int outer, int inner) {
        return value.reshape(outer, inner, value.size() / (outer * inner))
                .transpose(1, 0, 2)
                .reshape(value.shape().dims());
    }

    private static int positions(Shape image) {
        int positions = 1;
        for (int axis = 1; axis < image.rank() - 1; axis++) {
            positions *= image.dim(axis);
        }
        return positions;
    }

    private static boolean isKnown(Shape image) {
        for (int axis = 1; axis < image.rank(); axis++) {
            if (image.dim(axis) == Shape.UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the order matters: several channels at several places. */
    private static boolean isOrdered(Shape image) {
        return !isKnown(image) || (image.dim(-1) > 1 && positions(image) > 1);
    }

    private @Nullable Role role(Tensor node) {
        OpType type = node.op().type();
        List<Tensor> in = node.inputs();
        if (WINDOWS.contains(type)) {
            in.forEach(operand -> requireNot(Kind.FOLDED, operand, node));
            return new Role(Kind.IMAGE, node.shape());
        }
        if (type.equals(LinearAlgebra.MATMUL)) {
            return product(node, in.get(0), in.get(1));
        }
        Role first =
                in.stream().map(roles::get).filter(Objects::nonNull).findFirst().orElse(null);
        if (first == null) {
            return null;
        }
        if (RESHAPES.contains(type)) {
            return reshaped(node, first);
        }
        if (type.equals(Shaping.TRANSPOSE)) {
            return transposed(node, first);
        }
        if (REDUCTIONS.contains(type)) {
            boolean channels = first.kind == Kind.IMAGE
                    && node.shape().rank() > 2
                    && node.shape().dim(-1) == first.image.dim(-1);
            return channels ? new Role(Kind.IMAGE, node.shape()) : null;
        }
        return combined(node, first);
    }

    /** Returns the role of a product, and notes the weights whose rows follow an image. */
    private @Nullable Role product(Tensor node, Tensor x, Tensor weights) {
        requireNot(Kind.MIXED, x, node);
        Role role = roles.get(x);
        if (role != null && role.kind == Kind.ROW) {
            if (!(weights instanceof Variable variable)) {
                throw refusal(node);
            }
            rows.put(variable, role.image);
        }
        boolean features = x.shape().rank() == 2 && weights instanceof Variable;
        return features ? new Role(Kind.FEATURES, node.shape()) : null;
    }

    private static @Nullable Role reshaped(Tensor node, Role role) {
        Shape shape = node.shape();
        Shape image = role.image;
        boolean isRow = shape.rank() <= 2;
        switch (role.kind) {
            case IMAGE, RESHAPED -> {
                if (!isOrdered(image)) {
                    return null;
                }
                if (isRow && shape.dim(-1) != image.dim(-1)) {
                    boolean followed = role.kind == Kind.IMAGE && isKnown(image);
                    return new Role(followed ? Kind.ROW : Kind.MIXED, image);
                }
                boolean again = role.kind == Kind.RESHAPED && shape.rank() == image.rank();
                return shape.dim(-1) == image.dim(-1)
                                && (again || withoutOnes(shape).equals(withoutOnes(image)))
                        ? new Role(Kind.IMAGE, shape)
                        : new Role(Kind.RESHAPED, image);
            }
            case ROW -> {
                return isRow ? role : new Role(shape.equals(image) ? Kind.IMAGE : Kind.MIXED, image);
            }
            case FEATURES -> {
                return isRow ? role : isOrdered(shape) ? new Role(Kind.FOLDED, shape) : null;
            }
            case FOLDED -> {
                return isRow ? new Role(Kind.FEATURES, shape) : new Role(Kind.FOLDED, shape);
            }
            default -> {
                return role;
            }
        }
    }

    private static List<Integer> withoutOnes(Shape shape) {
        return Arrays.stream(shape.dims()).filter(dim -> dim != 1).boxed().toList();
    }

    private static @Nullable Role transposed(Tensor node, Role role) {
        List<Integer> axes = node.op().attributes().get(Shaping.PERMUTATION);
        int rank = node.shape().rank();
        boolean lastStays = node.shape().axis(axes.get(rank - 1)) == rank - 1;
        return lastStays || role.kind == Kind.MIXED ? role : null;
    }

    /** Returns the role of what other operations make: elementwise ones, padding, slices. */
    private @Nullable Role combined(Tensor node, Role first) {
        List<Tensor> in = node.inputs();
        if (in.stream().anyMatch(operand -> is(operand, Kind.IMAGE))) {
            in.forEach(operand -> requireNot(Kind.FOLDED, operand, node));
            return node.shape().rank() > 2 ? new Role(Kind.IMAGE, node.shape()) : null;
        }
        if (in.stream().anyMatch(operand -> is(operand, Kind.ROW) || is(operand, Kind.MIXED))) {
            boolean sameRows = in.stream()
                    .allMatch(operand -> is(operand, Kind.ROW)
                            ? operand.shape().equals(node.shape()) && first.equals(roles.get(operand))
                            : !roles.containsKey(operand) && isSameAlongRow(operand, node.shape(), first.image));
            return new Role(sameRows ? Kind.ROW : Kind.MIXED, first.image);
        }
        return first.kind == Kind.RESHAPED && node.shape().rank() <= 2 ? null : first;
    }

    private boolean is(Tensor tensor, Kind kind) {
        Role role = roles.get(tensor);
        return role != null && role.kind == kind;
    }

    /**
     * Returns whether an operand beside a row is a number for the whole row, or parameters with one for each element,
     * which are noted.
     */
    private boolean isSameAlongRow(Tensor operand, Shape row, Shape image) {
        if (operand.shape().isScalar() || operand.shape().dim(-1) == 1) {
            return true;
        }
        if (data.contains(operand)) {
            return false;
        }
        for (Tensor tensor : Topology.order(List.of(operand))) {
            if (tensor instanceof Variable variable && variable.shape().size() > 1) {
                if (!variable.shape().equals(Shape.of(row.dim(-1)))) {
                    return false;
                }
                rows.put(variable, image);
            }
        }
        return true;
    }

    private void requireNot(Kind kind, Tensor operand, Tensor node) {
        if (is(operand, kind)) {
            throw refusal(node);
        }
    }

    private static IllegalArgumentException refusal(Tensor node) {
        return new IllegalArgumentException(
                "cannot be loaded into a model with " + node.name() + ", where an image with"
                        + " channels last becomes a row, or a row such an image, in a way that cannot be followed:"
                        + " PyTorch has channels first, so that the numbers have another order there. Give the layers"
                        + " of images channelsFirst(), or transpose to [examples, channels, height, width] before the"
                        + " image becomes a row"
                        + ": Layer.of(x -> x.transpose(0, 3, 1, 2))");
    }
}
