package dev.autodiff.examples;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks of what was given on the command line; every message says what would be right. */
final class Options {
    private final CommandLine command;

    Options(CommandLine command) {
        this.command = command;
    }

    ParameterException wrong(String message) {
        return new ParameterException(command, message);
    }

    void positive(String option, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw wrong(option + " is a number above 0, not " + plain(value) + ".");
        }
    }

    void notNegative(String option, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw wrong(option + " is 0 or more, not " + plain(value) + ".");
        }
    }

    void atLeastOne(String option, int value) {
        if (value < 1) {
            throw wrong(option + " is 1 or more, not " + value + ".");
        }
    }

    /** One of an enum's values, written in small letters with hyphens. */
    <E extends Enum<E>> E choice(String option, Class<E> type, String given) {
        List<String> names = names(type);
        int place = names.indexOf(given.toLowerCase(Locale.ROOT).replace('_', '-'));
        if (place >= 0) {
            return type.getEnumConstants()[place];
        }
        String hint = nearest(given, names)
                .map(name -> " Did you mean \"" + name + "\"?")
                .orElse("");
        throw wrong("There is no " + option + " \"" + given + "\"." + hint + " There are " + listed(names) + ".");
    }

    /** The values of an enum, as they are written on the command line. */
    static <E extends Enum<E>> List<String> names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    private static String listed(List<String> names) {
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.get(names.size() - 1);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** The name that takes the fewest edits to reach, if those are few for its length. */
    static Optional<String> nearest(String given, List<String> names) {
        return names.stream()
                .filter(name -> edits(given, name) <= Math.max(1, name.length() / 2))
                .min(Comparator.comparingInt(name -> edits(given, name)));
    }

    /** Letters to insert, to remove or to replace (Levenshtein). */
    private static int edits(String given, String name) {
        String a = given.toLowerCase(Locale.ROOT);
        int[] above = new int[name.length() + 1];
        Arrays.setAll(above, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[name.length() + 1];
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[name.length()];
    }
}
