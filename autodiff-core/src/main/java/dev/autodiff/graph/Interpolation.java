package dev.autodiff.graph;

/** The ways to compute the elements of larger images, for {@link Pooling#upsample2d}. */
public enum Interpolation {
    /** Each element is repeated. */
    NEAREST,
    /**
     * Linear between the centres of the elements, and the nearest element outside of them: PyTorch's {@code bilinear}
     * without {@code align_corners}, and Keras's.
     */
    BILINEAR
}
