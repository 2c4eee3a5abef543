package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The words of texts and their numbers, which an {@link dev.autodiff.nn.layer.Embedding} looks up: Keras's {@code
 * TextVectorization} and {@code Tokenizer}. {@value #PADDING} fills up short texts, {@value #UNKNOWN} stands for all
 * other words, and the most frequent word is number 2.
 *
 * <pre>{@code
 * Vocabulary vocabulary = Vocabulary.fit(List.of("The cat sat.", "The dog ran, and ran!"), 1000);
 * vocabulary.words(); // [ran, the, and, cat, dog, sat]
 * vocabulary.encode(List.of("A cat ran", "The dog")); // [[1 5 2] [3 6 0]]
 * }</pre>
 *
 * <p>Words are in lower case, without punctuation, and divided by white space. The vocabulary belongs to the model that
 * is trained with it: write {@link #words} to a file, a word a line, and read it with {@link #of}.
 *
 * <p>Immutable.
 */
public final class Vocabulary {
    /** The number that fills up short texts; {@code Embedding.maskZero} hides it from other layers. */
    public static final int PADDING = 0;
    /** The number of all words that are not in the vocabulary. */
    public static final int UNKNOWN = 1;

    private static final int FIRST = 2;

    private final List<String> words;
    private final Map<String, Integer> numbers = new HashMap<>();

    private Vocabulary(List<String> words) {
        this.words = List.copyOf(words);
        for (String word : words) {
            if (word.isBlank() || numbers.putIfAbsent(word, FIRST + numbers.size()) != null) {
                throw new IllegalArgumentException(
                        "Each word of a vocabulary is there once, and none is blank: \"" + word + "\"");
            }
        }
    }

    /**
     * Returns the most frequent words of texts; of equally frequent ones, those that come first in the alphabet.
     *
     * @param most the largest {@link #size()}, at least 3
     */
    public static Vocabulary fit(List<String> texts, int most) {
        if (most <= FIRST) {
            throw new IllegalArgumentException(
                    "A vocabulary has at least one word beside padding and unknown ones, a size of 3, not " + most);
        }
        Map<String, Long> counts = texts.stream()
                .flatMap(text -> split(text).stream())
                .collect(Collectors.groupingBy(word -> word, LinkedHashMap::new, Collectors.counting()));
        Comparator<Map.Entry<String, Long>> byCount = Map.Entry.comparingByValue(Comparator.reverseOrder());
        return new Vocabulary(counts.entrySet().stream()
                .sorted(byCount.thenComparing(Map.Entry.comparingByKey()))
                .limit(most - FIRST)
                .map(Map.Entry::getKey)
                .toList());
    }

    /**
     * Returns the vocabulary of words that {@link #words} listed.
     *
     * @throws IllegalArgumentException if one is there twice or is blank
     */
    public static Vocabulary of(List<String> words) {
        return new Vocabulary(words);
    }

    /** Returns the words of a text in lower case, without punctuation. */
    public static List<String> split(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT)
                        .replaceAll("\\p{Punct}", "")
                        .split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Returns the number of numbers, for an embedding: of the words, of padding and of unknown words. */
    public int size() {
        return FIRST + words.size();
    }

    /** Returns the words in the order of their numbers, the first of which is 2. */
    public List<String> words() {
        return words;
    }

    /** Returns the number of a word, or {@link #UNKNOWN}. */
    public int number(String word) {
        return numbers.getOrDefault(word, UNKNOWN);
    }

    /**
     * Returns the numbers of the words of texts.
     *
     * @return INT32 {@code [texts, words of the longest]}
     */
    public NDArray encode(List<String> texts) {
        return pad(numbers(texts));
    }

    /**
     * Returns the numbers of the words of texts, as many of each: long texts are cut off.
     *
     * @return INT32 {@code [texts, length]}
     */
    public NDArray encode(List<String> texts, int length) {
        return pad(length, numbers(texts));
    }

    private int[][] numbers(List<String> texts) {
        return texts.stream()
                .map(text -> split(text).stream().mapToInt(this::number).toArray())
                .toArray(int[][]::new);
    }

    /**
     * Returns rows of numbers with {@link #PADDING} behind short ones, Keras's {@code pad_sequences} with {@code
     * padding="post"}.
     *
     * @return INT32 {@code [rows, numbers of the longest]}
     */
    public static NDArray pad(int[]... rows) {
        return pad(Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0), rows);
    }

    /**
     * Returns rows of one length: with {@link #PADDING} behind short ones, and without the end of long ones.
     *
     * @param length the length, at least 0
     * @return INT32 {@code [rows, length]}
     */
    public static NDArray pad(int length, int[]... rows) {
        if (length < 0) {
            throw new IllegalArgumentException("The length of rows is at least 0, not " + length);
        }
        int[] all = new int[Shape.of(rows.length, length).size()];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * length, Math.min(length, rows[i].length));
        }
        return NDArray.of(all).reshape(rows.length, length);
    }
}
