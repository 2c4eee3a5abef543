package dev.autodiff.kernel.loop;

import dev.autodiff.bytecode.Code;
import dev.autodiff.bytecode.Opcode;
import dev.autodiff.kernel.math.Elementwise;

/** The body of a generated loop: the instructions that load, compute and store one element or vector. */
interface LoopBody {
    /** Returns the array type of operands, as a descriptor such as {@code [F}. */
    String arrayType();

    /** Returns the number of elements that one iteration computes. */
    int step();

    /** Returns the type of a local variable that holds a broadcast element of an input. */
    Code.VerificationType elementKind();

    /** Returns the opcode that loads an element: stack {@code array, index -> element}. */
    int elementLoad();

    /** Returns the opcode that stores an element into a local variable. */
    int elementStore();

    /** Adds a local variable for a value inside the loop. */
    int newValue(Code code);

    /** Loads an advancing input's element or vector into the local variable {@code value}. */
    void loadAdvancing(Code code, Address address, int value);

    /** Makes the broadcast element in local variable {@code element} a value in {@code value}. */
    void loadBroadcast(Code code, int element, int value);

    /** Applies an operation; {@code index} is a local variable with the element's index, for UNIFORM. */
    void apply(Code code, Elementwise op, int[] operands, int index, int result);

    /** Stores the local variable {@code value} into an output. */
    void store(Code code, Address address, int value);

    /**
     * The place of an operand's element.
     *
     * @param array the local variable with the array
     * @param position the local variable with the position that {@code i} is relative to, -1 if it is absolute
     * @param i the local variable that counts
     */
    record Address(int array, int position, int i) {
        /** Pushes array and index. */
        void push(Code code) {
            code.op(Opcode.ALOAD, array);
            code.op(Opcode.ILOAD, i);
            if (position >= 0) {
                code.op(Opcode.ILOAD, position);
                code.op(Opcode.IADD);
            }
        }
    }
}
