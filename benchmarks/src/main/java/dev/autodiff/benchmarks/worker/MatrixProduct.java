package dev.autodiff.benchmarks.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A matrix product by its id: {@code G128x784x10} is 128 rows of a, 784 columns of a or rows of b, 10 columns of b. A {@code T}
 * behind the first or the last number: that matrix is transposed in memory, as in backpropagation.
 *
 * @param m rows of the result
 * @param k length of the sums
 * @param n columns of the result
 * @param aTransposed whether a lies in memory as [k, m]
 * @param bTransposed whether b lies in memory as [n, k]
 */
public record MatrixProduct(int m, int k, int n, boolean aTransposed, boolean bTransposed) {
    private static final Pattern ID = Pattern.compile("G(\\d+)(T?)x(\\d+)x(\\d+)(T?)");

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException if it is not of this form
     */
    public static MatrixProduct parse(String id) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no matrix product; one is written as G128x784x10 or G784Tx128x10T");
        }
        return new MatrixProduct(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                !matcher.group(2).isEmpty(),
                !matcher.group(5).isEmpty());
    }

    /** Floating-point operations: a multiplication and an addition for each term. */
    public double flop() {
        return 2.0 * m * n * k;
    }
}
