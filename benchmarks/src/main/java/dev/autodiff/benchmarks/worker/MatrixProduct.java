package dev.autodiff.benchmarks.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A matrix product by its id: {@code G128x784x10} is 128 rows of a, 784 columns of a or rows of b, 10 columns of b. A
 * {@code T} after the first or the last number means that a or b is transposed in memory, as in backpropagation.
 *
 * @param m the number of rows of the result
 * @param k the number of columns of a and rows of b
 * @param n the number of columns of the result
 * @param aTransposed true if a has the shape [k, m] in memory
 * @param bTransposed true if b has the shape [n, k] in memory
 */
public record MatrixProduct(int m, int k, int n, boolean aTransposed, boolean bTransposed) {
    private static final Pattern ID = Pattern.compile("G(\\d+)(T?)x(\\d+)x(\\d+)(T?)");

    /**
     * Parses an id.
     *
     * @throws IllegalArgumentException if it does not have this form
     */
    public static MatrixProduct parse(String id) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no matrix product; valid ones are, for example, G128x784x10 and G784Tx128x10T");
        }
        return new MatrixProduct(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                !matcher.group(2).isEmpty(),
                !matcher.group(5).isEmpty());
    }

    /** Returns the number of floating-point operations: a multiplication and an addition for each term. */
    public double flop() {
        return 2.0 * m * n * k;
    }
}
