package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.VectorMath.all;
import static dev.autodiff.kernel.vector.VectorMath.asFloats;
import static dev.autodiff.kernel.vector.VectorMath.asInts;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.autodiff.kernel.math.ScalarTrigonometry;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Trigonometric and hyperbolic functions of a vector of floats, each lane bit for bit as
 * {@link dev.autodiff.kernel.math.ScalarTrigonometry} computes it; formulas and errors are stated there. Methods are
 * straight-line code that is copied into loops, as in {@link VectorMath}, except for those of huge angles: a loop calls
 * them only when a vector has one, which is {@link #hasHuge}.
 */
public final class VectorTrigonometry {
    private static final float HUGE = 65536f;
    private static final float ROUND = 0x1.8p23f;
    private static final float TWO_OVER_PI = 0.63661975f;
    private static final float HALF_PI_HIGH = 1.5707964f;
    private static final float HALF_PI_MIDDLE = -4.371139e-8f;
    private static final float HALF_PI_LOW = -1.7151245e-15f;
    private static final float PI_HIGH = 3.1415927f;
    private static final float PI_LOW = -8.742278e-8f;
    private static final float LINEAR = 0x1p-12f;
    private static final float LARGEST = 89.415985f;
    private static final int ONE_BITS = 0x3f800000;
    private static final int SIGN_MASK = 0x80000000;

    private VectorTrigonometry() {}

    // ---- Of angles

    private static FloatVector quarterTurns(FloatVector x) {
        return x.fma(all(TWO_OVER_PI), all(ROUND));
    }

    private static FloatVector reduced(FloatVector x, FloatVector turns) {
        FloatVector n = turns.sub(all(ROUND));
        FloatVector r = n.fma(all(-HALF_PI_HIGH), x);
        r = n.fma(all(-HALF_PI_MIDDLE), r);
        return n.fma(all(-HALF_PI_LOW), r);
    }

    private static FloatVector sinReduced(FloatVector r) {
        FloatVector s = r.mul(r);
        FloatVector p = all(-0.00019506842f);
        p = p.fma(s, all(0.008332102f));
        p = p.fma(s, all(-0.16666654f));
        return r.mul(s).fma(p, r);
    }

    private static FloatVector cosReduced(FloatVector r) {
        FloatVector s = r.mul(r);
        FloatVector p = all(2.4430088e-5f);
        p = p.fma(s, all(-0.0013887298f));
        p = p.fma(s, all(0.041666646f));
        return s.mul(s).fma(p, s.fma(all(-0.5f), all(1f)));
    }

    private static IntVector ifOdd(IntVector bits, IntVector quadrant) {
        return bits.and(quadrant.and(all(1)).neg());
    }

    private static FloatVector inQuadrant(FloatVector r, IntVector quadrant) {
        IntVector sin = asInts(sinReduced(r));
        IntVector cos = asInts(cosReduced(r));
        IntVector chosen = sin.lanewise(XOR, ifOdd(sin.lanewise(XOR, cos), quadrant));
        IntVector sign = quadrant.lanewise(LSHL, 30).and(all(SIGN_MASK));
        return asFloats(chosen.lanewise(XOR, sign));
    }

    private static FloatVector linearNearZero(FloatVector y, FloatVector x) {
        return y.blend(x, x.abs().compare(LT, all(LINEAR)));
    }

    /** Returns the sine of angles that are not huge. */
    public static FloatVector sin(FloatVector x) {
        FloatVector turns = quarterTurns(x);
        return linearNearZero(inQuadrant(reduced(x, turns), asInts(turns)), x);
    }

    /** Returns the cosine of angles that are not huge. */
    public static FloatVector cos(FloatVector x) {
        FloatVector turns = quarterTurns(x);
        return inQuadrant(reduced(x, turns), asInts(turns).add(all(1)));
    }

    /** Returns the tangent of angles that are not huge. */
    public static FloatVector tan(FloatVector x) {
        FloatVector turns = quarterTurns(x);
        FloatVector r = reduced(x, turns);
        IntVector quadrant = asInts(turns);
        IntVector sin = asInts(sinReduced(r));
        IntVector cos = asInts(cosReduced(r));
        IntVector swap = ifOdd(sin.lanewise(XOR, cos), quadrant);
        IntVector sign = quadrant.lanewise(LSHL, 31).and(all(SIGN_MASK));
        FloatVector numerator = asFloats(sin.lanewise(XOR, swap).lanewise(XOR, sign));
        return linearNearZero(numerator.div(asFloats(cos.lanewise(XOR, swap))), x);
    }

    // ---- Of huge angles

    /** Tells whether an angle is so large that sin, cos and tan have to be computed by the functions of huge angles. */
    public static boolean hasHuge(FloatVector x) {
        return x.abs().compare(GT, all(HUGE)).anyTrue();
    }

    /** Returns the sine; it is much slower than {@link #sin}, but right for any angle. */
    public static FloatVector sinOfHuge(FloatVector x) {
        float[] angles = x.toArray();
        for (int i = 0; i < angles.length; i++) {
            angles[i] = ScalarTrigonometry.sin(angles[i]);
        }
        return FloatVector.fromArray(VectorMath.SPECIES, angles, 0);
    }

    /** Returns the cosine; it is much slower than {@link #cos}, but right for any angle. */
    public static FloatVector cosOfHuge(FloatVector x) {
        float[] angles = x.toArray();
        for (int i = 0; i < angles.length; i++) {
            angles[i] = ScalarTrigonometry.cos(angles[i]);
        }
        return FloatVector.fromArray(VectorMath.SPECIES, angles, 0);
    }

    /** Returns the tangent; it is much slower than {@link #tan}, but right for any angle. */
    public static FloatVector tanOfHuge(FloatVector x) {
        float[] angles = x.toArray();
        for (int i = 0; i < angles.length; i++) {
            angles[i] = ScalarTrigonometry.tan(angles[i]);
        }
        return FloatVector.fromArray(VectorMath.SPECIES, angles, 0);
    }

    // ---- Angles

    private static FloatVector asinReduced(FloatVector t, FloatVector square) {
        FloatVector p = all(0.042227574f);
        p = p.fma(square, all(0.024145385f));
        p = p.fma(square, all(0.045476887f));
        p = p.fma(square, all(0.07495249f));
        p = p.fma(square, all(0.16666754f));
        return t.mul(square).fma(p, t);
    }

    private static FloatVector asinOfHalf(FloatVector a) {
        VectorMask<Float> high = a.compare(GT, all(0.5f));
        FloatVector square = a.mul(a).blend(a.fma(all(-0.5f), all(0.5f)), high);
        return asinReduced(a.blend(square.sqrt(), high), square);
    }

    /** Returns the angle from -π/2 to π/2 whose sine is x. */
    public static FloatVector asin(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector y = asinOfHalf(a);
        FloatVector high = y.fma(all(-2f), all(HALF_PI_HIGH)).add(all(HALF_PI_MIDDLE));
        return VectorMath.withSign(y.blend(high, a.compare(GT, all(0.5f))), x);
    }

    /** Returns the angle from 0 to π whose cosine is x. */
    public static FloatVector acos(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector y = asinOfHalf(a);
        FloatVector middle = all(HALF_PI_HIGH).sub(VectorMath.withSign(y, x)).add(all(HALF_PI_MIDDLE));
        FloatVector left = y.fma(all(-2f), all(PI_HIGH)).add(all(PI_LOW));
        FloatVector end = y.add(y).blend(left, x.compare(LT, all(0f)));
        return middle.blend(end, a.compare(GT, all(0.5f)));
    }

    /** Returns the angle from -π/2 to π/2 whose tangent is x. */
    public static FloatVector atan(FloatVector x) {
        FloatVector a = x.abs();
        VectorMask<Float> high = a.compare(GT, all(1f));
        FloatVector t = a.blend(all(1f).div(a), high);
        FloatVector y = atanReduced(t);
        y = y.blend(all(HALF_PI_HIGH).sub(y).add(all(HALF_PI_MIDDLE)), high);
        return VectorMath.withSign(y, x);
    }

    private static FloatVector atanReduced(FloatVector t) {
        FloatVector s = t.mul(t);
        FloatVector p = all(-0.0017828207f);
        p = p.fma(s, all(0.010868685f));
        p = p.fma(s, all(-0.031096986f));
        p = p.fma(s, all(0.05788139f));
        p = p.fma(s, all(-0.08399306f));
        p = p.fma(s, all(0.109508805f));
        p = p.fma(s, all(-0.14264016f));
        p = p.fma(s, all(0.1999853f));
        p = p.fma(s, all(-0.333333f));
        return t.mul(s).fma(p, t);
    }

    // ---- Hyperbolic functions

    private static FloatVector quarterPower(FloatVector rounded) {
        return asFloats(asInts(rounded).lanewise(LSHL, 23).add(all(ONE_BITS - (2 << 23))));
    }

    /** Returns the hyperbolic sine. */
    public static FloatVector sinh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector rounded = VectorMath.rounded(a);
        FloatVector p = VectorMath.expm1Reduced(VectorMath.reduced(a, rounded));
        FloatVector scale = quarterPower(rounded);
        FloatVector h = scale.fma(p, scale.sub(all(0.25f))).mul(all(2f));
        FloatVector y = h.add(h.div(h.fma(all(2f), all(1f))));
        y = y.blend(all(Float.POSITIVE_INFINITY), a.compare(GT, all(LARGEST)));
        return VectorMath.withSign(linearNearZero(y, a), x);
    }

    /** Returns the hyperbolic cosine. */
    public static FloatVector cosh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector rounded = VectorMath.rounded(a);
        FloatVector p = VectorMath.expm1Reduced(VectorMath.reduced(a, rounded));
        FloatVector g = p.add(all(1f)).mul(quarterPower(rounded)).mul(all(2f));
        FloatVector y = g.add(all(0.25f).div(g));
        return y.blend(all(Float.POSITIVE_INFINITY), a.compare(GT, all(LARGEST)));
    }
}
