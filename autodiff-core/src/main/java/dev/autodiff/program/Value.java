package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import org.jspecify.annotations.Nullable;

/** A value in a program that is being built: an operation and its operands, with the type and the concrete shape. */
public final class Value {
    final int id;
    final Kind kind;
    final Value[] inputs;
    final @Nullable Object origin;
    /** The value whose memory this is: reshaping makes a view. */
    final Value root;

    private final DType dtype;
    private final Shape shape;
    private final int size;

    Value(int id, Kind kind, DType dtype, Shape shape, @Nullable Object origin, Value... inputs) {
        this.id = id;
        this.kind = kind;
        this.inputs = inputs;
        this.dtype = dtype;
        this.shape = shape;
        this.size = shape.size();
        this.origin = origin;
        this.root = kind instanceof Kind.Reshape ? inputs[0].root : this;
    }

    /** The type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** The shape, all dimensions known. */
    public Shape shape() {
        return shape;
    }

    int size() {
        return size;
    }

    boolean isLeaf() {
        return inputs.length == 0;
    }

    /** The constant array if this is one. */
    @Nullable NDArray constant() {
        return kind instanceof Kind.Constant constant ? constant.value() : null;
    }

    /** Whether this is a constant of one element, that number; 0 and -0 differ. */
    boolean isConstantNumber(double number) {
        NDArray constant = constant();
        return constant != null && constant.size() == 1 && Double.compare(constant.at(0), number) == 0;
    }

    @Override
    public String toString() {
        return "%" + id + " " + kind + " " + dtype + " " + shape;
    }
}
