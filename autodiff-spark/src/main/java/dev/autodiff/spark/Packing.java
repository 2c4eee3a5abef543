package dev.autodiff.spark;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays with names as few plain arrays, which are sent quickly; the other side knows names and shapes. */
final class Packing {
    private Packing() {}

    /**
     * Packs arrays.
     *
     * @param weight the factor of all numbers
     * @param loss the sum of the losses
     */
    static Contribution pack(Map<String, NDArray> arrays, double weight, double loss) {
        int size = 0;
        List<Double> numbers = new ArrayList<>();
        List<int[]> constants = new ArrayList<>();
        for (NDArray array : arrays.values()) {
            if (!array.dtype().isFloating()) {
                constants.add(array.toInts());
            } else if (array.size() == 1) {
                numbers.add(array.item() * weight);
            } else {
                size += array.size();
            }
        }
        float[] values = new float[size];
        int at = 0;
        for (NDArray array : arrays.values()) {
            if (isVector(array)) {
                float[] from = (float[]) array.storage();
                for (int i = 0; i < array.size(); i++) {
                    values[at++] = (float) (from[array.offset() + i] * weight);
                }
            }
        }
        return new Contribution(
                weight,
                loss,
                numbers.stream().mapToDouble(Double::doubleValue).toArray(),
                values,
                constants.toArray(new int[0][]));
    }

    /** The name, type and shape of an array. */
    record Spec(String name, DType dtype, int[] dims) implements Serializable {
        int size() {
            int size = 1;
            for (int dim : dims) {
                size *= dim;
            }
            return size;
        }
    }

    /** Returns the specifications of arrays, in their order. */
    static List<Spec> specs(Map<String, NDArray> arrays) {
        List<Spec> specs = new ArrayList<>();
        arrays.forEach((name, array) ->
                specs.add(new Spec(name, array.dtype(), array.shape().dims())));
        return specs;
    }

    /**
     * Returns the means of a sum.
     *
     * @param specs those of the arrays that were packed
     */
    static Map<String, NDArray> mean(Contribution sum, List<Spec> specs) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        int at = 0;
        int number = 0;
        int constant = 0;
        for (Spec spec : specs) {
            NDArray value;
            if (!spec.dtype.isFloating()) {
                value = NDArray.wrap(sum.constants()[constant++], spec.dims);
            } else if (spec.size() == 1) {
                double mean = sum.numbers()[number++] / sum.weight();
                value = NDArray.wrap(new double[] {mean}, spec.dims).cast(spec.dtype);
            } else {
                float[] mean = new float[spec.size()];
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = (float) (sum.values()[at++] / sum.weight());
                }
                value = NDArray.wrap(mean, spec.dims);
            }
            arrays.put(spec.name, value);
        }
        return arrays;
    }

    private static boolean isVector(NDArray array) {
        return array.dtype().isFloating() && array.size() != 1;
    }

    /**
     * Checks that arrays can be packed.
     *
     * @throws DataException if one has more than one number of FLOAT64
     */
    static void check(Map<String, NDArray> arrays) {
        arrays.forEach((name, array) -> {
            if (isVector(array) && array.dtype() != DType.FLOAT32) {
                throw new DataException("Models of FLOAT32 are trained on Spark, but " + name + " is " + array.dtype()
                        + ": build the model for features of FLOAT32");
            }
        });
    }
}
