package dev.autodiff.io.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images that are changed at random. */
@Tag("kernel-independent")
class AugmentationTest {
    /** Returns images in which every pixel is its place. */
    private static NDArray images(int count, int height, int width) {
        float[] values = new float[count * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % (height * width);
        }
        return NDArray.wrap(values, count, height, width, 1);
    }

    @Test
    void nothingIsChangedByNone() {
        NDArray images = images(3, 4, 5);
        assertEquals(images, Augmentation.none().apply(images, 7));
    }

    @Test
    void halfOfTheImagesAreMirrored() {
        NDArray changed = Augmentation.none().flip().apply(images(400, 2, 3), 1);
        int mirrored = 0;
        for (int i = 0; i < 400; i++) {
            NDArray image = changed.row(i).reshape(6);
            boolean isMirrored = image.equals(NDArray.of(2f, 1, 0, 5, 4, 3));
            assertTrue(isMirrored || image.equals(NDArray.of(0f, 1, 2, 3, 4, 5)), image::toString);
            mirrored += isMirrored ? 1 : 0;
        }
        assertTrue(mirrored > 160 && mirrored < 240, "mirrored: " + mirrored);
    }

    @Test
    void shiftsAreWithinTheirRangeAndRepeatTheEdge() {
        NDArray images = images(200, 1, 100);
        NDArray changed = Augmentation.none().shift(0.1).apply(images, 2);
        Set<Double> shifts = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            double shift = 50 - changed.get(i, 0, 50, 0);
            assertTrue(Math.abs(shift) <= 10.0001, "shift " + shift);
            assertEquals(Math.max(0, -shift), changed.get(i, 0, 0, 0), 1e-3);
            shifts.add(shift);
        }
        assertTrue(shifts.size() > 190);
        assertTrue(shifts.stream().anyMatch(s -> s > 7) && shifts.stream().anyMatch(s -> s < -7));
    }

    @Test
    void aTurnMovesPixelsAroundTheMiddle() {
        float[] values = new float[21 * 21];
        values[10 * 21 + 18] = 1; // to the right of the middle
        NDArray image = NDArray.wrap(values, 1, 21, 21, 1);
        int turned = 0;
        for (int seed = 0; seed < 20; seed++) {
            NDArray changed = Augmentation.none().rotate(90).apply(image, seed);
            double x = 0;
            double y = 0;
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                double value = changed.at(i);
                sum += value;
                y += value * (i / 21 - 10);
                x += value * (i % 21 - 10);
            }
            assertEquals(8, Math.hypot(x, y) / sum, 0.3, "distance, seed " + seed);
            assertTrue(x / sum > -0.6, "no more than a quarter");
            turned += Math.abs(y / sum) > 2 ? 1 : 0;
        }
        assertTrue(turned > 10, "turned: " + turned);
    }

    @Test
    void theSeedAndThePlaceDecide() {
        Augmentation all = Augmentation.none().flip().shift(0.2).rotate(20);
        NDArray images = images(4, 8, 8);
        assertEquals(all.apply(images, 5), all.apply(images, 5));
        assertNotEquals(all.apply(images, 5), all.apply(images, 6));
        assertNotEquals(all.apply(images, 5).row(0), all.apply(images, 5).row(1));
        assertEquals(
                all.apply(images, 5).row(1), all.apply(images.rows(0, 2), 5).row(1));
    }

    @Test
    void mistakesAreExplained() {
        assertThrows(IllegalArgumentException.class, () -> Augmentation.none().shift(1.5));
        assertThrows(IllegalArgumentException.class, () -> Augmentation.none().rotate(-1));
        assertThrows(IllegalArgumentException.class, () -> Augmentation.none()
                .apply(NDArray.zeros(DType.FLOAT32, 2, 2, 1), 1));
    }
}
