package dev.autodiff.graph;

/** The elements of a tensor that {@link Arrangement#pad(Tensor, int[], int[], PadMode)} surrounds it with. */
public enum PadMode {
    /** Those inside, mirrored at the first and last one, which are not repeated: {@code 3 2 | 1 2 3 | 2 1}. */
    REFLECT,
    /** The first and the last one: {@code 1 1 | 1 2 3 | 3 3}. */
    EDGE
}
