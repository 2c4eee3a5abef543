package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * The arithmetic of {@link Arithmetic#REMAINDER}. A quotient that is rounded to a whole number q leaves a - q b, which
 * is computed without rounding: the product is taken as a sum of two numbers (Dekker 1971). If q had more digits than
 * the type holds, what is left is still larger than b, and is divided once more.
 */
final class Remainders {
    /** Above, halves of b that Dekker's product is made of might overflow. */
    private static final double LARGE = 0x1p60;

    private static final int DIVISIONS = 2;

    private Remainders() {}

    /** Returns ⌊a / b⌋ of a remainder, so that the two fit together where a / b is rounded to a whole number. */
    static Tensor quotient(Tensor remainder, Tensor a, Tensor b) {
        return Rounding.round(a.sub(remainder).div(b));
    }

    static Value lower(ProgramBuilder ir, List<Value> in) {
        Value a = in.get(0);
        Value b = in.get(1);
        Value zero = ir.number(a.dtype(), 0);
        Value left = a.dtype() == DType.INT32
                ? ir.map(Elementwise.SUB, a, ir.map(Elementwise.MUL, ir.map(Elementwise.DIV, a, b), b))
                : afterDivisions(ir, a, b);
        Value otherSign =
                ir.map(Elementwise.NE, ir.map(Elementwise.GREATER, left, zero), ir.map(Elementwise.GREATER, b, zero));
        Value isOff = ir.map(Elementwise.MUL, otherSign, ir.map(Elementwise.NE, left, zero));
        return ir.map(Elementwise.SELECT, isOff, ir.map(Elementwise.ADD, left, b), left);
    }

    /** Returns a less a multiple of b, between -|b| and |b|. */
    private static Value afterDivisions(ProgramBuilder ir, Value a, Value b) {
        Value size = ir.map(Elementwise.ABS, b);
        Value one = ir.number(a.dtype(), 1);
        Value large = ir.map(Elementwise.GREATER, size, ir.number(a.dtype(), LARGE));
        Value down = ir.map(Elementwise.SELECT, large, ir.number(a.dtype(), 1 / LARGE), one);
        Value up = ir.map(Elementwise.SELECT, large, ir.number(a.dtype(), LARGE), one);
        Value left = ir.map(Elementwise.MUL, a, down);
        Value divisor = ir.map(Elementwise.MUL, b, down);
        for (int i = 0; i < DIVISIONS; i++) {
            left = afterDivision(ir, left, divisor);
        }
        left = ir.map(Elementwise.MUL, left, up);
        Value isNone = ir.map(Elementwise.GREATER, ir.map(Elementwise.ABS, left), size); // no digits of a reach so low
        left = ir.map(Elementwise.SELECT, isNone, ir.number(a.dtype(), 0), left);
        Value isSmall = ir.map(Elementwise.GREATER, size, ir.map(Elementwise.ABS, a));
        return ir.map(Elementwise.SELECT, isSmall, a, left);
    }

    private static Value afterDivision(ProgramBuilder ir, Value a, Value b) {
        Value ratio = ir.map(Elementwise.DIV, a, b);
        Value isNegative = ir.map(Elementwise.GREATER, ir.number(a.dtype(), 0), ratio);
        Value q = ir.map(
                Elementwise.SELECT, isNegative, ir.map(Elementwise.CEIL, ratio), ir.map(Elementwise.FLOOR, ratio));
        Value product = ir.map(Elementwise.MUL, q, b);
        Value[] x = halves(ir, q);
        Value[] y = halves(ir, b);
        Value rest = ir.map(Elementwise.SUB, ir.map(Elementwise.MUL, x[0], y[0]), product);
        rest = ir.map(Elementwise.ADD, rest, ir.map(Elementwise.MUL, x[0], y[1]));
        rest = ir.map(Elementwise.ADD, rest, ir.map(Elementwise.MUL, x[1], y[0]));
        rest = ir.map(Elementwise.ADD, rest, ir.map(Elementwise.MUL, x[1], y[1]));
        return ir.map(Elementwise.SUB, ir.map(Elementwise.SUB, a, product), rest);
    }

    /** Returns two numbers with half of the digits each, whose sum is x (Veltkamp). */
    private static Value[] halves(ProgramBuilder ir, Value x) {
        Value scaled = ir.map(Elementwise.MUL, x, ir.number(x.dtype(), x.dtype() == DType.FLOAT32 ? 4097 : 134217729));
        Value high = ir.map(Elementwise.SUB, scaled, ir.map(Elementwise.SUB, scaled, x));
        return new Value[] {high, ir.map(Elementwise.SUB, x, high)};
    }
}
