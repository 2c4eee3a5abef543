package dev.autodiff.nn.metric;

/**
 * The ways of making one number of those of the classes. Classes that neither occur nor are predicted are left out, as
 * in scikit-learn.
 */
public enum Average {
    /** The mean over the classes, each with the same weight. */
    MACRO,
    /** The measure of all decisions together, which is accuracy where each example has one class. */
    MICRO,
    /** The mean over the classes, weighted by their numbers of examples. */
    WEIGHTED
}
