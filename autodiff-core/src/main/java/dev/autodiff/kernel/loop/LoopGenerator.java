package dev.autodiff.kernel.loop;

import dev.autodiff.bytecode.ClassFile;
import dev.autodiff.bytecode.Code;
import dev.autodiff.bytecode.Opcode;
import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.Elementwise;

/**
 * The writer of one method that runs a {@link LoopCode} over a block: a loop over rows around a loop over columns,
 * whose body a {@link LoopBody} writes. It is, for an addition with a broadcast second operand,
 *
 * <pre>{@code
 * float[] a0 = (float[]) arrays[slots[0]], a1 = ..., a2 = ...;
 * int stride0 = rowStrides[0], at0 = offsets[slots[0]] + base[0] + row0 * stride0 + col0, ...;
 * int width = col1 - col0;
 * for (; row0 < row1; row0++) {
 *     float e1 = a1[at1];
 *     for (int i = 0; i < width; i++) {
 *         a2[at2 + i] = a0[at0 + i] + e1;
 *     }
 *     at0 += stride0; at1 += stride1; at2 += stride2;
 * }
 * }</pre>
 *
 * <p>or, where all advancing operands have the same position throughout ("aligned"), with {@code a2[i] = a0[i] + e1}
 * for i from {@code at2} to {@code at2 + width}: C2 turns that form into vector instructions.
 */
final class LoopGenerator {
    /** The parameters of {@link Loop#run}. */
    static final String DESCRIPTOR = "([Ljava/lang/Object;[I[I[I[IIIIII)V";
    /** The parameters of {@link VectorForm#run}: one more. */
    static final String VECTOR_DESCRIPTOR = "([Ljava/lang/Object;[I[I[I[IIIIIII)V";

    private final ClassFile file;
    private final Code code;
    private final LoopCode loop;
    private final LoopBody body;
    private final boolean aligned;

    private int arrays;
    private int offsets;
    private int slots;
    private int base;
    private int rowStrides;
    private int columns;
    private int row0;
    private int row1;
    private int col0;
    private int col1;

    /** For each operand its array, its position in the current row and the distance between rows. */
    private final int[] array;

    private final int[] at;
    private final int[] stride;
    private int width;
    /** The index of the row's first element, less the position of i there. */
    private int rowIndex;

    private LoopGenerator(ClassFile file, LoopCode loop, LoopBody body, boolean aligned) {
        this.file = file;
        this.code = new Code(file);
        this.loop = loop;
        this.body = body;
        this.aligned = aligned;
        int operands = loop.inputs() + loop.outputs().size();
        array = new int[operands];
        at = new int[operands];
        stride = new int[operands];
    }

    /**
     * Adds the method to a class.
     *
     * @param aligned true to write the form for equal positions of all advancing operands
     */
    static void generate(ClassFile file, String name, LoopCode loop, LoopBody body, boolean aligned) {
        LoopGenerator generator = new LoopGenerator(file, loop, body, aligned);
        generator.parameters();
        generator.prologue();
        generator.rows();
        generator.finish(name, DESCRIPTOR);
    }

    /** Adds the method of a {@link VectorForm}. */
    static void generateVectorForm(ClassFile file, LoopCode loop, LoopBody body) {
        LoopGenerator generator = new LoopGenerator(file, loop, body, false);
        generator.parameters();
        generator.emptyLoop(generator.code.local(Code.VerificationType.INT));
        generator.prologue();
        generator.rows();
        generator.finish("run", VECTOR_DESCRIPTOR);
    }

    /** Appends {@code for (int i = 0; i < spin; i++) {}}, see {@link VectorForm}. */
    private void emptyLoop(int spin) {
        int i = code.local(Code.VerificationType.INT);
        code.op(Opcode.ICONST_0);
        code.op(Opcode.ISTORE, i);
        Code.Label head = new Code.Label();
        Code.Label end = new Code.Label();
        int live = code.localCount();
        code.place(head, live);
        code.op(Opcode.ILOAD, i);
        code.op(Opcode.ILOAD, spin);
        code.jump(Opcode.IF_ICMPGE, end);
        code.increment(i, 1);
        code.jump(Opcode.GOTO, head);
        code.place(end, live);
        code.resolve(head);
        code.resolve(end);
    }

