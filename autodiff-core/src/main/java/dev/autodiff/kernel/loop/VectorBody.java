package dev.autodiff.kernel.loop;

import dev.autodiff.bytecode.ClassFile;
import dev.autodiff.bytecode.Code;
import dev.autodiff.bytecode.MethodCopier;
import dev.autodiff.bytecode.Opcode;
import dev.autodiff.kernel.math.Elementwise;
import java.util.HashMap;
import java.util.Map;

/**
 * Loops over whole vectors of floats. Knows the classes of the Vector API by name alone, so that nothing here needs the
 * incubator module until a generated class is linked.
 */
final class VectorBody implements LoopBody {
    private static final String FLOAT_VECTOR = "jdk/incubator/vector/FloatVector";
    private static final String V = "Ljdk/incubator/vector/FloatVector;";
    private static final String ANY_VECTOR = "Ljdk/incubator/vector/Vector;";
    private static final String SPECIES = "Ljdk/incubator/vector/VectorSpecies;";
    private static final String LOAD = "(" + SPECIES + "[FI)" + V;
    private static final String BROADCAST = "(" + SPECIES + "F)" + V;
    private static final String VECTOR_MATH = "dev/autodiff/kernel/vector/VectorMath";
    private static final String VECTOR_TRIGONOMETRY = "dev/autodiff/kernel/vector/VectorTrigonometry";

    private final int lanes;
    private final MethodCopier functions;
    private final ClassFile file;
    /** The local variables of {@link Elementwise#GAUSSIAN} of operands, which is part of other functions of them. */
    private final Map<Integer, Integer> gaussians = new HashMap<>();

    /** A body of a method of {@code file}, with copies of methods on vectors from {@code functions}. */
    VectorBody(int lanes, MethodCopier functions, ClassFile file) {
        this.lanes = lanes;
        this.functions = functions;
        this.file = file;
    }

    /** Returns whether the operation has a twin on vectors: all have but POW, which is computed in double precision. */
    static boolean supports(Elementwise op) {
        return op != Elementwise.POW;
    }

    @Override
    public String arrayType() {
        return "[F";
    }

    @Override
    public int step() {
        return lanes;
    }

    @Override
    public Code.VerificationType elementKind() {
        return Code.VerificationType.FLOAT;
    }

    @Override
    public int elementLoad() {
        return Opcode.FALOAD;
    }

    @Override
    public int elementStore() {
        return Opcode.FSTORE;
    }

    @Override
    public int newValue(Code code) {
        return code.local(FLOAT_VECTOR);
    }

    @Override
    public void loadAdvancing(Code code, Address address, int value) {
        code.getStatic(VECTOR_MATH, "SPECIES", SPECIES);
        address.push(code);
        code.call(Opcode.INVOKESTATIC, FLOAT_VECTOR, "fromArray", LOAD, 3);
        code.op(Opcode.ASTORE, value);
        tellClass(code, value);
    }

    @Override
    public void loadBroadcast(Code code, int element, int value) {
        // Inside the loop, from where C2 moves it out: a vector that lives in a local variable across iterations would
        // have to be an object in code that C2 enters in the middle of the loop (on-stack replacement)
        code.getStatic(VECTOR_MATH, "SPECIES", SPECIES);
        code.op(Opcode.FLOAD, element);
        code.call(Opcode.INVOKESTATIC, FLOAT_VECTOR, "broadcast", BROADCAST, 2);
        code.op(Opcode.ASTORE, value);
        tellClass(code, value);
    }

    /** Appends a call that tells C2 the class of a vector; see {@code VectorMath}. */
    private static void tellClass(Code code, int value) {
        code.op(Opcode.ALOAD, value);
        code.call(Opcode.INVOKEVIRTUAL, FLOAT_VECTOR, "length", "()I", 1);
        code.op(Opcode.POP);
    }

    @Override
    public void store(Code code, Address address, int value) {
        code.op(Opcode.ALOAD, value);
        address.push(code);
        code.call(Opcode.INVOKEVIRTUAL, FLOAT_VECTOR, "intoArray", "([FI)V", 3);
    }

    @Override
    public void apply(Code code, Elementwise op, int[] operands, int index, int result) {
        if (op == Elementwise.GAUSSIAN || op == Elementwise.NORMAL_CDF) {
            normal(code, op, operands[0], result);
            return;
        }
        if (op == Elementwise.UNIFORM) {
            code.op(Opcode.ILOAD, index);
        }
        for (int operand : operands) {
            code.op(Opcode.ALOAD, operand);
        }
        emit(op, code);
        code.op(Opcode.ASTORE, result);
        switch (op) {
            case SIN -> ofHuge(code, "sinOfHuge", operands[0], result);
            case COS -> ofHuge(code, "cosOfHuge", operands[0], result);
            case TAN -> ofHuge(code, "tanOfHuge", operands[0], result);
            default -> {}
        }
    }

