package dev.autodiff.nn.data;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