    private void parameters() {
        code.local("java/lang/Object"); // this, never used
        arrays = code.local("[Ljava/lang/Object;");
        offsets = code.local("[I");
        slots = code.local("[I");
        base = code.local("[I");
        rowStrides = code.local("[I");
        columns = code.local(Code.VerificationType.INT);
        row0 = code.local(Code.VerificationType.INT);
        row1 = code.local(Code.VerificationType.INT);
        col0 = code.local(Code.VerificationType.INT);
        col1 = code.local(Code.VerificationType.INT);
    }

    private boolean isBroadcast(int operand) {
        return operand < loop.inputs() && loop.broadcast().get(operand);
    }

    // ---- Before the loops

    private void prologue() {
        int shared = -1;
        for (int k = 0; k < array.length; k++) {
            loadArray(k);
            if (aligned && !isBroadcast(k) && shared >= 0) {
                at[k] = at[shared];
                stride[k] = stride[shared];
            } else {
                loadPosition(k);
                shared = isBroadcast(k) ? shared : k;
            }
        }
        width = code.local(Code.VerificationType.INT);
        code.op(Opcode.ILOAD, col1);
        code.op(Opcode.ILOAD, col0);
        code.op(Opcode.ISUB);
        code.op(Opcode.ISTORE, width);
        rowIndex = code.local(Code.VerificationType.INT);
        code.op(Opcode.ILOAD, row0);
        code.op(Opcode.ILOAD, columns);
        code.op(Opcode.IMUL);
        code.op(Opcode.ILOAD, col0);
        code.op(Opcode.IADD);
        code.op(Opcode.ISTORE, rowIndex);
    }

    private void loadArray(int operand) {
        array[operand] = code.local(body.arrayType());
        code.op(Opcode.ALOAD, arrays);
        pushSlot(operand);
        code.op(Opcode.AALOAD);
        code.cast(body.arrayType());
        code.op(Opcode.ASTORE, array[operand]);
    }

    private void loadPosition(int operand) {
        stride[operand] = code.local(Code.VerificationType.INT);
        pushElement(rowStrides, operand);
        code.op(Opcode.ISTORE, stride[operand]);
        at[operand] = code.local(Code.VerificationType.INT);
        code.op(Opcode.ALOAD, offsets);
        pushSlot(operand);
        code.op(Opcode.IALOAD);
        pushElement(base, operand);
        code.op(Opcode.IADD);
        code.op(Opcode.ILOAD, row0);
        code.op(Opcode.ILOAD, stride[operand]);
        code.op(Opcode.IMUL);
        code.op(Opcode.IADD);
        if (!isBroadcast(operand)) {
            code.op(Opcode.ILOAD, col0);
            code.op(Opcode.IADD);
        }
        code.op(Opcode.ISTORE, at[operand]);
    }

    private void pushSlot(int operand) {
        pushElement(slots, operand);
    }

    private void pushElement(int ints, int index) {
        code.op(Opcode.ALOAD, ints);
        code.push(index);
        code.op(Opcode.IALOAD);
    }

    // ---- The loops

    private void rows() {
        Code.Label head = new Code.Label();
        Code.Label end = new Code.Label();
        int live = code.localCount();
        code.place(head, live);
        code.op(Opcode.ILOAD, row0);
        code.op(Opcode.ILOAD, row1);
        code.jump(Opcode.IF_ICMPGE, end);
        columns();
        for (int k = 0; k < array.length; k++) {
            if (ownsPosition(k)) {
                add(at[k], stride[k]);
            }
        }
        add(rowIndex, columns);
        code.increment(row0, 1);
        code.jump(Opcode.GOTO, head);
        code.place(end, live);
        code.op(Opcode.RETURN);
        code.resolve(head);
        code.resolve(end);
    }

    /** Returns whether the operand's position is a local variable of its own, not that of an earlier operand. */
    private boolean ownsPosition(int operand) {
        for (int k = 0; k < operand; k++) {
            if (at[k] == at[operand]) {
                return false;
            }
        }
        return true;
    }

