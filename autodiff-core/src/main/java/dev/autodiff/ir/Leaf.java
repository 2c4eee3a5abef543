package dev.autodiff.ir;

/** A primitive without operands: its value is there before the first instruction runs. */
public sealed interface Leaf extends Primitive permits Constant, Input, StateRead, RandomKey {
    /** Calls the visitor's method for this leaf. */
    <R> R accept(Visitor<R> visitor);

    /** One method for each leaf, so that code which lacks one does not compile. */
    interface Visitor<R> {
        /** Visits a constant. */
        R constant(Constant leaf);

        /** Visits a fed array. */
        R input(Input leaf);

        /** Visits the value of a state. */
        R stateRead(StateRead leaf);

        /** Visits half a random key. */
        R randomKey(RandomKey leaf);
    }
}
