package dev.autodiff.kernel;

/** How work is divided among parts: always by outputs, into contiguous ranges whose sizes differ by one unit at most. */
public final class Division {
    /** Few, so that parts are even, though tiles have 5 or 6; more than 1, as the product of a vector sums in another order. */
    private static final int ROWS = 4;

    private static final int COLUMNS = 32;
    /** Cost of packing one element of the second matrix, in multiplications. */
    private static final int PACKING = 8;

    private Division() {}

    /** The first of part {@code part}'s units; its last is the one before {@code start(units, part + 1, parts)}. */
    public static int start(int units, int part, int parts) {
        return (int) ((long) units * part / parts);
    }

    /**
     * The same in whole units, of which the last part has what is left over in addition. No part has less than a unit, unless
     * it has nothing.
     */
    public static int start(int n, int unit, int part, int parts) {
        return part == parts ? n : unit * start(n / unit, part, parts);
    }

    /**
     * The same, but what is left over counts as a unit, so that the last part may have less than one; and the larger parts are
     * the first, so that threads that take them in turns are done together.
     */
    public static int tiles(int n, int unit, int part, int parts) {
        int units = (n + unit - 1) / unit;
        return Math.min(n, unit * (part * (units / parts) + Math.min(part, units % parts)));
    }

    /**
     * Whether a matrix product should divide the columns of its result, rather than the rows: whichever leaves the largest
     * part with less work, counted in columns of multiplications plus the cost of packing {@code b}, which every part has
     * to do by itself for the columns that it computes.
     */
    public static boolean byColumns(int m, int n, int parts) {
        long columns = (long) largest(n, COLUMNS, parts) * (m + PACKING);
        long rows = (long) n * (largest(m, ROWS, parts) + PACKING);
        return columns <= rows;
    }

    private static int largest(int n, int unit, int parts) {
        int units = n / unit;
        return n - units * unit + unit * ((units + parts - 1) / parts);
    }

    /** Where the rows of a part of a matrix product start; used if they are divided. */
    public static int row(int m, int part, int parts) {
        return start(m, ROWS, part, parts);
    }

    /** Where the columns of a part of a matrix product start; used if they are divided. */
    public static int column(int n, int part, int parts) {
        return start(n, COLUMNS, part, parts);
    }
}
