package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Letters have enough contrast to every ground that they stand on, by day and by night (WCAG 2.2, 1.4.3). */
class PageColoursTest {
    private static final List<String> LETTERS =
            List.of("ink", "quiet", "value", "gradient", "update", "focus", "local", "flow");
    private static final List<String> GROUNDS =
            List.of("paper", "panel", "soft", "leaf", "weight", "fixed", "plain", "final", "back");

    @ParameterizedTest
    @ValueSource(strings = {"page.css", "/dev/autodiff/draw/drawing.css"})
    void lettersCanBeRead(String file) {
        String css = HtmlPage.resource(file);
        int night = css.indexOf("prefers-color-scheme: dark");
        compare(file + " by day", css.substring(0, night));
        compare(file + " by night", css.substring(night));
    }

    private static void compare(String where, String css) {
        Map<String, String> colours = new HashMap<>();
        Matcher colour = Pattern.compile("--(\\w+): (#[0-9a-f]{6})").matcher(css);
        while (colour.find()) {
            colours.putIfAbsent(colour.group(1), colour.group(2));
        }
        int compared = 0;
        for (String letters : LETTERS) {
            for (String ground : GROUNDS) {
                if (colours.containsKey(letters) && colours.containsKey(ground)) {
                    double ratio = contrast(get(colours, letters), get(colours, ground));
                    assertTrue(ratio >= 4.5, where + ": " + letters + " on " + ground + " has " + ratio);
                    compared++;
                }
            }
        }
        assertTrue(compared >= 24, where + ": only " + compared + " pairs were found");
    }

    private static String get(Map<String, String> colours, String name) {
        return Objects.requireNonNull(colours.get(name));
    }

    private static double contrast(String a, String b) {
        double first = luminance(a) + 0.05;
        double second = luminance(b) + 0.05;
        return Math.max(first, second) / Math.min(first, second);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    @Test
    void whiteOnBlackHasTheMost() {
        assertEquals(21, contrast("#ffffff", "#000000"), 1e-9);
    }
}
