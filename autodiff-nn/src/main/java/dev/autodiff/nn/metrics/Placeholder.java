package dev.autodiff.nn.metrics;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
