package dev.autodiff.examples;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks of the options on the command line; every message says which values are valid. */
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

    /** Refuses options that were given and would do nothing beside another one. */
    void without(String chosen, String... others) {
        List<String> given = Arrays.stream(others)
                .filter(option -> command.getParseResult().hasMatchedOption(option))
                .toList();
        if (!given.isEmpty()) {
            throw wrong(chosen + " cannot be combined with " + (given.size() == 1 ? given.get(0) : listed(given))
                    + ", which would do nothing.");
        }
    }

    /** Returns the enum constant that a name in lower case with hyphens stands for. */
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

    /** Returns the names of an enum's constants as they are written on the command line. */
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

    /** Returns the name at the smallest edit distance, if that is small compared with its length. */
    static Optional<String> nearest(String given, List<String> names) {
        return names.stream()
                .filter(name -> edits(given, name) <= Math.max(1, name.length() / 2))
                .min(Comparator.comparingInt(name -> edits(given, name)));
    }

    /** Returns the Damerau-Levenshtein distance: insertions, deletions, replacements, swaps of neighbours. */
    private static int edits(String given, String name) {
        String a = given.toLowerCase(Locale.ROOT);
        int[][] edits = new int[a.length() + 1][name.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= name.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                boolean swapped = i > 1
                        && j > 1
                        && a.charAt(i - 1) == name.charAt(j - 2)
                        && a.charAt(i - 2) == name.charAt(j - 1);
                if (swapped) {
                    edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
                }
            }
        }
        return edits[a.length()][name.length()];
    }
}
