package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value in a program that is being built: a primitive and its operands, with the type and the concrete shape. */
public final class Value {
    private final int id;
    private final Primitive primitive;
    private final List<Value> inputs;
    private final @Nullable Object origin;
    private final Value root;
    private final DType dtype;
    private final Shape shape;
    private final int size;

    /**
     * Creates a value; use a {@link ProgramBuilder}.
     *
     * @param id the position in the computation
     * @param origin the object that it came from, see {@link ProgramBuilder#origin}
     */
    public Value(int id, Primitive primitive, DType dtype, Shape shape, @Nullable Object origin, List<Value> inputs) {
        this.id = id;
        this.primitive = primitive;
        this.inputs = List.copyOf(inputs);
        this.dtype = dtype;
        this.shape = shape;
        this.size = shape.size();
        this.origin = origin;
        boolean view = primitive instanceof Operation operation && operation.memory() == Operation.Memory.VIEW;
        this.root = view ? inputs.get(0).root : this;
    }

    /** Returns the position in the computation: operands have lower ones than results. */
    public int id() {
        return id;
    }

    /** Returns the computation of this value from its operands. */
    public Primitive primitive() {
        return primitive;
    }

    /** Returns the operands. */
    public List<Value> inputs() {
        return inputs;
    }

    /** Returns an operand. */
    public Value input(int position) {
        return inputs.get(position);
    }

    /** Returns the object that this came from, see {@link ProgramBuilder#origin}. */
    public @Nullable Object origin() {
        return origin;
    }

    /** Returns the value whose memory this is: another one than itself for a view. */
    public Value root() {
        return root;
    }

    /** Returns the type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the shape, all dimensions known. */
    public Shape shape() {
        return shape;
    }

    /** Returns the number of elements. */
    public int size() {
        return size;
    }

    /** Returns whether the value is there before the first instruction runs. */
    public boolean isLeaf() {
        return primitive instanceof Leaf;
    }

    /** Returns the constant array, or null if this is no constant. */
    public @Nullable NDArray constant() {
        return primitive instanceof Constant constant ? constant.value() : null;
    }

    /** Returns whether this is a constant of one element, that number; 0 and -0 differ. */
    public boolean isConstantNumber(double number) {
        NDArray constant = constant();
        return constant != null && constant.size() == 1 && Double.compare(constant.at(0), number) == 0;
    }

    @Override
    public String toString() {
        return "%" + id + " " + primitive.name() + " " + dtype + " " + shape;
    }
}
