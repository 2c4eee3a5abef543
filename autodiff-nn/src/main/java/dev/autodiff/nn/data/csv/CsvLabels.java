package dev.autodiff.nn.data.csv;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cells of a column of text, each distinct one kept once. */
final class CsvLabels {
    /** The number of distinct texts above which they are no labels, and are not worth their memory. */
    static final int MOST = 1 << 16;

    private final Map<String, Integer> places = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private int[] cells = new int[16];
    private int size;

    /** Adds a cell, and tells whether the texts may still be labels. */
    boolean add(String text) {
        Integer place = places.get(text);
        if (place == null) {
            place = texts.size();
            places.put(text, place);
            texts.add(text);
        }
        if (size == cells.length) {
            cells = Arrays.copyOf(cells, size + size / 2);
        }
        cells[size++] = place;
        return texts.size() <= MOST;
    }

    /** Returns the first row whose cell is not one of some labels, or -1. */
    int firstExcept(List<String> labels) {
        boolean[] known = new boolean[texts.size()];
        for (String label : labels) {
            Integer place = places.get(label);
            if (place != null) {
                known[place] = true;
            }
        }
        int row = 0;
        while (row < size && known[cells[row]]) {
            row++;
        }
        return row == size ? -1 : row;
    }

    String at(int row) {
        return texts.get(cells[row]);
    }

    /** Returns the distinct texts in alphabetical order, as scikit-learn's {@code LabelEncoder} numbers them. */
    List<String> sorted() {
        return texts.stream().sorted().toList();
    }

    /** Returns for each cell its place among the labels, which contain it. */
    NDArray numbers(List<String> labels) {
        int[] numberOf = new int[texts.size()];
        for (int i = 0; i < labels.size(); i++) {
            Integer place = places.get(labels.get(i));
            if (place != null) {
                numberOf[place] = i;
            }
        }
        int[] numbers = new int[size];
        for (int row = 0; row < size; row++) {
            numbers[row] = numberOf[cells[row]];
        }
        return NDArray.of(numbers);
    }
}
