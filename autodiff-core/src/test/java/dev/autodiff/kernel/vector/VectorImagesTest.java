package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.kernel.FloatImages;
import dev.autodiff.kernel.KernelProvider;
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
        agree((images, layout, dx) -> {
            float[] x = numbers(7, IMAGES * layout.imageSize(), true);
            float[] dy = numbers(8, IMAGES * layout.windows() * layout.channels(), false);
            images.maxPoolImage(layout, x, 0, dy, 0, dx, 0, 1, 3);
        });
    }
}
