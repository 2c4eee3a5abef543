package dev.autodiff.graph;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
