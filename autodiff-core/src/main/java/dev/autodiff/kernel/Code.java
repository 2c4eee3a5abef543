package dev.autodiff.kernel;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The code of one generated method: instructions, local variables, jumps, and the stack map frames at the targets of jumps
 * (where the operand stack is empty in all that we generate).
 */
final class Code {
    static final int ICONST_0 = 3;
    static final int BIPUSH = 16;
    static final int SIPUSH = 17;
    static final int ILOAD = 21;
    static final int FLOAD = 23;
    static final int DLOAD = 24;
    static final int ALOAD = 25;
    static final int IALOAD = 46;
    static final int FALOAD = 48;
    static final int DALOAD = 49;
    static final int AALOAD = 50;
    static final int ISTORE = 54;
    static final int FSTORE = 56;
    static final int DSTORE = 57;
    static final int ASTORE = 58;
    static final int IASTORE = 79;
    static final int FASTORE = 81;
    static final int DASTORE = 82;
    static final int IADD = 96;
    static final int FADD = 98;
    static final int DADD = 99;
    static final int ISUB = 100;
    static final int FSUB = 102;
    static final int DSUB = 103;
    static final int IMUL = 104;
    static final int FMUL = 106;
    static final int DMUL = 107;
    static final int IDIV = 108;
    static final int FDIV = 110;
    static final int DDIV = 111;
    static final int INEG = 116;
    static final int FNEG = 118;
    static final int DNEG = 119;
    static final int D2F = 144;
    static final int F2D = 141;
    static final int IF_ICMPGE = 162;
    static final int GOTO = 167;
    static final int RETURN = 177;
    static final int GETSTATIC = 178;
    static final int INVOKEVIRTUAL = 182;
    static final int INVOKESPECIAL = 183;
    static final int INVOKESTATIC = 184;
    static final int CHECKCAST = 192;

    private static final int IINC = 132;
    private static final int WIDE = 196;
    private static final int FULL_FRAME = 255;
    private static final int OBJECT_TAG = 7;

    /** The verifier's primitive types: the ordinal is the tag in a frame. */
    enum Kind {
        TOP,
        INT,
        FLOAT,
        DOUBLE,
        LONG,
        NULL,
        UNINITIALIZED_THIS
    }

    /** A place to jump to. */
    static final class Label {
        private int position = -1;
        private final List<Integer> jumps = new ArrayList<>();
    }

    /** Either of a primitive kind or, when {@code className} is not 0, an object of the class of that constant. */
    private record Local(Kind kind, int className) {}

    private final ClassFile file;
    private final List<Local> locals = new ArrayList<>();
    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
    private byte[] bytes = new byte[512];
    private int length;
    private int maxLocals;
    private int maxStack = 8;
    private int frameCount;
    private int lastFrame = -1;

    Code(ClassFile file) {
        this.file = file;
    }

    // ---- Local variables

    /** A new local variable of a primitive type; the result is its number. */
    int local(Kind kind) {
        return add(new Local(kind, 0), kind == Kind.DOUBLE || kind == Kind.LONG ? 2 : 1);
    }

    /** A new local variable for an object of a class, or of an array type written as a descriptor. */
    int local(String className) {
        return add(new Local(Kind.TOP, file.classOf(className)), 1);
    }

    private int add(Local local, int slots) {
        int number = maxLocals;
        locals.add(local);
        maxLocals += slots;
        return number;
    }

    /** How many local variables there are, to be given to {@link #place}. */
    int localCount() {
        return locals.size();
    }

    // ---- Instructions

    void op(int opcode) {
        u1(opcode);
    }

    /** An instruction on a local variable. */
    void op(int opcode, int local) {
        if (local > 255) {
            u1(WIDE);
            u1(opcode);
            u2(local);
        } else {
            u1(opcode);
            u1(local);
        }
    }

    /** Pushes a small integer, at most 32767. */
    void push(int value) {
        if (value <= 5) {
            u1(ICONST_0 + value);
        } else if (value <= 127) {
            u1(BIPUSH);
            u1(value);
        } else {
            u1(SIPUSH);
            u2(value);
        }
    }

    /** Adds a small constant, at most 127, to an integer local variable. */
    void increment(int local, int by) {
        boolean wide = local > 255;
        if (wide) {
            u1(WIDE);
        }
        u1(IINC);
        if (wide) {
            u2(local);
            u2(by);
        } else {
            u1(local);
            u1(by);
        }
    }

    /** Calls a method that takes {@code stack} words from the operand stack or leaves as many. */
    void call(int opcode, String owner, String name, String descriptor, int stack) {
        maxStack = Math.max(maxStack, stack + 4);
        u1(opcode);
        u2(file.methodOf(owner, name, descriptor));
    }

    void getStatic(String owner, String name, String descriptor) {
        u1(GETSTATIC);
        u2(file.field(owner, name, descriptor));
    }

    void cast(String className) {
        u1(CHECKCAST);
        u2(file.classOf(className));
    }

    void jump(int opcode, Label label) {
        label.jumps.add(length);
        u1(opcode);
        u2(0);
    }

    /** An instruction whose operand is the number of a constant in the pool. */
    void constant(int opcode, int constant) {
        u1(opcode);
        u2(constant);
    }

    /** An instruction whose operand is one byte, or two. */
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
    void place(Label label, int live) {
        label.position = length;
        int delta = lastFrame < 0 ? length : length - lastFrame - 1;
        lastFrame = length;
        frameCount++;
        frames.write(FULL_FRAME);
        frame2(delta);
        frame2(live);
        for (Local local : locals.subList(0, live)) {
            if (local.className == 0) {
                frames.write(local.kind.ordinal());
            } else {
                frames.write(OBJECT_TAG);
                frame2(local.className);
            }
        }
        frame2(0); // empty stack
    }

    /** Fills in the jumps to a label that has been placed. */
    void resolve(Label label) {
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

    // ---- What the class file needs

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** The content of the StackMapTable attribute; empty if there is none. */
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

    int length() {
        return length;
    }

    int maxStack() {
        return maxStack;
    }

    int maxLocals() {
        return maxLocals;
    }
}
