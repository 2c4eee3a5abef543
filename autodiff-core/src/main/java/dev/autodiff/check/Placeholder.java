package dev.autodiff.check;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
