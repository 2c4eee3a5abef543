package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;

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
    @Override
    protected void copy(float[] x, int from, float[] y, int to, int n) {
        if (n > COUNT || (from + COUNT <= x.length && to + COUNT <= y.length)) {
            copyVectors(x, from, y, to, n);
        } else {
            super.copy(x, from, y, to, n);
        }
    }

    /** Copies numbers; a whole vector if they do not fill one. */
    static void copyVectors(float[] x, int from, float[] y, int to, int n) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return;
        }
        for (int i = 0; i < n - COUNT; i += COUNT) {
            FloatVector.fromArray(SPECIES, x, from + i).intoArray(y, to + i);
        }
        int last = Math.max(0, n - COUNT);
        FloatVector.fromArray(SPECIES, x, from + last).intoArray(y, to + last);
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
        if (n >= COUNT) {
            addVectors(x, from, y, to, n);
        } else {
            super.add(x, from, y, to, n);
        }
    }

    /** Adds numbers, at least a vector of them, to others. */
    static void addVectors(float[] x, int from, float[] y, int to, int n) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return;
        }
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(SPECIES, y, to + i)
                    .add(FloatVector.fromArray(SPECIES, x, from + i))
                    .intoArray(y, to + i);
        }
        if (i < n) {
            int last = n - COUNT;
            FloatVector rest = FloatVector.zero(SPECIES)
                    .blend(
                            FloatVector.fromArray(SPECIES, x, from + last),
                            FloatVector.fromArray(SPECIES, Lanes.NUMBERS, 0).compare(VectorOperators.GE, i - last));
            FloatVector.fromArray(SPECIES, y, to + last).add(rest).intoArray(y, to + last);
        }
    }

    @Override
    protected void addProducts(float[] a, int aFrom, float[] b, int bFrom, float[] y, int to, int n) {
        int whole = n - n % COUNT;
        addProductVectors(a, aFrom, b, bFrom, y, to, whole);
        if (whole < n) {
            super.addProducts(a, aFrom + whole, b, bFrom + whole, y, to + whole, n - whole);
        }
    }

    /** Adds products of whole vectors of numbers to others. */
    static void addProductVectors(float[] a, int aFrom, float[] b, int bFrom, float[] y, int to, int n) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        for (int i = 0; i < n; i += COUNT) {
            FloatVector.fromArray(SPECIES, a, aFrom + i)
                    .fma(FloatVector.fromArray(SPECIES, b, bFrom + i), FloatVector.fromArray(SPECIES, y, to + i))
                    .intoArray(y, to + i);
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
        if (dividesImages(layout) && channels % COUNT == 0) {
            int pitch = layout.pitch();
            for (int window = first, next; window < first + count; window = next) {
                int line = window / layout.outWidth();
                next = Math.min(first + count, (line + 1) * layout.outWidth());
                int at = xOffset + 2 * line * pitch + 2 * (window - line * layout.outWidth()) * channels;
                largestOfPairs(x, at, pitch, channels, y, yOffset + window * channels, next - window);
            }
            return;
        }
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

    /** Returns the set of the vector loops that pooling calls, or its way back. */
    static long poolingLoops(WindowLayout layout, boolean forward) {
        boolean fills = layout.channels() % COUNT == 0;
        if (dividesImages(layout) && fills) {
            return (forward ? VectorLoop.LARGEST_OF_PAIRS : VectorLoop.PUT_AT_LARGEST_OF_PAIRS).bit();
        }
        if (forward) {
            return VectorLoop.LARGEST.bit();
        }
        return (isOfNarrowPairs(layout) ? VectorLoop.PUT_AT_LARGEST_OF_NARROW_PAIRS : VectorLoop.ADD_TO_LARGEST).bit();
    }

    /** Returns whether images are divided so and one vector, at least half of it, holds their channels. */
    private static boolean isOfNarrowPairs(WindowLayout layout) {
        return dividesImages(layout) && layout.channels() < COUNT && 2 * layout.channels() >= COUNT;
    }

    /** Returns whether images are divided into windows of two by two. */
    private static boolean dividesImages(WindowLayout layout) {
        return layout.height() == 2
                && layout.width() == 2
                && layout.strideY() == 2
                && layout.strideX() == 2
                && layout.dilationY() == 1
                && layout.dilationX() == 1
                && layout.top() == 0
                && layout.left() == 0
                && layout.imageHeight() == 2 * layout.outHeight()
                && layout.imageWidth() == 2 * layout.outWidth();
    }

    /** Stores the largest of two by two elements, for neighbouring windows. */
    static void largestOfPairs(float[] x, int start, int pitch, int channels, float[] y, int to, int windows) {
        for (int i = windows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        int at = start;
        for (int i = 0; i < windows * channels; at += channels) {
            for (int end = i + channels; i < end; i += COUNT) {
                FloatVector largest = FloatVector.fromArray(SPECIES, x, at);
                FloatVector value = FloatVector.fromArray(SPECIES, x, at + channels);
                largest = largest.blend(value, value.compare(VectorOperators.GT, largest))
                        .blend(value, value.compare(VectorOperators.NE, value));
                value = FloatVector.fromArray(SPECIES, x, at + pitch);
                largest = largest.blend(value, value.compare(VectorOperators.GT, largest))
                        .blend(value, value.compare(VectorOperators.NE, value));
                value = FloatVector.fromArray(SPECIES, x, at + pitch + channels);
                largest.blend(value, value.compare(VectorOperators.GT, largest))
                        .blend(value, value.compare(VectorOperators.NE, value))
                        .intoArray(y, to + i);
                at += COUNT;
            }
        }
    }

    /** Stores numbers where the largest of two by two elements are, and 0 at the others, for neighbouring windows. */
    static void putAtLargestOfPairs(
            float[] x, int start, int pitch, int channels, float[] dy, int from, float[] dx, int to, int windows) {
        for (int i = windows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        int at = start;
        for (int i = 0; i < windows * channels; at += channels) {
            for (int end = i + channels; i < end; i += COUNT) {
                putAtLargest(x, at, pitch, channels, dy, from + i, COUNT, dx, to + at - start);
                at += COUNT;
            }
        }
    }

    /**
     * Does the same for channels that do not fill a vector, which stores 0 behind the last of them, where the next
     * window is, which comes later.
     */
    static void putAtLargestOfNarrowPairs(
            float[] x, int start, int pitch, int channels, float[] dy, int from, float[] dx, int to, int windows) {
        for (int i = windows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        for (int i = 0; i < windows; i++) {
            int at = 2 * i * channels;
            putAtLargest(x, start + at, pitch, channels, dy, from + i * channels, channels, dx, to + at);
        }
    }

    /** Does the same for a line of windows: behind the last one may be another image, so it is added to zeros. */
    private static void putAtLargestOfNarrowLine(
            WindowLayout layout, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset, int line) {
        int channels = layout.channels();
        int pitch = layout.pitch();
        int first = line * layout.outWidth();
        int others = layout.outWidth() - 1;
        int at = 2 * line * pitch;
        int from = dyOffset + first * channels;
        putAtLargestOfNarrowPairs(x, xOffset + at, pitch, channels, dy, from, dx, dxOffset + at, others);
        int last = dxOffset + at + 2 * others * channels;
        Arrays.fill(dx, last, last + 2 * channels, 0);
        Arrays.fill(dx, last + pitch, last + pitch + 2 * channels, 0);
        addToLargest(layout, x, xOffset, dy, dyOffset, dx, dxOffset, first + others, 0);
    }

    /** Stores the first lanes of a vector where the largest of two by two vectors are, and 0 in all other lanes. */
    private static void putAtLargest(
            float[] x, int at, int pitch, int step, float[] dy, int from, int lanes, float[] dx, int to) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector largest = FloatVector.fromArray(SPECIES, x, at);
        FloatVector value = FloatVector.fromArray(SPECIES, x, at + step);
        VectorMask<Float> second =
                value.compare(VectorOperators.GT, largest).or(value.compare(VectorOperators.NE, value));
        largest = largest.blend(value, second);
        value = FloatVector.fromArray(SPECIES, x, at + pitch);
        VectorMask<Float> third =
                value.compare(VectorOperators.GT, largest).or(value.compare(VectorOperators.NE, value));
        largest = largest.blend(value, third);
        value = FloatVector.fromArray(SPECIES, x, at + pitch + step);
        VectorMask<Float> fourth =
                value.compare(VectorOperators.GT, largest).or(value.compare(VectorOperators.NE, value));
        FloatVector upstream = FloatVector.fromArray(SPECIES, dy, from).add(zero); // as sums have it: 0 for -0
        upstream = upstream.blend(
                zero, FloatVector.fromArray(SPECIES, Lanes.NUMBERS, 0).compare(VectorOperators.GE, (float) lanes));
        FloatVector last = zero.blend(upstream, fourth);
        upstream = upstream.blend(zero, fourth);
        FloatVector below = zero.blend(upstream, third);
        upstream = upstream.blend(zero, third);
        upstream.blend(zero, second).intoArray(dx, to);
        zero.blend(upstream, second).intoArray(dx, to + step);
        below.intoArray(dx, to + pitch);
        last.intoArray(dx, to + pitch + step);
    }

    /** Stores the largest of the vectors below a window. One loop over all taps: in a nest, C2 makes objects. */
    static void largest(float[] x, int at, int rows, int rowStep, int columns, int step, float[] y, int to) {
        for (int i = rows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (rows < 0) {
            return;
        }
        FloatVector largest = FloatVector.fromArray(SPECIES, x, at);
        int from = at;
        int s = 0;
        for (int tap = 1; tap < rows * columns; tap++) {
            s++;
            from += step;
            if (s == columns) {
                s = 0;
                from += rowStep - columns * step;
            }
            FloatVector value = FloatVector.fromArray(SPECIES, x, from);
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
        if (dividesImages(layout) && channels % COUNT == 0) {
            int pitch = layout.pitch();
            for (int line = image0 * layout.outHeight(); line < image1 * layout.outHeight(); line++) {
                int at = 2 * line * pitch;
                int from = dyOffset + line * layout.outWidth() * channels;
                putAtLargestOfPairs(x, xOffset + at, pitch, channels, dy, from, dx, dxOffset + at, layout.outWidth());
            }
            return;
        }
        if (isOfNarrowPairs(layout)) {
            for (int line = image0 * layout.outHeight(); line < image1 * layout.outHeight(); line++) {
                putAtLargestOfNarrowLine(layout, x, xOffset, dy, dyOffset, dx, dxOffset, line);
            }
            return;
        }
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
    static void addToLargest(
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
        for (int i = rows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (rows < 0) {
            return;
        }
        FloatVector largest = FloatVector.fromArray(SPECIES, x, at);
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
            FloatVector value = FloatVector.fromArray(SPECIES, x, from);
            FloatVector number = FloatVector.broadcast(SPECIES, tap);
            VectorMask<Float> larger = value.compare(VectorOperators.GT, largest);
            VectorMask<Float> none = value.compare(VectorOperators.NE, value);
            largest = largest.blend(value, larger).blend(value, none);
            place = place.blend(number, larger).blend(number, none);
        }
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector upstream = FloatVector.fromArray(SPECIES, dy, dyAt)
                .blend(zero, FloatVector.fromArray(SPECIES, Lanes.NUMBERS, 0).compare(VectorOperators.GE, (float)
                        lanes));
        int target = to;
        s = 0;
        for (int tap = 0; tap < rows * columns; tap++) {
            FloatVector here = zero.blend(upstream, place.compare(VectorOperators.EQ, (float) tap));
            FloatVector.fromArray(SPECIES, dx, target).add(here).intoArray(dx, target);
            s++;
            target += step;
            if (s == columns) {
                s = 0;
                target += rowStep - columns * step;
            }
        }
    }
}
