package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;
import static dev.autodiff.kernel.vector.Lanes.load;

import dev.autodiff.kernel.FloatImages;
import dev.autodiff.kernel.WindowLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The loops over the windows of images along the channels, which lie side by side. A vector may reach beyond the last
 * channel where that does no harm: where the numbers behind are written later, or stay as they are and belong to the
 * same image.
 */
final class VectorImages extends FloatImages {
    private static final float[] LANES = lanes();

    private static float[] lanes() {
        float[] lanes = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            lanes[i] = i;
        }
        return lanes;
    }

    /** Returns the mask of the lanes from one on. */
    private static VectorMask<Float> from(int lane) {
        return load(LANES, 0).compare(VectorOperators.GE, lane);
    }

    @Override
    protected void copy(float[] x, int from, float[] y, int to, int n) {
        if (n > COUNT) {
            for (int i = 0; i < n - COUNT; i += COUNT) {
                load(x, from + i).intoArray(y, to + i);
            }
            load(x, from + n - COUNT).intoArray(y, to + n - COUNT);
        } else if (from + COUNT <= x.length && to + COUNT <= y.length) {
            load(x, from).intoArray(y, to);
        } else {
            super.copy(x, from, y, to, n);
        }
    }

    @Override
    protected void copyExactly(float[] x, int from, float[] y, int to, int n) {
        if (n > COUNT) {
            copy(x, from, y, to, n);
        } else {
            super.copy(x, from, y, to, n);
        }
    }

    @Override
    protected void add(float[] x, int from, float[] y, int to, int n) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            load(y, to + i).add(load(x, from + i)).intoArray(y, to + i);
        }
        if (i > 0 && i < n) {
            int last = n - COUNT;
            FloatVector rest = FloatVector.zero(SPECIES).blend(load(x, from + last), from(i - last));
            load(y, to + last).add(rest).intoArray(y, to + last);
        } else if (i < n) {
            super.add(x, from, y, to, n);
        }
    }

    @Override
    protected void addProducts(float[] a, int aFrom, float[] b, int bFrom, float[] y, int to, int n) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            load(a, aFrom + i).fma(load(b, bFrom + i), load(y, to + i)).intoArray(y, to + i);
        }
        if (i < n) {
            super.addProducts(a, aFrom + i, b, bFrom + i, y, to + i, n - i);
        }
    }

    @Override
    public void maxPool(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] chosen,
            int chosenOffset,
            float[] y,
            int yOffset,
            int first,
            int count) {
        if (x != chosen || xOffset != chosenOffset) {
            super.maxPool(layout, x, xOffset, chosen, chosenOffset, y, yOffset, first, count);
            return;
        }
        int channels = layout.channels();
        int end = yOffset + (first + count) * channels;
        for (int window = first; window < first + count; ) {
            int line = window / layout.outWidth();
            int lineEnd = Math.min(first + count, (line + 1) * layout.outWidth());
            int row0 = layout.row(line % layout.outHeight(), 0);
            int firstRow = layout.firstRow(row0);
            int rows = layout.endRow(row0) - firstRow;
            int rowStep = layout.dilationY() * layout.pitch();
            int step = layout.dilationX() * channels;
            int start = xOffset
                    + line / layout.outHeight() * layout.imageSize()
                    + (row0 + firstRow * layout.dilationY()) * layout.pitch();
            for (; window < lineEnd; window++) {
                int column0 = layout.column(window - line * layout.outWidth(), 0);
                int firstColumn = layout.firstColumn(column0);
                int columns = layout.endColumn(column0) - firstColumn;
                int at = start + column0 * channels + firstColumn * step;
                int last = at + (rows - 1) * rowStep + (columns - 1) * step + COUNT;
                int to = yOffset + window * channels;
                int c = 0;
                if (rows > 0 && columns > 0) {
                    // The last vector may reach over the next window's result, which comes later
                    int most = Math.min(channels, Math.min(x.length - last, end - COUNT - to) + 1);
                    for (; c < most; c += COUNT) {
                        largest(x, at + c, rows, rowStep, columns, step, y, to + c);
                    }
                }
                for (; c < channels; c++) {
                    int image = window / layout.windows() * layout.imageSize();
                    int found = largest(layout, x, xOffset + image + c, window);
                    y[to + c] = found < 0 ? Float.NEGATIVE_INFINITY : x[xOffset + image + c + found];
                }
            }
        }
    }

    /** Stores the largest of the vectors below a window. One loop over all taps: in a nest, C2 makes objects. */
    private static void largest(float[] x, int at, int rows, int rowStep, int columns, int step, float[] y, int to) {
        FloatVector largest = load(x, at);
        int from = at;
        int s = 0;
        for (int tap = 1; tap < rows * columns; tap++) {
            s++;
            from += step;
            if (s == columns) {
                s = 0;
                from += rowStep - columns * step;
            }
            FloatVector value = load(x, from);
            largest = largest.blend(value, value.compare(VectorOperators.GT, largest))
                    .blend(value, value.compare(VectorOperators.NE, value));
        }
        largest.intoArray(y, to);
    }

    @Override
    public void maxPoolImage(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            int image0,
            int image1) {
        int channels = layout.channels();
        int size = layout.imageSize();
        Arrays.fill(dx, dxOffset + image0 * size, dxOffset + image1 * size, 0);
        int rowStep = layout.dilationY() * layout.pitch();
        int step = layout.dilationX() * channels;
        for (int line = image0 * layout.outHeight(); line < image1 * layout.outHeight(); line++) {
            int row0 = layout.row(line % layout.outHeight(), 0);
            int firstRow = layout.firstRow(row0);
            int rows = layout.endRow(row0) - firstRow;
            int image = line / layout.outHeight() * size;
            int start = image + (row0 + firstRow * layout.dilationY()) * layout.pitch();
            for (int column = 0; column < layout.outWidth(); column++) {
                int column0 = layout.column(column, 0);
                int firstColumn = layout.firstColumn(column0);
                int columns = layout.endColumn(column0) - firstColumn;
                int window = line * layout.outWidth() + column;
                int at = start + column0 * channels + firstColumn * step;
                int last = at + (rows - 1) * rowStep + (columns - 1) * step + COUNT;
                int c = 0;
                if (rows > 0 && columns > 0) {
                    // The last vector may reach over other elements of the image, to which it adds 0
                    int fits = Math.min(
                            Math.min(x.length - xOffset, image + size) - last,
                            dy.length - COUNT - dyOffset - window * channels);
                    int most = Math.min(channels, fits + 1);
                    for (; c < most; c += COUNT) {
                        int from = dyOffset + window * channels + c;
                        int to = dxOffset + at + c;
                        int lanes = channels - c;
                        addToLargest(x, xOffset + at + c, rows, rowStep, columns, step, dy, from, lanes, dx, to);
                    }
                }
                if (c < channels) {
                    addToLargest(layout, x, xOffset, dy, dyOffset, dx, dxOffset, window, c);
                }
            }
        }
    }

    /** Adds the first lanes of a vector to the largest of those below a window, lane by lane. */
    private static void addToLargest(
            float[] x,
            int at,
            int rows,
            int rowStep,
            int columns,
            int step,
            float[] dy,
            int dyAt,
            int lanes,
            float[] dx,
            int to) {
        FloatVector largest = load(x, at);
        FloatVector place = FloatVector.zero(SPECIES);
        int from = at;
        int s = 0;
        for (int tap = 1; tap < rows * columns; tap++) {
            s++;
            from += step;
            if (s == columns) {
                s = 0;
                from += rowStep - columns * step;
            }
            FloatVector value = load(x, from);
            FloatVector number = FloatVector.broadcast(SPECIES, tap);
            VectorMask<Float> larger = value.compare(VectorOperators.GT, largest);
            VectorMask<Float> none = value.compare(VectorOperators.NE, value);
            largest = largest.blend(value, larger).blend(value, none);
            place = place.blend(number, larger).blend(number, none);
        }
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector upstream = load(dy, dyAt).blend(zero, load(LANES, 0).compare(VectorOperators.GE, (float) lanes));
        int target = to;
        s = 0;
        for (int tap = 0; tap < rows * columns; tap++) {
            FloatVector here = zero.blend(upstream, place.compare(VectorOperators.EQ, (float) tap));
            load(dx, target).add(here).intoArray(dx, target);
            s++;
            target += step;
            if (s == columns) {
                s = 0;
                target += rowStep - columns * step;
            }
        }
    }

    /** Calls one of the loops on arbitrary numbers; for {@link Compilation}. */
    static void call(int loop, float[] x) {
        VectorImages images = new VectorImages();
        int n = 2 * COUNT;
        int half = x.length / 2;
        WindowLayout layout = new WindowLayout(4, 4, n, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0);
        switch (loop) {
            case 0 -> images.gather(layout, x, 0, n, x, 4 * n, 0, 4);
            case 1 -> images.scatterAdd(layout, x, x, 0, n, 0, 4);
            case 2 -> images.maxPool(layout, x, 0, x, 0, x, half, 0, 4);
            case 3 -> images.maxPoolImage(layout, x, 0, x, half, x, half, 0, 1);
            default -> images.depthwise(layout, x, 0, x, 0, x, half, 0, 4);
        }
    }
}
