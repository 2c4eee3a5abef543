package dev.autodiff.nn.optimizer;

/** A placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
