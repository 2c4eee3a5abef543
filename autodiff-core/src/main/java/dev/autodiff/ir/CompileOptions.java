package dev.autodiff.ir;

/**
 * The passes that run when a program is compiled. They change speed and memory only, never results: fused loops compute
 * the same operations on the same operands.
 *
 * @param simplify drop operations that change nothing, merge reshapes and transpositions, absorb transpositions into
 *     matmul
 * @param fold compute what depends on constants alone while building
 * @param share compute equal operations on equal operands once
 * @param fuse merge elementwise operations into single loops
 * @param reuse let values that are never alive at the same time share memory
 */
public record CompileOptions(boolean simplify, boolean fold, boolean share, boolean fuse, boolean reuse) {
    /** All passes. */
    public static final CompileOptions OPTIMIZED = new CompileOptions(true, true, true, true, true);

    /** No pass: every operation an instruction of its own that keeps its value, as tracing and checking need it. */
    public static final CompileOptions PLAIN = new CompileOptions(false, false, false, false, false);
}
