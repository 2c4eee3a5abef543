package dev.autodiff.array;

/** Matrices as arrays of rows, and the same elements in one array in row-major order. */
final class Nested {
    private Nested() {}

    static float[] flatten(float[][] rows) {
        int columns = columns(rows);
        float[] flat = new float[Shape.of(rows.length, columns).size()];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return flat;
    }

    static double[] flatten(double[][] rows) {
        int columns = columns(rows);
        double[] flat = new double[Shape.of(rows.length, columns).size()];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return flat;
    }

    static int[] flatten(int[][] rows) {
        int columns = columns(rows);
        int[] flat = new int[Shape.of(rows.length, columns).size()];
        for (int i = 0; i < rows.length; i++) {
            checkRow(i, rows[i].length, columns);
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return flat;
    }

    static int columns(float[][] rows) {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    static int columns(double[][] rows) {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    static int columns(int[][] rows) {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    private static void checkRow(int row, int length, int columns) {
        if (length != columns) {
            throw new IllegalArgumentException("All rows of a matrix have the same length, but row 0 has " + columns
                    + " values and row " + row + " has " + length);
        }
    }
}
