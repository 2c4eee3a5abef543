package dev.autodiff.program;

import dev.autodiff.kernel.Scratch;

/** Weights that a program does not change: packed for its matrix product once, and again when something else changes them. */
final class PackedOperand {
    final Scratch memory = new Scratch();
    private final State state;
    private long version = -1;

    PackedOperand(State state) {
        this.state = state;
    }

    /** The version to be {@linkplain #packed packed}, or -1 if it has been. */
    long missing() {
        long present = state.version();
        return present == version ? -1 : present;
    }

    void packed(long packedVersion) {
        version = packedVersion;
    }
}
