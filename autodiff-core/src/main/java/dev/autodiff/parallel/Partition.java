package dev.autodiff.parallel;

/** The division of work among parts: into contiguous ranges whose sizes differ by one unit at most. */
public final class Partition {
    private Partition() {}

    /**
     * Returns the first unit of part {@code part}; its last is the one before {@code start(units, part + 1, parts)}.
     */
    public static int start(int units, int part, int parts) {
        return (int) ((long) units * part / parts);
    }

    /**
     * Returns the first of {@code n} items of part {@code part}, where items are divided in whole units and the last
     * part takes the remainder in addition. No part has fewer items than a unit, unless it has none.
     */
    public static int start(int n, int unit, int part, int parts) {
        return part == parts ? n : unit * start(n / unit, part, parts);
    }

    /**
     * Returns the first of {@code n} items of part {@code part}, where items are divided in whole units and the
     * remainder counts as a unit, so that the last part may have fewer items than one. The larger parts come first, so
     * that threads that claim parts in order finish together.
     */
    public static int tiles(int n, int unit, int part, int parts) {
        int units = (n + unit - 1) / unit;
        return Math.min(n, unit * (part * (units / parts) + Math.min(part, units % parts)));
    }
}
