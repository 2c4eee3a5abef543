package dev.autodiff.ir;

/**
 * The computation of a {@link Value}: a {@link Leaf} or an {@link Operation}, with its parameters. Operands, type and
 * shape are the value's own. The list is closed; a primitive that does not answer every question asked here, in {@link
 * Operation} or by an {@link Operation.Visitor} does not compile.
 */
public sealed interface Primitive permits Leaf, Operation {
    /** Returns the name for drawings, profiles and error messages, in camel case. */
    String name();

    /**
     * Returns the parameters, by which primitives of one class are told apart: on equal operands, two with equal
     * parameters give the same value. The equality of records is not used, as the JDK makes it at run time, which costs
     * a millisecond a class at start.
     */
    Object parameters();

    /**
     * Checks the types and shapes of a value of this primitive and of its operands.
     *
     * @throws IllegalStateException if they do not fit, which is a defect of what added the value
     */
    void verify(Value value);
}
