package dev.autodiff.examples.gpt;

import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/** A text as numbers, one for each of its characters in alphabetical order: the first 90 % to train on. */
final class Novel {
    private final int[] alphabet;
    private final int[] train;
    private final int[] validation;

    private Novel(String text) {
        alphabet = text.codePoints().distinct().sorted().toArray();
        int[] numbers = numbers(text);
        int split = (int) (0.9 * numbers.length);
        train = Arrays.copyOf(numbers, split);
        validation = Arrays.copyOfRange(numbers, split, numbers.length);
    }

    /**
     * Reads a compressed text.
     *
     * @throws DataException if the file is missing, broken, or too short for a window in each part
     */
    static Novel read(Path file) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8), file.toString());
        } catch (IOException e) {
            throw new DataException("The novel " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static Novel of(String text, String name) {
        int least = 10 * (Gpt.LENGTH + 2);
        if (text.length() < least) {
            throw new DataException(
                    "The text " + name + " has " + text.length() + " characters; at least " + least + " are needed");
        }
        return new Novel(text);
    }

    /** Returns the number of different characters. */
    int characters() {
        return alphabet.length;
    }

    /** Returns the numbers of a text of known characters. */
    int[] numbers(String text) {
        return text.codePoints()
                .map(character -> {
                    int number = Arrays.binarySearch(alphabet, character);
                    if (number < 0) {
                        throw new DataException(
                                "The text has no character '" + Character.toString(character) + "' to learn from");
                    }
                    return number;
                })
                .toArray();
    }

    /** Returns the text of numbers. */
    String text(int... numbers) {
        StringBuilder text = new StringBuilder();
        for (int number : numbers) {
            text.appendCodePoint(alphabet[number]);
        }
        return text.toString();
    }

    /** Returns places in the training text at random, and the characters from there on, with those that follow. */
    Windows draw(Random random, int count) {
        int[] starts = random.ints(count, 0, train.length - Gpt.LENGTH).toArray();
        return new Windows(train, starts);
    }

    /** Returns the validation text in windows that follow each other, the last ones of no whole batch left out. */
    Windows validation(int batch, int count) {
        int[] starts = new int[count];
        Arrays.setAll(starts, i -> (batch * count + i) * Gpt.LENGTH);
        return new Windows(validation, starts);
    }

    /** Returns the number of whole batches of the validation text. */
    int validationBatches(int count) {
        return (validation.length - 1) / Gpt.LENGTH / count;
    }

    /** Pieces of a text, each with the text that is one character further. */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Windows(int[] text, int[] starts) {
        int[] inputs() {
            return rows(0);
        }

        int[] targets() {
            return rows(1);
        }

        private int[] rows(int shift) {
            int[] rows = new int[starts.length * Gpt.LENGTH];
            for (int i = 0; i < starts.length; i++) {
                System.arraycopy(text, starts[i] + shift, rows, i * Gpt.LENGTH, Gpt.LENGTH);
            }
            return rows;
        }
    }
}