    /** Computes the density or the distribution function; of one operand, the exponential in both only once. */
    private void normal(Code code, Elementwise op, int operand, int result) {
        Integer gaussian = gaussians.get(operand);
        if (gaussian == null) {
            gaussian = op == Elementwise.GAUSSIAN ? result : newValue(code);
            gaussians.put(operand, gaussian);
            code.op(Opcode.ALOAD, operand);
            function(code, "gaussian", 1);
            code.op(Opcode.ASTORE, gaussian);
        }
        if (op == Elementwise.NORMAL_CDF) {
            code.op(Opcode.ALOAD, operand);
            code.op(Opcode.ALOAD, gaussian);
            function(code, "normalCdf", 2);
            code.op(Opcode.ASTORE, result);
        } else if (gaussian != result) {
            code.op(Opcode.ALOAD, gaussian);
            code.op(Opcode.ASTORE, result);
        }
    }

    /**
     * Replaces the result by that of a function for huge angles, if there is one among the operand's. It is a call,
     * which C2 leaves out of the loop as long as it never happens. Once it has, the loop takes about four times as
     * long, which is still half of the scalar loop's time.
     */
    private void ofHuge(Code code, String function, int operand, int result) {
        Code.Label usual = new Code.Label();
        code.op(Opcode.ALOAD, operand);
        functions.copy(VECTOR_TRIGONOMETRY, "hasHuge(".concat(V).concat(")Z"), file, code);
        code.jump(Opcode.IFEQ, usual);
        code.op(Opcode.ALOAD, operand);
        code.call(
                Opcode.INVOKESTATIC,
                VECTOR_TRIGONOMETRY,
                function,
                "(".concat(V).concat(")").concat(V),
                1);
        code.op(Opcode.ASTORE, result);
        code.place(usual, code.localCount());
        code.resolve(usual);
    }

    private void emit(Elementwise op, Code code) {
        // A switch expression, because javac refuses one that lacks a constant
        int ignored =
                switch (op) {
                    case COPY -> 0;
                    case NEG -> method(code, "neg", 1);
                    case SQRT -> method(code, "sqrt", 1);
                    case ABS -> method(code, "abs", 1);
                    case ADD -> method(code, "add", 2);
                    case SUB -> method(code, "sub", 2);
                    case MUL -> method(code, "mul", 2);
                    case DIV -> method(code, "div", 2);
                    case MINIMUM -> method(code, "min", 2);
                    case MAXIMUM -> method(code, "max", 2);
                    case CBRT -> function(code, "cbrt", 1);
                    case EXP -> function(code, "exp", 1);
                    case LOG -> function(code, "log", 1);
                    case LOG1P -> function(code, "log1p", 1);
                    case EXPM1 -> function(code, "expm1", 1);
                    case SIGN -> function(code, "sign", 1);
                    case RELU -> function(code, "relu", 1);
                    case SIGMOID -> function(code, "sigmoid", 1);
                    case TANH -> function(code, "tanh", 1);
                    case SOFTPLUS -> function(code, "softplus", 1);
                    case ERF -> function(code, "erf", 1);
                    case SIN -> trigonometric(code, "sin");
                    case COS -> trigonometric(code, "cos");
                    case TAN -> trigonometric(code, "tan");
                    case ASIN -> trigonometric(code, "asin");
                    case ACOS -> trigonometric(code, "acos");
                    case ATAN -> trigonometric(code, "atan");
                    case SINH -> trigonometric(code, "sinh");
                    case COSH -> trigonometric(code, "cosh");
                    case FLOOR -> function(code, "floor", 1);
                    case CEIL -> function(code, "ceil", 1);
                    case ROUND -> function(code, "round", 1);
                    case EQ -> function(code, "eq", 2);
                    case NE -> function(code, "ne", 2);
                    case GREATER -> function(code, "greater", 2);
                    case GREATER_EQUAL -> function(code, "greaterEqual", 2);
                    case SELECT -> function(code, "select", 3);
                    case UNIFORM -> function(code, "uniform", "(I" + V + V + ")" + V);
                    case GAUSSIAN, NORMAL_CDF -> throw new IllegalArgumentException(op + " is written by itself");
                    case POW -> throw new IllegalArgumentException("POW has no vector twin");
                };
    }

    private static int method(Code code, String name, int arity) {
        String descriptor = "(".concat(ANY_VECTOR.repeat(arity - 1)).concat(")").concat(V);
        code.call(Opcode.INVOKEVIRTUAL, FLOAT_VECTOR, name, descriptor, arity);
        return 0;
    }

    private int function(Code code, String name, int arity) {
        return function(code, name, "(".concat(V.repeat(arity)).concat(")").concat(V));
    }

    private int function(Code code, String name, String descriptor) {
        functions.copy(VECTOR_MATH, name.concat(descriptor), file, code);
        return 0;
    }

    private int trigonometric(Code code, String name) {
        functions.copy(
                VECTOR_TRIGONOMETRY, name.concat("(").concat(V).concat(")").concat(V), file, code);
        return 0;
    }
}
