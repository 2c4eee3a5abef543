package dev.autodiff.nn.layer;

/** The two purposes of a graph that a layer builds, in which some layers differ. */
public enum Mode {
    /** For training: dropout drops, batch normalisation uses the statistics of the batch and updates their averages. */
    TRAINING,

    /** For everything else: dropout does nothing, batch normalisation uses the moving averages. */
    INFERENCE
}
