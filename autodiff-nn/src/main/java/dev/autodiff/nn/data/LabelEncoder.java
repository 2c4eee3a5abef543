package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A numbering of classes that have names: class 0 is the first name, and so on.
 *
 * <pre>{@code
 * LabelEncoder species = LabelEncoder.fit(List.of("setosa", "virginica", "setosa", "versicolor"));
 * species.classes(); // [setosa, versicolor, virginica]
 * species.encode(List.of("virginica", "setosa")); // [2 0]
 * species.decode(NDArray.of(1, 2)); // [versicolor, virginica]
 * }</pre>
 *
 * @param classes the names, each of another class
 */
public record LabelEncoder(List<String> classes) {
    /**
     * Makes a numbering in the order of some names.
     *
     * @throws IllegalArgumentException if there are no names, or one occurs twice
     */
    public LabelEncoder {
        classes = List.copyOf(classes);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("There is at least one class, but no name was given");
        }
        HashSet<String> seen = new HashSet<>();
        for (String name : classes) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "Each class has a name of its own, but \"" + name + "\" occurs twice");
            }
        }
    }

    /**
     * Returns a numbering of the names that occur, in alphabetical order, as scikit-learn's {@code LabelEncoder}.
     *
     * @param labels the names of examples, with repetitions
     * @throws IllegalArgumentException if there are none
     */
    public static LabelEncoder fit(List<String> labels) {
        return new LabelEncoder(labels.stream().distinct().sorted().toList());
    }

    /**
     * Returns the numbers of names.
     *
     * @param labels the names of examples
     * @return INT32 {@code [rows]}
     * @throws IllegalArgumentException if one is not the name of a class; the message says in which row
     */
    public NDArray encode(List<String> labels) {
        Map<String, Integer> numbers = new HashMap<>();
        classes.forEach(name -> numbers.put(name, numbers.size()));
        int[] encoded = new int[labels.size()];
        for (int row = 0; row < encoded.length; row++) {
            Integer number = numbers.get(labels.get(row));
            if (number == null) {
                throw new IllegalArgumentException(
                        "\"" + labels.get(row) + "\" in row " + row + " is none of the classes " + classes);
            }
            encoded[row] = number;
        }
        return NDArray.of(encoded);
    }

    /**
     * Returns the names of classes.
     *
     * @param predictions the class numbers {@code [rows]} or {@code [rows, 1]}, or a score for each class {@code [rows,
     *     classes]}, of which the largest counts
     * @throws IllegalArgumentException if a number is not that of a class, or the columns are not the classes
     */
    public List<String> decode(NDArray predictions) {
        boolean scores = predictions.shape().rank() == 2 && predictions.dim(1) > 1;
        if (scores && predictions.dim(1) != classes.size()) {
            throw new IllegalArgumentException("Scores of " + classes.size()
                    + " classes have as many columns, but these" + " are " + predictions.shape());
        }
        NDArray numbers = scores ? OneHot.decode(predictions) : predictions;
        return IntStream.range(0, numbers.size())
                .mapToObj(row -> nameOf(numbers.at(row), row))
                .toList();
    }

    private String nameOf(double number, int row) {
        if (!(number >= 0 && number < classes.size()) || number != Math.rint(number)) {
            throw new IllegalArgumentException("The classes " + classes + " have numbers from 0 to "
                    + (classes.size() - 1) + ", but row " + row + " is " + number);
        }
        return classes.get((int) number);
    }
}
