package dev.autodiff.examples.text;

import dev.autodiff.array.NDArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of some sentences, numbered from 1 in alphabetical order; 0 is no word, with which short ones are filled.
 */
final class Vocabulary {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    Vocabulary(List<String> sentences) {
        sentences.stream()
                .flatMap(sentence -> words(sentence).stream())
                .distinct()
                .sorted()
                .forEach(word -> numbers.put(word, numbers.size() + 1));
    }

    static List<String> words(String sentence) {
        return Arrays.stream(sentence.toLowerCase(java.util.Locale.ROOT).split("[^a-z]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Returns the number of words, with that of no word. */
    int size() {
        return numbers.size() + 1;
    }

    /** Returns the words in the order of their numbers, from 1. */
    List<String> words() {
        return List.copyOf(numbers.keySet());
    }

    boolean contains(String word) {
        return numbers.containsKey(word);
    }

    /**
     * Returns the numbers of the words; those that are not in the vocabulary are left out.
     *
     * @return INT32 {@code [sentences, words of the longest]}
     */
    NDArray encode(List<String> sentences) {
        List<int[]> rows = sentences.stream()
                .map(sentence -> words(sentence).stream()
                        .filter(this::contains)
                        .mapToInt(word -> numbers.getOrDefault(word, 0))
                        .toArray())
                .toList();
        int longest = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        return NDArray.of(rows.stream().map(row -> Arrays.copyOf(row, longest)).toArray(int[][]::new));
    }
}
