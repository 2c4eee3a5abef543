package dev.autodiff.bytecode;

/**
 * The instructions that are generated or copied, by their names in the Java Virtual Machine Specification (chapter 6).
 *
 * <p>Instructions that exist for several types stand in the order int, long, float, double, reference, so that those of
 * another type are found by adding {@link #FLOAT} or {@link #DOUBLE} to those for int.
 */
public final class Opcode {
    /** From an instruction on ints, such as {@link #IADD} or {@link #ILOAD}, to that on floats. */
    public static final int FLOAT = 2;
    /** From an instruction on ints, such as {@link #IADD} or {@link #ILOAD}, to that on doubles. */
    public static final int DOUBLE = 3;

    public static final int ICONST_M1 = 2;
    public static final int ICONST_0 = 3;
    public static final int ICONST_1 = 4;
    public static final int ICONST_2 = 5;
    public static final int ICONST_3 = 6;
    public static final int ICONST_4 = 7;
    public static final int ICONST_5 = 8;
    public static final int FCONST_0 = 11;
    public static final int FCONST_1 = 12;
    public static final int FCONST_2 = 13;
    public static final int DCONST_0 = 14;
    public static final int BIPUSH = 16;
    public static final int SIPUSH = 17;
    public static final int LDC = 18;
    public static final int LDC_W = 19;
    public static final int ILOAD = 21;
    public static final int FLOAD = 23;
    public static final int DLOAD = 24;
    public static final int ALOAD = 25;
    public static final int ILOAD_0 = 26;
    public static final int ILOAD_3 = 29;
    public static final int FLOAD_0 = 34;
    public static final int FLOAD_3 = 37;
    public static final int ALOAD_0 = 42;
    public static final int ALOAD_3 = 45;
    public static final int IALOAD = 46;
    public static final int FALOAD = 48;
    public static final int AALOAD = 50;
    public static final int ISTORE = 54;
    public static final int FSTORE = 56;
    public static final int ASTORE = 58;
    public static final int ISTORE_0 = 59;
    public static final int ISTORE_3 = 62;
    public static final int FSTORE_0 = 67;
    public static final int FSTORE_3 = 70;
    public static final int ASTORE_0 = 75;
    public static final int ASTORE_3 = 78;
    public static final int IASTORE = 79;
    public static final int POP = 87;
    public static final int DUP = 89;
    public static final int IADD = 96;
    public static final int ISUB = 100;
    public static final int IMUL = 104;
    public static final int IDIV = 108;
    public static final int INEG = 116;
    public static final int IINC = 132;
    public static final int F2D = 141;
    public static final int D2F = 144;
    public static final int IFEQ = 153;
    public static final int IF_ICMPGE = 162;
    public static final int GOTO = 167;
    public static final int IRETURN = 172;
    public static final int ARETURN = 176;
    public static final int RETURN = 177;
    public static final int GETSTATIC = 178;
    public static final int INVOKEVIRTUAL = 182;
    public static final int INVOKESPECIAL = 183;
    public static final int INVOKESTATIC = 184;
    public static final int CHECKCAST = 192;
    public static final int WIDE = 196;

    private Opcode() {}
}
