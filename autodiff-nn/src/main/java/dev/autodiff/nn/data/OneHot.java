package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;

/**
 * One-hot encoding of classes, as rows of zeros with a single one: class 2 of 4 is {@code [0, 0, 1, 0]}.
 *
 * <pre>{@code
 * NDArray rows = OneHot.encode(NDArray.of(2, 0), 4); // [[0. 0. 1. 0.] [1. 0. 0. 0.]]
 * OneHot.decode(rows); // [2 0]
 * }</pre>
 */
public final class OneHot {
    private OneHot() {}

    /**
     * Returns the labels as one-hot rows of FLOAT32, as {@link #encode(NDArray, int, DType)}.
     *
     * @param labels the class numbers, {@code [rows]} or {@code [rows, 1]}
     * @param classes the number of classes
     * @return FLOAT32 {@code [rows, classes]}
     */
    public static NDArray encode(NDArray labels, int classes) {
        return encode(labels, classes, DType.FLOAT32);
    }

    /**
     * Returns the labels as rows with a one in the label's column.
     *
     * @param labels the class numbers, {@code [rows]} or {@code [rows, 1]}: whole numbers from 0 to {@code classes -
     *     1}, of any type
     * @param classes the number of classes, and of columns
     * @param dtype the type of the result
     * @return {@code [rows, classes]}
     * @throws IllegalArgumentException if a label is not one of the classes (the message says in which row), or the
     *     labels have another shape
     */
    public static NDArray encode(NDArray labels, int classes, DType dtype) {
        int rank = labels.shape().rank();
        if (rank != 1 && !(rank == 2 && labels.dim(1) == 1)) {
            throw new IllegalArgumentException(
                    "Labels to encode have shape [rows] or [rows, 1], not " + labels.shape());
        }
        if (classes < 1) {
            throw new IllegalArgumentException("There is at least one class, but classes = " + classes);
        }
        int rows = labels.dim(0);
        float[] encoded = new float[Shape.of(rows, classes).size()];
        for (int row = 0; row < rows; row++) {
            double label = labels.at(row);
            if (!(label >= 0 && label < classes) || label != Math.rint(label)) {
                throw new IllegalArgumentException("Labels of " + classes + " classes are whole numbers from 0 to "
                        + (classes - 1) + ", but row " + row + " is " + text(label));
            }
            encoded[row * classes + (int) label] = 1;
        }
        return NDArray.wrap(encoded, rows, classes).cast(dtype);
    }

    /**
     * Returns the column of each row's largest number, the first of equals: the inverse of {@link #encode}.
     *
     * @param encoded the rows, {@code [rows, classes]}: one-hot, or scores of the classes
     * @return INT32 {@code [rows]}
     * @throws IllegalArgumentException if the array has another shape or no columns
     */
    public static NDArray decode(NDArray encoded) {
        if (encoded.shape().rank() != 2 || encoded.dim(1) == 0) {
            throw new IllegalArgumentException(
                    "One-hot rows have shape [rows, classes] with at least one class, not " + encoded.shape());
        }
        int rows = encoded.dim(0);
        int classes = encoded.dim(1);
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            for (int i = 1; i < classes; i++) {
                if (encoded.at(row * classes + i) > encoded.at(row * classes + labels[row])) {
                    labels[row] = i;
                }
            }
        }
        return NDArray.wrap(labels, rows);
    }

    private static String text(double label) {
        return label == Math.rint(label) && Math.abs(label) < 1e15
                ? Long.toString((long) label)
                : Double.toString(label);
    }
}
