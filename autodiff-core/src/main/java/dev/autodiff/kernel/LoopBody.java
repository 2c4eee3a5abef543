package dev.autodiff.kernel;

/** How the inside of a generated loop is written: which instructions load, compute and store one element or vector. */
interface LoopBody {
    /** The array type of operands, as a descriptor such as {@code [F}. */
    String arrayType();

    /** How many elements one iteration computes. */
    int step();

    /** The type of a local variable that holds a broadcast element of an input. */
    Code.Kind elementKind();

    /** Loads an element: stack {@code array, index -> element}. */
    int elementLoad();

    /** Stores an element into a local variable. */
    int elementStore();

    /** A new local variable for a value inside the loop. */
    int newValue(Code code);

    /** Loads {@code array[index]}, the two given as something that pushes them, into the local variable {@code value}. */
    void loadAdvancing(Code code, Runnable address, int value);

    /** Makes the broadcast element in local variable {@code element} a value in {@code value}. */
    void loadBroadcast(Code code, int element, int value);

    /** Applies an operation; {@code index} is a local variable with the element's index, for UNIFORM. */
    void apply(Code code, Elementwise op, int[] operands, int index, int result);

    /** Stores the local variable {@code value} into {@code array[index]}, pushed by {@code address}. */
    void store(Code code, Runnable address, int value);
}
