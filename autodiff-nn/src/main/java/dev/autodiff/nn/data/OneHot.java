package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;

/** Classes as rows of zeros with a single one: class 2 of 4 is {@code [0, 0, 1, 0]}. */
public final class OneHot {
    private OneHot() {}

    /** As {@link #encode(NDArray, int, DType)}, in FLOAT32. */
    public static NDArray encode(NDArray labels, int classes) {
        return encode(labels, classes, DType.FLOAT32);
    }

    /**
     * The labels as rows with a one at the label's place.
     *
     * @param labels {@code [rows]} or {@code [rows, 1]}: whole numbers from 0 to {@code classes - 1}, of any type
     * @param classes number of columns
     * @return {@code [rows, classes]}
     * @throws IllegalArgumentException if a label is not one of the classes (the message says in which row), or the shape is
     *     another
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
        float[] encoded = new float[Math.multiplyExact(rows, classes)];
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
     * The place of each row's largest number, the first of equals: the inverse of {@link #encode}.
     *
     * @param encoded {@code [rows, classes]}
     * @return INT32 {@code [rows]}
     * @throws IllegalArgumentException if the shape is another or there are no columns
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