    private void add(int local, int other) {
        code.op(Opcode.ILOAD, local);
        code.op(Opcode.ILOAD, other);
        code.op(Opcode.IADD);
        code.op(Opcode.ISTORE, local);
    }

    private void columns() {
        int[] element = loadBroadcastElements();
        int first = array.length - 1; // an output: it advances
        int i = code.local(Code.VerificationType.INT);
        int limit = code.local(Code.VerificationType.INT);
        if (aligned) {
            code.op(Opcode.ILOAD, at[first]);
        } else {
            code.op(Opcode.ICONST_0);
        }
        code.op(Opcode.ISTORE, i);
        code.op(Opcode.ILOAD, i);
        code.op(Opcode.ILOAD, width);
        code.op(Opcode.IADD);
        code.op(Opcode.ISTORE, limit);
        Code.Label head = new Code.Label();
        Code.Label end = new Code.Label();
        int live = code.localCount();
        code.place(head, live);
        code.op(Opcode.ILOAD, i);
        code.op(Opcode.ILOAD, limit);
        code.jump(Opcode.IF_ICMPGE, end);
        body(element, i, at[first]);
        code.increment(i, body.step());
        code.jump(Opcode.GOTO, head);
        code.place(end, live);
        code.resolve(head);
        code.resolve(end);
    }

    private int[] loadBroadcastElements() {
        int[] element = new int[loop.inputs()];
        for (int k = 0; k < loop.inputs(); k++) {
            if (isBroadcast(k)) {
                element[k] = code.local(body.elementKind());
                code.op(Opcode.ALOAD, array[k]);
                code.op(Opcode.ILOAD, at[k]);
                code.op(body.elementLoad());
                code.op(body.elementStore(), element[k]);
            }
        }
        return element;
    }

    // ---- The body of the inner loop

    private void body(int[] element, int i, int start) {
        int[] value = new int[loop.inputs() + loop.instructions().size()];
        for (int k = 0; k < loop.inputs(); k++) {
            value[k] = body.newValue(code);
            if (isBroadcast(k)) {
                body.loadBroadcast(code, element[k], value[k]);
            } else {
                body.loadAdvancing(code, address(k, i), value[k]);
            }
        }
        int index = usesIndex() ? index(i, start) : -1;
        for (int s = 0; s < loop.instructions().size(); s++) {
            int result = loop.inputs() + s;
            value[result] = body.newValue(code);
            body.apply(
                    code,
                    loop.instructions().get(s).op(),
                    operands(loop.instructions().get(s), value),
                    index,
                    value[result]);
        }
        for (int o = 0; o < loop.outputs().size(); o++) {
            int operand = loop.inputs() + o;
            body.store(code, address(operand, i), value[loop.outputs().get(o)]);
        }
    }

    private static int[] operands(Instruction instruction, int[] value) {
        return switch (instruction.op().arity()) {
            case 1 -> new int[] {value[instruction.a()]};
            case 2 -> new int[] {value[instruction.a()], value[instruction.b()]};
            default -> new int[] {value[instruction.a()], value[instruction.b()], value[instruction.c()]};
        };
    }

    private LoopBody.Address address(int operand, int i) {
        return new LoopBody.Address(array[operand], aligned ? -1 : at[operand], i);
    }

    private boolean usesIndex() {
        for (Instruction instruction : loop.instructions()) {
            if (instruction.op() == Elementwise.UNIFORM) {
                return true;
            }
        }
        return false;
    }

    /** Computes the index of the element at i: the row's first index plus how far i is from where it started. */
    private int index(int i, int start) {
        int index = code.local(Code.VerificationType.INT);
        code.op(Opcode.ILOAD, rowIndex);
        code.op(Opcode.ILOAD, i);
        code.op(Opcode.IADD);
        if (aligned) {
            code.op(Opcode.ILOAD, start);
            code.op(Opcode.ISUB);
        }
        code.op(Opcode.ISTORE, index);
        return index;
    }

    private void finish(String name, String descriptor) {
        if (code.length() >= 8000) {
            throw new IllegalArgumentException(
                    "A loop of " + loop.instructions().size() + " operations makes a method of " + code.length()
                            + " bytes; the JIT compiler refuses methods of 8000 or more, so divide it");
        }
        file.method(name, descriptor, code);
    }
}
