package dev.autodiff.kernel;

import dev.autodiff.array.DType;

/** Loops over one element at a time, in any element type. C2 turns those of simple arithmetic into vector instructions. */
final class ScalarBody implements LoopBody {
    private static final String SCALAR_MATH = "dev/autodiff/kernel/ScalarMath";
    private static final String MATH = "java/lang/Math";

    private final DType type;
    /** The type's letter in a descriptor. */
    private final String letter;
    /** What to add to an int instruction to have that of the type: I, (L,) F, D stand in this order everywhere. */
    private final int shift;

    ScalarBody(DType type) {
        this.type = type;
        letter = switch (type) {
            case FLOAT32 -> "F";
            case FLOAT64 -> "D";
            case INT32 -> "I";
        };
        shift = switch (type) {
            case FLOAT32 -> 2;
            case FLOAT64 -> 3;
            case INT32 -> 0;
        };
    }

    @Override
    public String arrayType() {
        return "[" + letter;
    }

    @Override
    public int step() {
        return 1;
    }

    @Override
    public Code.Kind elementKind() {
        return switch (type) {
            case FLOAT32 -> Code.Kind.FLOAT;
            case FLOAT64 -> Code.Kind.DOUBLE;
            case INT32 -> Code.Kind.INT;
        };
    }

    @Override
    public int elementLoad() {
        return Code.IALOAD + shift;
    }

    @Override
    public int elementStore() {
        return Code.ISTORE + shift;
    }

    @Override
    public int newValue(Code code) {
        return code.local(elementKind());
    }

    @Override
    public void loadAdvancing(Code code, Runnable address, int value) {
        address.run();
        code.op(elementLoad());
        code.op(elementStore(), value);
    }

    @Override
    public void loadBroadcast(Code code, int element, int value) {
        code.op(Code.ILOAD + shift, element);
        code.op(elementStore(), value);
    }

    @Override
    public void store(Code code, Runnable address, int value) {
        address.run();
        code.op(Code.ILOAD + shift, value);
        code.op(Code.IASTORE + shift);
    }

    @Override
    public void apply(Code code, Elementwise op, int[] operands, int index, int result) {
        if (op == Elementwise.UNIFORM) {
            code.op(Code.ILOAD, index);
        }
        for (int operand : operands) {
            code.op(Code.ILOAD + shift, operand);
        }
        if (op == Elementwise.RELU) {
            zero(code);
        }
        instruction(op).emit(code);
        code.op(elementStore(), result);
    }

    private void zero(Code code) {
        // iconst_0 is 3, fconst_0 is 11, dconst_0 is 14
        code.op(
                switch (type) {
                    case FLOAT32 -> 11;
                    case FLOAT64 -> 14;
                    case INT32 -> 3;
                });
    }

    /** The operation on operands that are on the stack. */
    private Instruction instruction(Elementwise op) {
        return switch (op) {
            case COPY -> code -> {};
            case NEGATE -> code -> code.op(Code.INEG + shift);
            case SQRT -> squareRoot();
            case EXP -> type == DType.FLOAT64 ? call(MATH, "exp", 1) : floating(op, "exp", 1);
            case LOG -> type == DType.FLOAT64 ? call(MATH, "log", 1) : floating(op, "log", 1);
            case LOG1P -> type == DType.FLOAT64 ? call(MATH, "log1p", 1) : floating(op, "log1p", 1);
            case EXPM1 -> type == DType.FLOAT64 ? call(MATH, "expm1", 1) : floating(op, "expm1", 1);
            case TANH -> type == DType.FLOAT64 ? call(MATH, "tanh", 1) : floating(op, "tanh", 1);
            case POW -> type == DType.FLOAT64 ? call(MATH, "pow", 2) : floating(op, "pow", 2);
            case SIGMOID -> floating(op, "sigmoid", 1);
            case SOFTPLUS -> floating(op, "softplus", 1);
            case ERF -> floating(op, "erf", 1);
            case UNIFORM -> uniform();
            case ABS -> call(MATH, "abs", 1);
            case RELU, MAXIMUM -> call(MATH, "max", 2);
            case MINIMUM -> call(MATH, "min", 2);
            case ADD -> code -> code.op(Code.IADD + shift);
            case SUBTRACT -> code -> code.op(Code.ISUB + shift);
            case MULTIPLY -> code -> code.op(Code.IMUL + shift);
            case DIVIDE -> code -> code.op(Code.IDIV + shift);
            case SIGN -> call(SCALAR_MATH, "sign", 1);
            case EQUAL -> call(SCALAR_MATH, "equal", 2);
            case NOT_EQUAL -> call(SCALAR_MATH, "notEqual", 2);
            case GREATER -> call(SCALAR_MATH, "greater", 2);
            case GREATER_EQUAL -> call(SCALAR_MATH, "greaterEqual", 2);
            case SELECT -> call(SCALAR_MATH, "select", 3);
        };
    }

    private Instruction squareRoot() {
        Instruction root = code -> code.call(Code.INVOKESTATIC, MATH, "sqrt", "(D)D", 2);
        if (type == DType.FLOAT64) {
            return root;
        }
        requireFloating(Elementwise.SQRT);
        return code -> { // C2 knows this pattern as the square root of a float
            code.op(Code.F2D);
            root.emit(code);
            code.op(Code.D2F);
        };
    }

    private Instruction uniform() {
        requireFloating(Elementwise.UNIFORM);
        String descriptor = "(I" + letter + letter + ")" + letter;
        return code -> code.call(Code.INVOKESTATIC, SCALAR_MATH, "uniform", descriptor, 5);
    }

    private Instruction floating(Elementwise op, String method, int arity) {
        requireFloating(op);
        return call(SCALAR_MATH, method, arity);
    }

    private void requireFloating(Elementwise op) {
        if (!type.isFloating()) {
            throw new UnsupportedOperationException(
                    op + " is not defined for " + type + ": it needs FLOAT32 or FLOAT64, so convert the operand first");
        }
    }

    private Instruction call(String owner, String method, int arity) {
        String descriptor = "(" + letter.repeat(arity) + ")" + letter;
        return code -> code.call(Code.INVOKESTATIC, owner, method, descriptor, 2 * arity);
    }

    /** What computes a result from operands on the stack. */
    private interface Instruction {
        void emit(Code code);
    }
}
