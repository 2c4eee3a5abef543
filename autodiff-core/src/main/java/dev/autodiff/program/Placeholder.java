package dev.autodiff.program;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
