package dev.autodiff.kernel;

import dev.autodiff.parallel.Partition;

/**
 * The division of a matrix product among parts that each pack the second operand by themselves: by the rows or by the
 * columns of the result, never by the terms of its sums.
 */
public final class MatmulPartition {
    /**
     * The unit of rows. It is small, so that parts are even although micro-tiles have 5 or 6 rows; it is more than 1,
     * because the product of a vector and a matrix sums in another order.
     */
    private static final int ROWS = 4;

    private static final int COLUMNS = 32;
    /** The cost of packing one element of the second matrix, in multiplications. */
    private static final int PACKING = 8;

    private MatmulPartition() {}

    /**
     * Returns whether the columns of the result should be divided rather than its rows: the choice that leaves the
     * largest part with less work, counted in columns of multiplications plus the cost of packing {@code b}, which
     * every part has to do by itself for the columns that it computes.
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

    /** Returns the first row of a part, if rows are divided. */
    public static int row(int m, int part, int parts) {
        return Partition.start(m, ROWS, part, parts);
    }

    /** Returns the first column of a part, if columns are divided. */
    public static int column(int n, int part, int parts) {
        return Partition.start(n, COLUMNS, part, parts);
    }
}
