package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The examples of one partition as arrays, which Spark keeps in memory while a model is trained. */
final class PartitionData implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int ROWS = 1024;

    private final int index;
    private final int rows;
    private final int width;
    private final float[] features;
    /** FLOAT32 labels, or null if they are classes. */
    private final float @Nullable [] labels;
    /** Class numbers, or null if labels are not classes. */
    private final int @Nullable [] classes;

    private final int labelWidth;

    /** The order of the examples in an epoch, which is kept from step to step. */
    private transient int @Nullable [] order;

    private transient long orderEpoch;

    private PartitionData(
            int index,
            int rows,
            int width,
            float[] features,
            float @Nullable [] labels,
            int @Nullable [] classes,
            int labelWidth) {
        this.index = index;
        this.rows = rows;
        this.width = width;
        this.features = features;
        this.labels = labels;
        this.classes = classes;
        this.labelWidth = labelWidth;
    }

    /**
     * Reads the rows of a partition.
     *
     * @param index the number of the partition
     * @param features the columns of the features
     * @param label the columns of the labels
     * @param isClass true if the label is a class number
     */
    static PartitionData read(int index, Iterator<Row> rows, Columns features, Columns label, boolean isClass) {
        int count = 0;
        int width = 0;
        int labelWidth = 1;
        float[] x = {};
        float[] y = {};
        int[] classes = {};
        while (rows.hasNext()) {
            Row row = rows.next();
            if (count == 0) {
                width = features.width(row::get, 0);
                labelWidth = isClass ? 1 : label.width(row::get, 0);
                x = new float[Math.multiplyExact(ROWS, Math.max(1, width))];
                y = new float[isClass ? 0 : Math.multiplyExact(ROWS, labelWidth)];
                classes = new int[isClass ? ROWS : 0];
            } else if (count * (long) width >= x.length) {
                x = Arrays.copyOf(x, Math.multiplyExact(x.length, 2));
                y = Arrays.copyOf(y, Math.multiplyExact(y.length, 2));
                classes = Arrays.copyOf(classes, classes.length * 2);
            }
            features.read(row::get, count, x, count * width, width);
            if (isClass) {
                classes[count] = label.readClass(row::get, count);
            } else {
                label.read(row::get, count, y, count * labelWidth, labelWidth);
            }
            count++;
        }
        return new PartitionData(
                index,
                count,
                width,
                Arrays.copyOf(x, count * width),
                isClass ? null : Arrays.copyOf(y, count * labelWidth),
                isClass ? Arrays.copyOf(classes, count) : null,
                labelWidth);
    }

    int index() {
        return index;
    }

    int rows() {
        return rows;
    }

    /** Returns what the driver knows about the partition. */
    Size size() {
        int most = -1;
        if (classes != null) {
            most = Arrays.stream(classes).max().orElse(-1);
        }
        return new Size(index, rows, width, labelWidth, most);
    }

    /**
     * The size of a partition.
     *
     * @param width the number of features of an example
     * @param labelWidth the number of numbers of a label
     * @param largestClass the largest class number; -1 if labels are not classes
     */
    record Size(int index, int rows, int width, int labelWidth, int largestClass) implements Serializable {}

    /**
     * Returns the features and labels of a step. The steps of an epoch divide the examples evenly, in an order of its
     * own for each epoch; with one step it is the order of the rows.
     *
     * @param step the number of the step in the epoch, from 0
     * @param steps the number of steps of an epoch
     * @param shape the shape of the features of an example
     * @return the two arrays, of no examples if there are fewer examples than steps
     */
    NDArray[] batch(long seed, long epoch, int step, int steps, int[] shape) {
        int from = (int) ((long) rows * step / steps);
        int to = (int) ((long) rows * (step + 1) / steps);
        int n = to - from;
        int[] rowsNow = steps == 1 ? null : order(seed, epoch);
        float[] x = new float[n * width];
        float[] y = new float[labels == null ? 0 : n * labelWidth];
        int[] c = new int[classes == null ? 0 : n];
        for (int i = 0; i < n; i++) {
            int row = rowsNow == null ? from + i : rowsNow[from + i];
            System.arraycopy(features, row * width, x, i * width, width);
            if (labels != null) {
                System.arraycopy(labels, row * labelWidth, y, i * labelWidth, labelWidth);
            } else if (classes != null) {
                c[i] = classes[row];
            }
        }
        int[] dims = new int[shape.length + 1];
        dims[0] = n;
        System.arraycopy(shape, 0, dims, 1, shape.length);
        return new NDArray[] {
            NDArray.wrap(x, dims), labels == null ? NDArray.wrap(c, n) : NDArray.wrap(y, n, labelWidth)
        };
    }

    private synchronized int[] order(long seed, long epoch) {
        int[] known = order;
        if (known == null || orderEpoch != epoch) {
            known = new int[rows];
            SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + epoch * 31 + index);
            for (int i = 0; i < rows; i++) {
                int other = random.nextInt(i + 1);
                known[i] = known[other];
                known[other] = i;
            }
            order = known;
            orderEpoch = epoch;
        }
        return known;
    }
}
