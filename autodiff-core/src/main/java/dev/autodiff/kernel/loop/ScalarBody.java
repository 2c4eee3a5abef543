package dev.autodiff.kernel.loop;

import dev.autodiff.array.DType;
import dev.autodiff.bytecode.Code;
import dev.autodiff.bytecode.Opcode;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;

/**
 * Loops over one element at a time, in any element type. C2 turns those of simple arithmetic into vector instructions.
 */
final class ScalarBody implements LoopBody {
    private static final String SCALAR_MATH = "dev/autodiff/kernel/math/ScalarMath";
    private static final String DOUBLE_MATH = "dev/autodiff/kernel/math/DoubleMath";
    private static final String SCALAR_TRIGONOMETRY = "dev/autodiff/kernel/math/ScalarTrigonometry";
    private static final String MATH = "java/lang/Math";
    private static final String STRICT_MATH = "java/lang/StrictMath";

    private final DType type;
    /** The type's letter in a descriptor. */
    private final String letter;
    /** The number to add to an instruction on ints to have that on the type. */
    private final int shift;

    ScalarBody(DType type) {
        this.type = type;
        letter = switch (type) {
            case FLOAT32 -> "F";
            case FLOAT64 -> "D";
            case INT32 -> "I";
        };
        shift = switch (type) {
            case FLOAT32 -> Opcode.FLOAT;
            case FLOAT64 -> Opcode.DOUBLE;
            case INT32 -> 0;
        };
    }

    @Override
    public String arrayType() {
        return "[".concat(letter);
    }

    @Override
    public int step() {
        return 1;
    }

    @Override
    public Code.VerificationType elementKind() {
        return switch (type) {
            case FLOAT32 -> Code.VerificationType.FLOAT;
            case FLOAT64 -> Code.VerificationType.DOUBLE;
            case INT32 -> Code.VerificationType.INT;
        };
    }

    @Override
    public int elementLoad() {
        return Opcode.IALOAD + shift;
    }

    @Override
    public int elementStore() {
        return Opcode.ISTORE + shift;
    }

    @Override
    public int newValue(Code code) {
        return code.local(elementKind());
    }

    @Override
    public void loadAdvancing(Code code, Address address, int value) {
        address.push(code);
        code.op(elementLoad());
        code.op(elementStore(), value);
    }

    @Override
    public void loadBroadcast(Code code, int element, int value) {
        code.op(Opcode.ILOAD + shift, element);
        code.op(elementStore(), value);
    }

    @Override
    public void store(Code code, Address address, int value) {
        address.push(code);
        code.op(Opcode.ILOAD + shift, value);
        code.op(Opcode.IASTORE + shift);
    }

    @Override
    public void apply(Code code, Elementwise op, int[] operands, int index, int result) {
        if (op == Elementwise.UNIFORM) {
            code.op(Opcode.ILOAD, index);
        }
        for (int operand : operands) {
            code.op(Opcode.ILOAD + shift, operand);
        }
        if (op == Elementwise.RELU) {
            zero(code);
        }
        emit(op, code);
        code.op(elementStore(), result);
    }

    private void zero(Code code) {
        code.op(
                switch (type) {
                    case FLOAT32 -> Opcode.FCONST_0;
                    case FLOAT64 -> Opcode.DCONST_0;
                    case INT32 -> Opcode.ICONST_0;
                });
    }

