package dev.autodiff.kernel.math;

/** The operation by which a reduction combines elements. */
public enum Reduction {
    /** Sum by a fixed tree, so that the result depends on neither threads nor splits; 0 for no elements. */
    SUM,
    /** The largest; NaN if any element is NaN; minus infinity (or the smallest integer) for no elements. */
    MAX,
    /** The smallest; NaN if any element is NaN; plus infinity (or the largest integer) for no elements. */
    MIN
}
