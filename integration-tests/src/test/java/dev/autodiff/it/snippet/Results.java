package dev.autodiff.it.snippet;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares what an expression gives with the comment behind it: {@code x.sum(); // 6.0}. */
public final class Results {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d*)?([eE][-+]?\\d+)?|true|false|nan|-?inf");

    private Results() {}

    /** Returns true for a comment that is a result: numbers, truth values, arrays of them or a shape, and no word. */
    static boolean isResult(String comment) {
        return NUMBER.matcher(comment).find()
                && NUMBER.matcher(comment).replaceAll("").matches("[\\[\\](){},.? ]*");
    }

    /**
     * Compares a result with the comment; numbers may be rounded to the digits that the comment shows.
     *
     * @param place where the example stands
     * @param actual what the expression gave
     * @param comment the comment behind it
     */
    public static void check(String place, @Nullable Object actual, String comment) {
        List<String> shown = new ArrayList<>();
        if (actual instanceof Tensor tensor) {
            shown.add(tensor.shape().toString());
            if (!comment.contains("?")) {
                shown.add(tensor.eval().toString());
            }
        } else if (actual instanceof float[] array) {
            shown.add(Arrays.toString(array));
        } else if (actual instanceof double[] array) {
            shown.add(Arrays.toString(array));
        } else if (actual instanceof int[] array) {
            shown.add(Arrays.toString(array));
        } else {
            shown.add(String.valueOf(actual));
        }
        if (actual instanceof NDArray array) {
            shown.add(array.shape().toString());
        }
        if (shown.stream().noneMatch(text -> agree(text, comment))) {
            throw new AssertionError(
                    place + ": the comment says " + comment + ", the code gives " + String.join(" or ", shown));
        }
    }

    private static boolean agree(String actual, String comment) {
        List<String> left = tokens(actual);
        List<String> right = tokens(comment);
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i).equals(right.get(i)) && !isRounded(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = Pattern.compile(NUMBER.pattern() + "|[\\[\\]?]").matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return tokens;
    }

    private static boolean isRounded(String actual, String shown) {
        try {
            double exact = Double.parseDouble(actual);
            String mantissa = shown.replaceFirst("[eE].*", "");
            int digits = mantissa.contains(".") ? mantissa.length() - mantissa.indexOf('.') - 1 : 0;
            double scale =
                    shown.equals(mantissa) ? 1 : Math.pow(10, Integer.parseInt(shown.substring(mantissa.length() + 1)));
            boolean isWhole = digits == 0;
            double tolerance = isWhole ? 1e-6 : 0.51 * Math.pow(10, -digits) * scale;
            return Math.abs(exact - Double.parseDouble(shown)) <= tolerance;
        } catch (NumberFormatException e) {
            return false; // a bracket or a truth value
        }
    }
}
