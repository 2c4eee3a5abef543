package dev.autodiff.examples.linear;

import dev.autodiff.array.NDArray;

/**
 * The closed-form solution of linear regression: the coefficients with the least sum of squared errors, by
 * Householder's QR decomposition (Golub and Van Loan, Matrix Computations, section 5.3), in double precision.
 */
final class LeastSquares {
    private final double[] coefficients;

    private LeastSquares(double[] coefficients) {
        this.coefficients = coefficients;
    }

    /**
     * Fits {@code y = x·w + b}.
     *
     * @param x the features {@code [rows, columns]}, with more rows than columns and linearly independent columns
     * @param y the labels {@code [rows, 1]}
     */
    static LeastSquares fit(NDArray x, NDArray y) {
        int rows = x.dim(0);
        int columns = x.dim(1) + 1;
        double[][] a = withOnes(x);
        double[] target = y.toDoubles();
        for (int k = 0; k < columns; k++) {
            reflect(a, target, k, rows, columns);
        }
        double[] solution = new double[columns];
        for (int k = columns - 1; k >= 0; k--) {
            double rest = target[k];
            for (int j = k + 1; j < columns; j++) {
                rest -= a[k][j] * solution[j];
            }
            solution[k] = rest / a[k][k];
        }
        return new LeastSquares(solution);
    }

    /** Reflects column k onto the axis e_k, and with it all columns to the right and the target. */
    private static void reflect(double[][] a, double[] target, int k, int rows, int columns) {
        double norm = 0;
        for (int i = k; i < rows; i++) {
            norm = Math.hypot(norm, a[i][k]);
        }
        if (norm == 0) {
            throw new IllegalArgumentException("Column " + k + " depends linearly on the columns before it");
        }
        double[] v = new double[rows];
        double length = 0; // of v, squared
        for (int i = k; i < rows; i++) {
            v[i] = a[i][k] + (i == k ? Math.copySign(norm, a[k][k]) : 0);
            length += v[i] * v[i];
        }
        for (int j = k; j <= columns; j++) {
            double dot = 0;
            for (int i = k; i < rows; i++) {
                dot += v[i] * (j == columns ? target[i] : a[i][j]);
            }
            double factor = 2 * dot / length;
            for (int i = k; i < rows; i++) {
                if (j == columns) {
                    target[i] -= factor * v[i];
                } else {
                    a[i][j] -= factor * v[i];
                }
            }
        }
    }

    private static double[][] withOnes(NDArray x) {
        double[][] a = new double[x.dim(0)][x.dim(1) + 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < x.dim(1); j++) {
                a[i][j] = x.get(i, j);
            }
            a[i][x.dim(1)] = 1;
        }
        return a;
    }

    /** Returns the weights, followed by the bias. */
    double[] coefficients() {
        return coefficients.clone();
    }

    /** Returns the predictions {@code [rows, 1]}. */
    NDArray predict(NDArray x) {
        double[] y = new double[x.dim(0)];
        for (int i = 0; i < y.length; i++) {
            y[i] = coefficients[x.dim(1)];
            for (int j = 0; j < x.dim(1); j++) {
                y[i] += coefficients[j] * x.get(i, j);
            }
        }
        return NDArray.wrap(y, y.length, 1);
    }
}
