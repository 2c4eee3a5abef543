package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.kernel.FloatImages;
import dev.autodiff.kernel.FloatMatmul;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.WindowLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vector loops over windows against the scalar ones: the same numbers, and nothing beside them. */
class VectorImagesTest {
    private static final int IMAGES = 3;
    private static final int[] CHANNELS = {1, 2, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33, 40};

    private final FloatImages scalar = new FloatImages();

    @BeforeEach
    void needsVectors() {
        assumeTrue(KernelProvider.kernels().name().startsWith("vector"));
    }

    private static WindowLayout[] layouts(int channels) {
        return new WindowLayout[] {
            new WindowLayout(6, 7, channels, 3, 3, 2, 2, 2, 2, 1, 1, 0, 0),
            new WindowLayout(6, 8, channels, 3, 4, 2, 2, 2, 2, 1, 1, 0, 0),
            new WindowLayout(5, 4, channels, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1),
            new WindowLayout(6, 7, channels, 3, 4, 2, 3, 2, 2, 2, 1, 1, 1),
            new WindowLayout(4, 5, channels, 2, 2, 1, 2, 2, 2, 1, 2, 0, 0)
        };
    }

    private static float[] numbers(long seed, int size, boolean special) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextInt(-4, 5) / 2f;
            if (special && random.nextInt(50) == 0) {
                values[i] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
            }
        }
        return values;
    }

    private interface Loop {
        void run(FloatImages images, WindowLayout layout, float[] result);
    }

    /** Compares what two kernels write into an array of numbers. */
    private void agree(Loop loop) {
        FloatImages vector = new VectorImages();
        for (int channels : CHANNELS) {
            for (WindowLayout layout : layouts(channels)) {
                int size = IMAGES * Math.max(layout.imageSize(), layout.windows() * layout.taps() * channels);
                float[] expected = numbers(9, size, false);
                float[] actual = expected.clone();
                loop.run(scalar, layout, expected);
                loop.run(vector, layout, actual);
                assertArrayEquals(expected, actual, layout.toString());
            }
        }
    }

    @Test
    void copies() {
        agree((images, layout, rows) -> {
            float[] x = numbers(1, IMAGES * layout.imageSize(), false);
            int first = 1;
            int count = IMAGES * layout.windows() - 1;
            images.gather(layout, x, 0, layout.channels(), rows, layout.taps() * layout.channels(), first, count);
            int end = count * layout.taps() * layout.channels();
            Arrays.fill(rows, end, rows.length, 0); // may be changed
        });
    }

    @Test
    void copiesOfTaps() {
        agree((images, layout, rows) -> {
            if (layout.channels() == 1) {
                float[] x = numbers(1, IMAGES * layout.imageSize(), false);
                int count = IMAGES * layout.windows() - 1;
                images.gatherTaps(layout, x, 0, rows, count, 1, count);
            }
        });
    }

    private static final WindowLayout[] OF_ONE_CHANNEL = {
        new WindowLayout(9, 30, 1, 5, 26, 5, 5, 1, 1, 1, 1, 0, 0),
        new WindowLayout(9, 21, 1, 7, 19, 3, 3, 1, 1, 1, 1, 0, 0),
        new WindowLayout(11, 12, 1, 4, 10, 6, 3, 1, 1, 1, 1, 0, 0),
        new WindowLayout(9, 9, 1, 5, 8, 3, 2, 1, 1, 2, 1, 0, 0),
        new WindowLayout(9, 11, 1, 3, 4, 5, 4, 2, 2, 1, 1, 0, 0),
        new WindowLayout(5, 40, 1, 5, 20, 1, 20, 1, 1, 1, 1, 0, 0),
        new WindowLayout(5, 4, 1, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1),
        new WindowLayout(9, 9, 1, 7, 5, 3, 3, 1, 1, 1, 2, 0, 0)
    };

    private static float[] fractions(long seed, int size) {
        return floats(new SplittableRandom(seed).doubles(size, -1, 1).toArray());
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /** The same bits as by a product of what is gathered, and not a number beside them. */
    @Test
    void convolutionsOfOneChannel() {
        int done = 0;
        for (WindowLayout layout : OF_ONE_CHANNEL) {
            for (int outputs : new int[] {2, 5, 6, 7, 13}) {
                int taps = layout.taps();
                float[] x = fractions(11, IMAGES * layout.imageSize() + 3);
                float[] weights = fractions(12, outputs * taps);
                int first = 1;
                int count = IMAGES * layout.windows() - 1;
                float[] rows = new float[taps * count];
                scalar.gather(layout, x, 3, 1, rows, taps, first, count);
                float[] expected = new float[4 + count * outputs + 4];
                Arrays.fill(expected, 7);
                float[] actual = expected.clone();
                FloatMatmul.matmul(
                        new MatmulLayout(taps, 1, 1, taps, outputs),
                        rows,
                        0,
                        weights,
                        0,
                        expected,
                        4,
                        count,
                        outputs,
                        taps,
                        new Scratch());
                if (new VectorSingleChannelImages()
                        .convolve(layout, x, 3, weights, outputs, actual, 4, first, count, new Scratch())) {
                    done++;
                    assertArrayEquals(expected, actual, layout + " to " + outputs);
                }
            }
        }
        assertEquals(5 * 5, done);
    }

    @Test
    void weightsOfOneChannel() {
        int done = 0;
        for (WindowLayout layout : OF_ONE_CHANNEL) {
            for (int columns : new int[] {2, 5, 6}) {
                int taps = layout.taps();
                int outputs = columns + 2;
                int count = IMAGES * layout.windows() - 4;
                int behind = columns == 2 ? 0 : 64; // vectors reach over the end of the array, or do not
                float[] x = fractions(11, 3 + IMAGES * layout.imageSize() + behind);
                float[] dy = fractions(13, IMAGES * layout.windows() * outputs);
                int first = 2;
                int dyAt = first * outputs + 1;
                float[] rows = new float[taps * count];
                scalar.gather(layout, x, 3, 1, rows, taps, first, count);
                float[] expected = new float[4 + columns * taps + 4];
                Arrays.fill(expected, 7);
                float[] actual = expected.clone();
                FloatMatmul.matmul(
                        new MatmulLayout(1, outputs, taps, 1, taps),
                        dy,
                        dyAt,
                        rows,
                        0,
                        expected,
                        4,
                        columns,
                        taps,
                        count,
                        new Scratch());
                if (new VectorSingleChannelImages()
                        .weights(layout, x, 3, dy, dyAt, outputs, columns, actual, 4, first, count, new Scratch())) {
                    done++;
                    assertArrayEquals(expected, actual, layout + " of " + columns);
                }
            }
        }
        assertTrue(done >= 4 * 2, () -> "vectors were used too rarely");
    }

    @Test
    void additions() {
        agree((images, layout, x) -> {
            float[] rows = numbers(2, IMAGES * layout.windows() * layout.taps() * layout.channels(), false);
            images.scatterAdd(layout, rows, x, 0, layout.channels(), 0, IMAGES * layout.windows());
        });
    }

    @Test
    void convolutionsOfEachChannel() {
        agree((images, layout, y) -> {
            float[] x = numbers(3, IMAGES * layout.imageSize(), false);
            float[] weights = numbers(4, layout.taps() * layout.channels(), false);
            images.depthwise(layout, x, 0, weights, 0, y, 0, 2, layout.windows());
        });
        agree((images, layout, dx) -> {
            float[] dy = numbers(5, IMAGES * layout.windows() * layout.channels(), false);
            float[] weights = numbers(4, layout.taps() * layout.channels(), false);
            images.depthwiseImage(layout, dy, 0, weights, 0, dx, 0, 1, 2);
        });
    }

    @Test
    void pooling() {
        agree((images, layout, y) -> {
            float[] x = numbers(6, IMAGES * layout.imageSize(), true);
            images.maxPool(layout, x, 0, x, 0, y, 0, 1, layout.windows());
        });
        agree((images, layout, y) -> {
            float[] x = numbers(6, 3 + IMAGES * layout.imageSize(), true);
            images.maxPool(layout, x, 3, x, 3, y, layout.channels(), 1, 2 * layout.windows() - 3);
        });
        agree((images, layout, dx) -> {
            float[] x = numbers(7, IMAGES * layout.imageSize(), true);
            float[] dy = numbers(8, IMAGES * layout.windows() * layout.channels(), false);
            for (int i = 0; i < dy.length; i++) {
                dy[i] = -dy[i]; // -0, which added to 0 is 0
            }
            images.maxPoolImage(layout, x, 0, dy, 0, dx, 0, 1, 3);
        });
    }
}
