package dev.autodiff.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of a vector of floats, each lane bit for bit as {@link dev.autodiff.kernel.math.ScalarMath} computes it;
 * formulas and errors are stated there. All vectors are of {@link #SPECIES}.
 *
 * <p>Generated loops do not call these methods but hold copies of their byte code (see
 * {@link dev.autodiff.bytecode.MethodCopier}), because C2 inlines methods of ours only within limits, beyond which
 * every vector is an object. So a method here is straight-line code: no branch, no loop, no lambda, no field that is
 * not public.
 */
public final class VectorMath {
    /** The shape of all vectors: the widest that the machine prefers. */
    public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Integers in vectors of the same shape. */
    public static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    /** The numbers of the lanes: 0, 1 and so on. Loaded, as {@code addIndex} is no instruction in JDK 17. */
    public static final int[] LANES = IntStream.range(0, INTS.length()).toArray();

    /** The size from which on the distance of neighbouring floats is 1. */
    private static final float ROUND = 0x1.8p23f;

    private static final int ROUND_BITS = 0x4b400000;
    private static final float LOG2_E = 1.4426950408889634f;
    private static final float LN2_HIGH = 0.693145751953125f;
    private static final float LN2_LOW = 1.4286068203094172e-6f;
    private static final int SQRT_HALF_BITS = 0x3f3504f3;
    private static final int ONE_BITS = 0x3f800000;
    private static final int EXPONENT_MASK = 0xff800000;
    private static final int SIGN_MASK = 0x80000000;
    private static final int UNIT_BITS = 0x4b000000;
    private static final float THIRD = 0.33333334f;

    private VectorMath() {}

    static FloatVector all(float x) {
        return known(FloatVector.broadcast(SPECIES, x));
    }

    static IntVector all(int x) {
        return known(IntVector.broadcast(INTS, x));
    }

    /**
     * Returns the vector. The call tells C2 its class: that is what trials of the loop have counted here. Without it,
     * C2 looks at what HotSpot has counted within the Vector API, in a new virtual machine too little to be used; then
     * arithmetic is no instruction, and vectors become objects.
     */
    private static FloatVector known(FloatVector x) {
        x.length();
        return x;
    }

    private static IntVector known(IntVector x) {
        x.length();
        return x;
    }

    /**
     * Returns the bits of floats. Not by {@code reinterpretAsInts}, which looks the species up: to C2 of JDK 17 what it
     * finds is not always a constant, and without one there is no instruction.
     */
    static IntVector asInts(FloatVector x) {
        return known((IntVector) x.reinterpretShape(INTS, 0));
    }

    static FloatVector asFloats(IntVector x) {
        return known((FloatVector) x.reinterpretShape(SPECIES, 0));
    }

    // ---- Exponentials

    static FloatVector expm1Reduced(FloatVector r) {
        FloatVector p = all(0.0013870656f);
        p = p.fma(r, all(0.008366262f));
        p = p.fma(r, all(0.041667435f));
        p = p.fma(r, all(0.16666546f));
        p = p.fma(r, all(0.49999997f));
        return p.mul(r).fma(r, r);
    }

    static FloatVector rounded(FloatVector x) {
        return x.fma(all(LOG2_E), all(ROUND));
    }

    static FloatVector reduced(FloatVector x, FloatVector rounded) {
        FloatVector n = rounded.sub(all(ROUND));
        return n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    }

    /** Returns e^x. */
    public static FloatVector exp(FloatVector x) {
        FloatVector rounded = rounded(x);
        FloatVector y = expm1Reduced(reduced(x, rounded)).add(all(1f));
        IntVector bits = asInts(rounded);
        IntVector half = bits.lanewise(ASHR, 1).lanewise(LSHL, 23);
        IntVector rest = bits.lanewise(LSHL, 23).sub(half);
        FloatVector z = y.mul(asFloats(half.add(all(ONE_BITS))));
        z = z.mul(asFloats(rest.add(all(ONE_BITS))));
        z = z.blend(all(Float.POSITIVE_INFINITY), x.compare(GT, all(89f)));
        return z.blend(all(0f), x.compare(LT, all(-104f)));
    }

    private static FloatVector expOfNegative(FloatVector x) {
        FloatVector rounded = rounded(x);
        FloatVector y = expm1Reduced(reduced(x, rounded)).add(all(1f));
        IntVector scale = asInts(rounded).lanewise(LSHL, 23).add(all(ONE_BITS + (64 << 23)));
        FloatVector z = y.mul(asFloats(scale)).mul(all(0x1p-64f));
        return z.blend(all(0f), x.compare(LT, all(-104f)));
    }

    private static FloatVector expm1Core(FloatVector x) {
        FloatVector rounded = rounded(x);
        FloatVector p = expm1Reduced(reduced(x, rounded));
        IntVector bits = asInts(rounded).lanewise(LSHL, 23).add(all(ONE_BITS - (1 << 23)));
        FloatVector scale = asFloats(bits);
        return scale.fma(p, scale.sub(all(0.5f))).mul(all(2f));
    }

    /** Returns e^x - 1. */
    public static FloatVector expm1(FloatVector x) {
        FloatVector y = expm1Core(x);
        y = y.blend(all(Float.POSITIVE_INFINITY), x.compare(GT, all(89f)));
        y = y.blend(all(-1f), x.compare(LT, all(-18f)));
        return y.blend(x, x.abs().compare(LT, all(0x1p-25f)));
    }

    /** Returns the hyperbolic tangent. */
    public static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector t = expm1Core(a.add(a));
        FloatVector y = t.div(t.add(all(2f)));
        return withSign(y.blend(all(1f), a.compare(GT, all(10f))), x);
    }

    /** Returns 1 / (1 + e^-x). */
    public static FloatVector sigmoid(FloatVector x) {
        FloatVector e = expOfNegative(x.abs().neg());
        return all(1f).blend(e, x.compare(LT, all(0f))).div(e.add(all(1f)));
    }

    // ---- Logarithms

    private static FloatVector logReduced(FloatVector f, FloatVector n) {
        FloatVector p = all(-0.076369405f);
        p = p.fma(f, all(0.12762485f));
        p = p.fma(f, all(-0.1315955f));
        p = p.fma(f, all(0.1420154f));
        p = p.fma(f, all(-0.1662341f));
        p = p.fma(f, all(0.20001243f));
        p = p.fma(f, all(-0.2500082f));
        p = p.fma(f, all(0.3333333f));
        FloatVector square = f.mul(f);
        FloatVector y = square.mul(f).fma(p, n.mul(all(LN2_LOW)));
        y = square.fma(all(-0.5f), y);
        return n.fma(all(LN2_HIGH), f.add(y));
    }

    private static FloatVector exponentOf(IntVector bits) {
        return toFloats(bits.lanewise(ASHR, 23));
    }

    /** Returns the natural logarithm. */
    public static FloatVector log(FloatVector x) {
        VectorMask<Float> denormal = x.compare(LT, all(Float.MIN_NORMAL));
        IntVector bits = asInts(x.blend(x.mul(all(0x1p25f)), denormal));
        IntVector exponent = bits.sub(all(SQRT_HALF_BITS));
        FloatVector mantissa = asFloats(bits.sub(exponent.and(all(EXPONENT_MASK))));
        FloatVector n = exponentOf(exponent).sub(all(0f).blend(all(25f), denormal));
        FloatVector y = logReduced(mantissa.sub(all(1f)), n);
        y = x.blend(y, x.compare(LT, all(Float.POSITIVE_INFINITY)));
        y = y.blend(all(Float.NEGATIVE_INFINITY), x.compare(EQ, all(0f)));
        return y.blend(all(Float.NaN), x.compare(LT, all(0f)));
    }

    /** Returns log(1 + x). */
    public static FloatVector log1p(FloatVector x) {
        IntVector exponent = asInts(x.add(all(1f))).sub(all(SQRT_HALF_BITS));
        IntVector scaleBits = all(ONE_BITS + (2 << 23)).sub(exponent.and(all(EXPONENT_MASK)));
        FloatVector scale = asFloats(scaleBits);
        FloatVector f = x.mul(all(0.25f)).fma(scale, scale.fma(all(0.25f), all(-1f)));
        FloatVector y = logReduced(f, exponentOf(exponent));
        y = x.blend(y, x.compare(LT, all(Float.POSITIVE_INFINITY)));
        y = y.blend(all(Float.NEGATIVE_INFINITY), x.compare(EQ, all(-1f)));
        y = y.blend(all(Float.NaN), x.compare(LT, all(-1f)));
        return y.blend(x, x.abs().compare(LT, all(0x1p-25f)));
    }

    /** Returns log(1 + e^x). */
    public static FloatVector softplus(FloatVector x) {
        FloatVector e = expOfNegative(x.abs().neg());
        VectorMask<Float> high = e.compare(GT, all(0.41421357f));
        FloatVector f = e.blend(e.fma(all(0.5f), all(-0.5f)), high);
        FloatVector log = logReduced(f, all(0f).blend(all(1f), high));
        return all(0f).blend(x, x.compare(GT, all(0f))).add(log);
    }

    // ---- Error function

    /** Returns the error function. */
    public static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector tail = all(1f).sub(expOfNegative(erfTailExponent(a)));
        tail = tail.blend(all(1f), a.compare(GT, all(4f)));
        return erfNearZero(x).blend(withSign(tail, x), a.compare(GT, all(0.93f)));
    }

    private static FloatVector erfNearZero(FloatVector x) {
        FloatVector s = x.mul(x);
        FloatVector p = all(-0.0005959555f);
        p = p.fma(s, all(0.004987348f));
        p = p.fma(s, all(-0.026762964f));
        p = p.fma(s, all(0.11281731f));
        p = p.fma(s, all(-0.3761249f));
        p = p.fma(s, all(0.12837915f));
        return p.fma(x, x);
    }

    private static FloatVector erfTailExponent(FloatVector a) {
        FloatVector q = all(-0.00021364733f);
        q = q.fma(a, all(0.003212162f));
        q = q.fma(a, all(-0.022880968f));
        q = q.fma(a, all(0.10524774f));
        q = q.fma(a, all(0.6357291f));
        q = q.fma(a, all(0.12851116f));
        FloatVector negative = a.neg();
        return q.fma(negative, negative);
    }

    // ---- Normal distribution

    /** Returns e^(-x^2/2). */
    public static FloatVector gaussian(FloatVector x) {
        FloatVector a = distanceWithinTails(x);
        FloatVector square = a.mul(a);
        FloatVector rest = a.fma(a, square.neg());
        FloatVector e = expOfNegative(square.mul(all(-0.5f)));
        return e.fma(rest.mul(all(-0.5f)), e);
    }

    /** Returns |x|, at most 15. Takes two instructions, where a minimum takes five. */
    private static FloatVector distanceWithinTails(FloatVector x) {
        FloatVector a = x.abs();
        return a.blend(all(15f), a.compare(GT, all(15f)));
    }

    /**
     * Returns the normal distribution function.
     *
     * @param gaussian {@link #gaussian} of x, which loops over both compute once
     */
    public static FloatVector normalCdf(FloatVector x, FloatVector gaussian) {
        FloatVector a = distanceWithinTails(x);
        FloatVector tail = normalTail(a.sub(all(3f)).div(a.add(all(3f)))).mul(gaussian);
        return tail.blend(all(1f).sub(tail), x.compare(GT, all(0f)));
    }

    private static FloatVector normalTail(FloatVector t) {
        FloatVector p = all(5.2086387e-05f);
        p = p.fma(t, all(0.0001141505f));
        p = p.fma(t, all(-0.00033767064f));
        p = p.fma(t, all(-0.0009824712f));
        p = p.fma(t, all(0.0029037287f));
        p = p.fma(t, all(0.006131717f));
        p = p.fma(t, all(-0.046213124f));
        p = p.fma(t, all(0.123225056f));
        p = p.fma(t, all(-0.20640263f));
        return p.fma(t, all(0.12151395f));
    }

    // ---- Cube root

    /** Returns the real cube root. */
    public static FloatVector cbrt(FloatVector x) {
        FloatVector a = x.abs();
        VectorMask<Float> small = a.compare(LT, all(0x1p-60f));
        FloatVector t = a.blend(a.mul(all(0x1p96f)), small);
        FloatVector bits = asFloats(asInts(t).lanewise(LSHR, 9).add(all(UNIT_BITS)));
        FloatVector third = bits.fma(all(-THIRD), all(13958053f));
        FloatVector r = asFloats(asInts(third).lanewise(LSHL, 9));
        FloatVector e = t.mul(r).mul(r).fma(r.neg(), all(1f));
        FloatVector p = all(0.17441715f);
        p = p.fma(e, all(0.22347446f));
        p = p.fma(e, all(0.33332977f));
        r = r.mul(e).fma(p, r);
        FloatVector square = r.mul(r);
        FloatVector y = t.mul(square);
        FloatVector s = y.mul(y);
        FloatVector rest = y.fma(y, s.neg());
        FloatVector residual = rest.fma(y, s.fma(y, t.neg()));
        y = residual.fma(square.mul(all(-THIRD)), y);
        y = y.blend(y.mul(all(0x1p-32f)), small);
        return withSign(a.blend(y, a.compare(LT, all(Float.POSITIVE_INFINITY))), x);
    }

    // ---- Small ones

    /**
     * Returns integers below 2^22 in size as floats. By arithmetic, because C2 does not always make an instruction of a
     * conversion, and without one it takes a hundred times as long.
     */
    private static FloatVector toFloats(IntVector x) {
        return asFloats(x.add(all(ROUND_BITS))).sub(all(ROUND));
    }

    static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
        IntVector bit = asInts(sign).and(all(SIGN_MASK));
        return asFloats(asInts(magnitude).or(bit));
    }

    /** Returns max(x, 0); NaN for NaN. */
    public static FloatVector relu(FloatVector x) {
        return x.blend(all(0f), x.compare(LE, all(0f)));
    }

    /** Returns -1, 0 or 1; NaN and zeros are themselves. */
    public static FloatVector sign(FloatVector x) {
        return x.blend(all(1f), x.compare(GT, all(0f))).blend(all(-1f), x.compare(LT, all(0f)));
    }

    /** Returns the nearest integer, the even one if two are equally near. */
    public static FloatVector round(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector y = withSign(a.add(all(0x1p23f)).sub(all(0x1p23f)), x);
        return x.blend(y, a.compare(LT, all(0x1p23f)));
    }

    /** Returns the largest integer that is not above x. */
    public static FloatVector floor(FloatVector x) {
        FloatVector y = round(x);
        return y.blend(y.sub(all(1f)), y.compare(GT, x));
    }

    /** Returns the smallest integer that is not below x. */
    public static FloatVector ceil(FloatVector x) {
        return floor(x.neg()).neg();
    }

    /** Returns 1 if equal, else 0. */
    public static FloatVector eq(FloatVector a, FloatVector b) {
        return all(0f).blend(all(1f), a.compare(EQ, b));
    }

    /** Returns 1 if different (NaN from anything), else 0. */
    public static FloatVector ne(FloatVector a, FloatVector b) {
        return all(0f).blend(all(1f), a.compare(NE, b));
    }

    /** Returns 1 if a > b, else 0. */
    public static FloatVector greater(FloatVector a, FloatVector b) {
        return all(0f).blend(all(1f), a.compare(GT, b));
    }

    /** Returns 1 if a >= b, else 0. */
    public static FloatVector greaterEqual(FloatVector a, FloatVector b) {
        return all(0f).blend(all(1f), a.compare(GE, b));
    }

    /** Returns b where {@code condition} is not 0, else c. */
    public static FloatVector select(FloatVector condition, FloatVector b, FloatVector c) {
        return c.blend(b, condition.compare(NE, all(0f)));
    }

    // ---- Random numbers

    /** Returns random numbers in [0, 1) for the indices {@code index}, {@code index + 1} and so on. */
    public static FloatVector uniform(int index, FloatVector key0, FloatVector key1) {
        IntVector first = mix(asInts(key0).add(all(0x9e3779b9)));
        IntVector second = mix(asInts(key1).lanewise(XOR, first));
        IntVector indices = known(IntVector.fromArray(INTS, LANES, 0)).add(all(index));
        IntVector hash = mix(mix(indices.lanewise(XOR, second)).add(first));
        FloatVector high = toFloats(hash.lanewise(LSHR, 20));
        FloatVector low = toFloats(hash.lanewise(LSHR, 8).and(all(0xfff)));
        return high.mul(all(0x1p12f)).add(low).mul(all(0x1p-24f)); // exact, as all 24 bits fit
    }

    private static IntVector mix(IntVector bits) {
        IntVector x = bits;
        x = xor(x, x.lanewise(LSHR, 16)).mul(all(0x7feb352d));
        x = xor(x, x.lanewise(LSHR, 15)).mul(all(0x846ca68b));
        return xor(x, x.lanewise(LSHR, 16));
    }

    private static IntVector xor(IntVector a, IntVector b) {
        return a.lanewise(XOR, b);
    }
}