    /** Appends the operation on operands that are on the stack. */
    private void emit(Elementwise op, Code code) {
        // A switch expression, because javac refuses one that lacks a constant
        boolean done =
                switch (op) {
                    case COPY -> true;
                    case NEG -> arithmetic(code, Opcode.INEG);
                    case ADD -> arithmetic(code, Opcode.IADD);
                    case SUB -> arithmetic(code, Opcode.ISUB);
                    case MUL -> arithmetic(code, Opcode.IMUL);
                    case DIV -> arithmetic(code, Opcode.IDIV);
                    case ABS -> call(code, MATH, "abs", 1);
                    case RELU, MAXIMUM -> call(code, MATH, "max", 2);
                    case MINIMUM -> call(code, MATH, "min", 2);
                    case SIGN -> call(code, SCALAR_MATH, "sign", 1);
                    case EQ -> call(code, SCALAR_MATH, "eq", 2);
                    case NE -> call(code, SCALAR_MATH, "ne", 2);
                    case GREATER -> call(code, SCALAR_MATH, "greater", 2);
                    case GREATER_EQUAL -> call(code, SCALAR_MATH, "greaterEqual", 2);
                    case SELECT -> call(code, SCALAR_MATH, "select", 3);
                    case SQRT -> squareRoot(code);
                    case CBRT -> floating(code, op, MATH, "cbrt", 1);
                    case EXP -> floating(code, op, MATH, "exp", 1);
                    case LOG -> floating(code, op, MATH, "log", 1);
                    case LOG1P -> floating(code, op, MATH, "log1p", 1);
                    case EXPM1 -> floating(code, op, MATH, "expm1", 1);
                    case TANH -> floating(code, op, MATH, "tanh", 1);
                    case POW -> floating(code, op, DOUBLE_MATH, "pow", 2);
                    case SIGMOID -> floating(code, op, DOUBLE_MATH, "sigmoid", 1);
                    case SOFTPLUS -> floating(code, op, DOUBLE_MATH, "softplus", 1);
                    case ERF -> floating(code, op, DOUBLE_MATH, "erf", 1);
                    case NORMAL_CDF -> floating(code, op, DOUBLE_MATH, "normalCdf", 1);
                    case GAUSSIAN -> floating(code, op, DOUBLE_MATH, "gaussian", 1);
                    case SIN -> trigonometric(code, op, "sin");
                    case COS -> trigonometric(code, op, "cos");
                    case TAN -> trigonometric(code, op, "tan");
                    case ASIN -> trigonometric(code, op, "asin");
                    case ACOS -> trigonometric(code, op, "acos");
                    case ATAN -> trigonometric(code, op, "atan");
                    case SINH -> trigonometric(code, op, "sinh");
                    case COSH -> trigonometric(code, op, "cosh");
                    case FLOOR -> floating(code, op, MATH, "floor", 1);
                    case CEIL -> floating(code, op, MATH, "ceil", 1);
                    case ROUND -> rounded(code);
                    case UNIFORM -> uniform(code);
                };
        assert done;
    }

    private boolean arithmetic(Code code, int intInstruction) {
        code.op(intInstruction + shift);
        return true;
    }

    private boolean call(Code code, String owner, String method, int arity) {
        String descriptor = "(".concat(letter.repeat(arity)).concat(")").concat(letter);
        code.call(Opcode.INVOKESTATIC, owner, method, descriptor, 2 * arity);
        return true;
    }

    /**
     * Calls a function of floating types: in double precision that of {@code doubleOwner}, in single precision our own.
     */
    private boolean floating(Code code, Elementwise op, String doubleOwner, String method, int arity) {
        requireFloating(op);
        String owner = doubleOwner.equals(MATH) ? doubleMath() : doubleOwner;
        return call(code, type == DType.FLOAT64 ? owner : SCALAR_MATH, method, arity);
    }

    /** Calls a trigonometric function: in double precision that of Math, in single precision our own. */
    private boolean trigonometric(Code code, Elementwise op, String method) {
        requireFloating(op);
        return call(code, type == DType.FLOAT64 ? doubleMath() : SCALAR_TRIGONOMETRY, method, 1);
    }

    /** Rounds half to even, which {@link Math} calls rint. */
    private boolean rounded(Code code) {
        requireFloating(Elementwise.ROUND);
        return type == DType.FLOAT64 ? call(code, MATH, "rint", 1) : call(code, SCALAR_MATH, "round", 1);
    }

    private static String doubleMath() {
        return ScalarMath.STRICT ? STRICT_MATH : MATH;
    }

    private boolean squareRoot(Code code) {
        requireFloating(Elementwise.SQRT);
        boolean single = type == DType.FLOAT32;
        if (single) { // C2 knows these three as the square root of a float
            code.op(Opcode.F2D);
        }
        code.call(Opcode.INVOKESTATIC, MATH, "sqrt", "(D)D", 2);
        if (single) {
            code.op(Opcode.D2F);
        }
        return true;
    }

    private boolean uniform(Code code) {
        requireFloating(Elementwise.UNIFORM);
        String descriptor = type == DType.FLOAT32 ? "(IFF)F" : "(IDD)D";
        code.call(Opcode.INVOKESTATIC, SCALAR_MATH, "uniform", descriptor, 5);
        return true;
    }

    /**
     * Checks that an operation is defined for the type.
     *
     * @throws UnsupportedOperationException if it is not
     */
    void require(Elementwise op) {
        switch (op) {
            case COPY, NEG, ADD, SUB, MUL, DIV, ABS, SIGN, RELU, MINIMUM, MAXIMUM -> {}
            case EQ, NE, GREATER, GREATER_EQUAL, SELECT -> {}
            default -> requireFloating(op);
        }
    }

    private void requireFloating(Elementwise op) {
        if (!type.isFloating()) {
            throw new UnsupportedOperationException(
                    op + " is not defined for " + type + ": it needs FLOAT32 or FLOAT64, so convert the operand first");
        }
    }
}
