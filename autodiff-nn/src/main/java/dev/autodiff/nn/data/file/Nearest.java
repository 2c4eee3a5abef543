package dev.autodiff.nn.data.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** A search for the name that was probably meant by a misspelt one. */
public final class Nearest {
    private Nearest() {}

    /** Returns the candidate with the fewest edits, if these are few for its length; case is ignored. */
    static Optional<String> to(String name, Collection<String> candidates) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return candidates.stream()
                .filter(candidate -> distance(wanted, candidate) <= Math.max(1, Math.max(name.length(), 3) / 3))
                .min(Comparator.comparingInt(candidate -> distance(wanted, candidate)));
    }

    /** Returns the end of a sentence: {@code ; did you mean "x1"?}, or a full stop if no candidate is near. */
    public static String hint(String name, Collection<String> candidates) {
        return to(name, candidates)
                .map(candidate -> "; did you mean \"" + candidate + "\"?")
                .orElse(".");
    }

    /**
     * Returns the number of insertions, deletions, replacements and swaps of neighbours that make one of the other
     * (Damerau 1964, Levenshtein 1966).
     */
    private static int distance(String a, String candidate) {
        String b = candidate.toLowerCase(Locale.ROOT);
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
