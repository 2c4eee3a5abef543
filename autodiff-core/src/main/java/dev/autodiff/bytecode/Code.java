package dev.autodiff.bytecode;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The code of one generated method: instructions, local variables, jumps, and the stack map frames at the targets of
 * jumps (where the operand stack is empty in all that we generate).
 */
public final class Code {
    private static final int FULL_FRAME = 255;
    private static final int OBJECT_TAG = 7;
    /** Local variables up to this number fit into an instruction of ordinary length. */
    private static final int MAX_BYTE = 255;

    /** The verifier's types other than objects: the ordinal is the tag in a frame. */
    public enum VerificationType {
        TOP,
        INT,
        FLOAT,
        DOUBLE,
        LONG,
        NULL,
        UNINITIALIZED_THIS
    }

    /** A place to jump to. */
    public static final class Label {
        private int position = -1;
        private final List<Integer> jumps = new ArrayList<>();
    }

    /** Either of a primitive kind or, when {@code className} is not 0, an object of the class of that constant. */
    private record Local(VerificationType type, int className) {}

    private final ClassFile file;
    private final List<Local> locals = new ArrayList<>();
    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
    private byte[] bytes = new byte[512];
    private int length;
    private int maxLocals;
    private int maxStack = 8;
    private int frameCount;
    private int lastFrame = -1;

    public Code(ClassFile file) {
        this.file = file;
    }

    // ---- Local variables

    /** Adds a local variable of a primitive type and returns its number. */
    public int local(VerificationType type) {
        return add(new Local(type, 0), type == VerificationType.DOUBLE || type == VerificationType.LONG ? 2 : 1);
    }

    /**
     * Adds a local variable for an object and returns its number.
     *
     * @param className the name of a class, or an array type written as a descriptor
     */
    public int local(String className) {
        return add(new Local(VerificationType.TOP, file.classOf(className)), 1);
    }

    private int add(Local local, int slots) {
        int number = maxLocals;
        locals.add(local);
        maxLocals += slots;
        return number;
    }

    /** Returns the number of local variables, as {@link #place} takes it. */
    public int localCount() {
        return locals.size();
    }

    // ---- Instructions

    /** Appends an instruction without operands. */
    public void op(int opcode) {
        u1(opcode);
    }

    /** Appends an instruction on a local variable. */
    public void op(int opcode, int local) {
        if (local > MAX_BYTE) {
            u1(Opcode.WIDE);
            u1(opcode);
            u2(local);
        } else {
            u1(opcode);
            u1(local);
        }
    }

    /** Pushes a small integer, at most 32767. */
    public void push(int value) {
        if (value <= 5) {
            u1(Opcode.ICONST_0 + value);
        } else if (value <= 127) {
            u1(Opcode.BIPUSH);
            u1(value);
        } else {
            u1(Opcode.SIPUSH);
            u2(value);
        }
    }

    /** Adds a small constant, at most 127, to an integer local variable. */
    public void increment(int local, int by) {
        boolean wide = local > MAX_BYTE;
        if (wide) {
            u1(Opcode.WIDE);
        }
        u1(Opcode.IINC);
        if (wide) {
            u2(local);
            u2(by);
        } else {
            u1(local);
            u1(by);
        }
    }

    /** Calls a method that takes {@code stack} words from the operand stack or leaves as many. */
    public void call(int opcode, String owner, String name, String descriptor, int stack) {
        maxStack = Math.max(maxStack, stack + 4);
        u1(opcode);
        u2(file.methodOf(owner, name, descriptor));
    }

    /** Pushes a static field. */
    public void getStatic(String owner, String name, String descriptor) {
        u1(Opcode.GETSTATIC);
        u2(file.field(owner, name, descriptor));
    }

    /** Casts the object on the operand stack. */
    public void cast(String className) {
        u1(Opcode.CHECKCAST);
        u2(file.classOf(className));
    }

    /** Jumps to a label, which may be placed later. */
    public void jump(int opcode, Label label) {
        label.jumps.add(length);
        u1(opcode);
        u2(0);
    }

    /** Appends an instruction whose operand is the number of a constant in the pool. */
    void constant(int opcode, int constant) {
        u1(opcode);
        u2(constant);
    }

    /** Appends an instruction whose operand is one byte, or two. */
    void immediate(int opcode, int bytes, int value) {
        u1(opcode);
        if (bytes == 2) {
            u2(value);
        } else {
            u1(value);
        }
    }

    /** Makes room for {@code words} on the operand stack. */
    void reserveStack(int words) {
        maxStack = Math.max(maxStack, words);
    }

    /** Puts a label here, where the first {@code live} local variables have values. */
    public void place(Label label, int live) {
        label.position = length;
        int delta = lastFrame < 0 ? length : length - lastFrame - 1;
        lastFrame = length;
        frameCount++;
        frames.write(FULL_FRAME);
        frame2(delta);
        frame2(live);
        for (Local local : locals.subList(0, live)) {
            if (local.className == 0) {
                frames.write(local.type.ordinal());
            } else {
                frames.write(OBJECT_TAG);
                frame2(local.className);
            }
        }
        frame2(0); // empty stack
    }

    /** Fills in the jumps to a label that has been placed. */
    public void resolve(Label label) {
        for (int jump : label.jumps) {
            int distance = label.position - jump;
            bytes[jump + 1] = (byte) (distance >> 8);
            bytes[jump + 2] = (byte) distance;
        }
    }

    private void frame2(int value) {
        frames.write(value >> 8);
        frames.write(value);
    }

    private void u1(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) value;
    }

    private void u2(int value) {
        u1(value >> 8);
        u1(value);
    }

    // ---- For the class file

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Returns the content of the StackMapTable attribute; empty if there is none. */
    byte[] frames() {
        byte[] entries = frames.toByteArray();
        if (frameCount == 0) {
            return entries;
        }
        byte[] table = new byte[entries.length + 2];
        table[0] = (byte) (frameCount >> 8);
        table[1] = (byte) frameCount;
        System.arraycopy(entries, 0, table, 2, entries.length);
        return table;
    }

    /** Returns the number of bytes of code so far. */
    public int length() {
        return length;
    }

    int maxStack() {
        return maxStack;
    }

    int maxLocals() {
        return maxLocals;
    }
}
