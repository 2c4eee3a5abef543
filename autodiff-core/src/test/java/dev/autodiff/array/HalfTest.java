package dev.autodiff.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel-independent")
class HalfTest {
    /** The value of a finite number by its definition. */
    private static double value(int bits) {
        int exponent = bits >> 10 & 0x1f;
        double fraction = (bits & 0x3ff) / 1024.0;
        double size = exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * Math.pow(2, exponent - 15);
        return bits >= 0x8000 ? -size : size;
    }

    @Test
    void everyNumberIsReadAndWrittenAsItIs() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float read = Half.toFloat((short) bits);
            if ((bits & 0x7fff) > 0x7c00) {
                assertTrue(Float.isNaN(read));
                assertTrue((Half.ofFloat(read) & 0x7fff) > 0x7c00);
            } else {
                if ((bits & 0x7fff) < 0x7c00) {
                    assertEquals((float) value(bits), read);
                }
                assertEquals((short) bits, Half.ofFloat(read), Integer.toHexString(bits));
            }
        }
        assertEquals(Float.POSITIVE_INFINITY, Half.toFloat((short) 0x7c00));
    }

    @Test
    void numbersBetweenAreRoundedToTheNearestAndToTheEvenOne() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = (float) value(bits);
            float high = (float) value(bits + 1);
            float middle = (low + high) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertEquals(even, Half.ofFloat(middle), Integer.toHexString(bits));
            assertEquals(bits, Half.ofFloat(Math.nextDown(middle)), Integer.toHexString(bits));
            assertEquals(bits + 1, Half.ofFloat(Math.nextUp(middle)), Integer.toHexString(bits));
        }
        assertEquals(0x7bff, Half.ofFloat(Math.nextDown(65520f)));
        assertEquals(0x7c00, Half.ofFloat(65520f));
        assertEquals(0x7c00, Half.ofFloat(Float.MAX_VALUE));
        assertEquals((short) 0x8000, Half.ofFloat(-Float.MIN_VALUE));
    }
}
