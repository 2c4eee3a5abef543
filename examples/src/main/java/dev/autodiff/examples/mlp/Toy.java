package dev.autodiff.examples.mlp;

import dev.autodiff.examples.lab.Lab;

/** Stub. */
public final class Toy {
    private Toy() {}

    public enum Shape {
        XOR,
        CIRCLES,
        SPIRAL,
        MOONS
    }

    public static void draw(Lab lab, Shape shape, long seed) {}
}
