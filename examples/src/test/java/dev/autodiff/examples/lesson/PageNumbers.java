package dev.autodiff.examples.lesson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The numbers that stand on the pages of the course, found by the words around them. */
final class PageNumbers {
    static final String NUMBER = "(-?[0-9.]+(?:e[-+][0-9]+)?)";

    /** Returns the text of a page; cells of tables are separated by bars, and there is one space at most. */
    static String page(Class<?> lesson) {
        Path file = Path.of("..", "docs", LessonsTest.lesson(lesson).name() + ".html");
        try {
            return Files.readString(file)
                    .replaceAll("(?s)<(script|style|svg)\\b.*?</\\1>", "")
                    .replaceAll("</t[dh]>", " | ")
                    .replaceAll("<[^>]+>", "")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&")
                    .replaceAll("\\s+", " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the numbers that stand in the place of each # of a phrase. */
    static double[] shown(String page, String phrase) {
        String[] parts = phrase.split("#", -1);
        String pattern =
                String.join(NUMBER, Arrays.stream(parts).map(Pattern::quote).toArray(String[]::new));
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertTrue(found.find(), () -> "\"" + phrase + "\" is not in: " + page);
        return IntStream.rangeClosed(1, found.groupCount())
                .mapToObj(found::group)
                .mapToDouble(PageNumbers::parse)
                .toArray();
    }

    static double parse(String number) {
        return Double.parseDouble(number.endsWith(".") ? number.substring(0, number.length() - 1) : number);
    }

    /** Asserts that a phrase of the page has these numbers in the places of #, up to the rounding of four digits. */
    static void states(String page, String phrase, double... expected) {
        double[] shown = shown(page, phrase);
        assertEquals(expected.length, shown.length, phrase);
        for (int i = 0; i < expected.length; i++) {
            double rounding = Math.max(5.1e-4 * Math.abs(expected[i]), 5.1e-5);
            assertEquals(expected[i], shown[i], rounding, "number " + (i + 1) + " of \"" + phrase + "\"");
        }
    }

    private PageNumbers() {}
}
