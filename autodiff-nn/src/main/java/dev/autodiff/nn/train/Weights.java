package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.OneHot;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The weights of examples, from those of the examples themselves and those of their classes. */
final class Weights {
    private Weights() {}

    /**
     * Returns the weights of the examples, FLOAT32 {@code [rows]}, or of their positions, such as {@code [rows, time]};
     * null if all are 1.
     *
     * @param outputRank the rank of the outputs of the model, by which class numbers of positions are told from one-hot
     *     rows
     */
    static @Nullable NDArray of(Dataset data, FitOptions options, int outputRank) {
        NDArray given = options.sampleWeights() == null ? null : checked(data, options.sampleWeights());
        if (options.classWeights().isEmpty()) {
            return given;
        }
        NDArray classes = classes(data, outputRank);
        checkKnown(data, classes, options.classWeights());
        NDArray byClass = byClass(classes, options.classWeights());
        return given == null ? byClass : product(given, byClass);
    }

    /** Returns the weights of the examples of a batch, which may lack any of the classes, or of their positions. */
    static NDArray ofBatch(Dataset batch, Map<Integer, Double> classWeights, int outputRank) {
        return byClass(classes(batch, outputRank), classWeights);
    }

    private static NDArray checked(Dataset data, NDArray weights) {
        if (weights.shape().isScalar() || weights.dim(0) != data.rows()) {
            throw new IllegalArgumentException("There is one weight for each of the " + data.rows()
                    + " examples, or one for each of their positions, but the weights have shape " + weights.shape());
        }
        for (int i = 0; i < weights.size(); i++) {
            double weight = weights.at(i);
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                int row = i / (weights.size() / data.rows());
                throw new IllegalArgumentException(
                        "The weight of an example is a finite number of 0 or more, but that of row " + row + " is "
                                + weight);
            }
        }
        return withoutColumn(weights).cast(DType.FLOAT32);
    }

    private static NDArray withoutColumn(NDArray array) {
        return array.shape().rank() == 2 && array.dim(1) == 1 ? array.reshape(-1) : array;
    }

    private static NDArray byClass(NDArray classes, Map<Integer, Double> weightOf) {
        float[] weights = new float[classes.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weightOf.getOrDefault((int) classes.at(i), 1.0).floatValue();
        }
        return NDArray.wrap(weights, classes.shape().dims());
    }

    /** Returns the product of weights, of which one may have fewer axes: those of examples, not of their positions. */
    private static NDArray product(NDArray a, NDArray b) {
        boolean isWideFirst = a.shape().rank() >= b.shape().rank();
        NDArray wide = isWideFirst ? a : b;
        NDArray other = isWideFirst ? b : a;
        int each = wide.size() / Math.max(1, other.size());
        if (!other.shape()
                .equals(Shape.of(
                        Arrays.copyOf(wide.shape().dims(), other.shape().rank())))) {
            throw new IllegalArgumentException("The weights of examples have shape " + a.shape()
                    + ", but the classes to be weighted " + b.shape());
        }
        float[] weights = new float[wide.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) wide.at(i) * (float) other.at(i / each);
        }
        return NDArray.wrap(weights, wide.shape().dims());
    }

    /** Returns the classes of the examples, or of their positions. */
    private static NDArray classes(Dataset data, int outputRank) {
        if (data.targets().size() != 1) {
            throw new IllegalArgumentException("Classes are weighted where a model has one output, but this has "
                    + data.targets().size() + ": give the examples weights, FitOptions.sampleWeights");
        }
        NDArray labels = data.labels();
        int rank = labels.shape().rank();
        boolean column = rank == 1 || labels.dim(-1) == 1;
        int[] leading = Arrays.copyOf(labels.shape().dims(), Math.max(1, rank - 1));
        if (column || (labels.dtype() == DType.INT32 && rank == outputRank - 1)) {
            checkNumbers(labels);
            return column ? labels.reshape(leading) : labels;
        }
        return OneHot.decode(labels.reshape(-1, labels.dim(-1))).reshape(leading);
    }

    private static void checkNumbers(NDArray labels) {
        for (int i = 0; i < labels.size(); i++) {
            double label = labels.at(i);
            if (!(label >= 0) || label != (int) label) {
                throw new IllegalArgumentException("Classes are weighted by class numbers 0, 1, 2, .. or one-hot rows,"
                        + " but the labels are " + labels.dtype() + " " + labels.shape() + " with " + label);
            }
        }
    }

    /** Checks that no class has a weight that is above all those of the labels, which may lack some below. */
    private static void checkKnown(Dataset data, NDArray classes, Map<Integer, Double> weightOf) {
        int largest = 0;
        for (int i = 0; i < classes.size(); i++) {
            largest = Math.max(largest, (int) classes.at(i));
        }
        boolean isOneHot = data.labels().size() > classes.size();
        int count = isOneHot ? data.labels().dim(-1) : largest + 1;
        for (int number : new TreeSet<>(weightOf.keySet())) {
            if (number >= count) {
                throw new IllegalArgumentException("There is a weight for class " + number
                        + ", but the classes of the labels are 0 to " + (count - 1));
            }
        }
    }
}
