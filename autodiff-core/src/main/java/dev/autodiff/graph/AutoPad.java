package dev.autodiff.graph;

/** The padding of {@link WindowOptions} that follows from the size of the images. */
public enum AutoPad {
    /** None: the numbers of elements are given. */
    NONE,
    /** As much as the result needs to be as large as the image, an odd element behind it. */
    SAME_UPPER,
    /** As much as the result needs to be as large as the image, an odd element before it. */
    SAME_LOWER
}
