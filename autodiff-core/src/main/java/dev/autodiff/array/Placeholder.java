package dev.autodiff.array;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
