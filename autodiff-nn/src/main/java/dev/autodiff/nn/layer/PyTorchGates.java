package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.function.Function;

/** Conversions of the parameters of PyTorch's recurrent layers, whose gates stand below each other. */
final class PyTorchGates {
    private PyTorchGates() {}

    /** Returns the layout of the weights of inputs and of states, with gates in another order. */
    static PyTorchLayout layout(int... order) {
        return PyTorchLayout.none()
                .converted(
                        "weights",
                        arrays -> reordered(arrays.get(0), order).transpose(),
                        value -> List.of(reordered(value.transpose(), inverse(order))),
                        "weight_ih_l0")
                .converted(
                        "recurrentWeights",
                        arrays -> reordered(arrays.get(0), order).transpose(),
                        value -> List.of(reordered(value.transpose(), inverse(order))),
                        "weight_hh_l0");
    }

    /** Returns a layout with a bias whose gates are in another order. */
    static PyTorchLayout withBias(PyTorchLayout layout, String variable, String name, int... order) {
        return layout.converted(
                variable,
                arrays -> reordered(arrays.get(0), order),
                value -> List.of(reordered(value, inverse(order))),
                name);
    }

    /** Returns a layout with one bias for two of PyTorch's, of which the second is written as zeros. */
    static PyTorchLayout withSummedBias(PyTorchLayout layout, int... order) {
        return layout.converted(
                "bias",
                sum(order),
                value -> List.of(reordered(value, inverse(order)), NDArray.zeros(value.dtype(), value.shape())),
                "bias_ih_l0",
                "bias_hh_l0");
    }

    private static int[] inverse(int... order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    /** Returns the conversion of two biases to one. */
    private static Function<List<NDArray>, NDArray> sum(int... order) {
        return arrays -> {
            NDArray a = reordered(arrays.get(0), order);
            NDArray b = reordered(arrays.get(1), order);
            if (!a.shape().equals(b.shape())) {
                throw new IllegalArgumentException("The biases differ in shape: " + a.shape() + " and " + b.shape());
            }
            NDArray sum = NDArray.zeros(a.dtype(), a.shape());
            for (int i = 0; i < sum.size(); i++) {
                set(sum, i, a.at(i) + b.at(i));
            }
            return sum;
        };
    }

    /** Returns an array whose part number i along the first axis is part {@code order[i]} of another. */
    private static NDArray reordered(NDArray array, int... order) {
        Shape shape = array.shape();
        if (shape.rank() == 0 || shape.dim(0) % order.length != 0) {
            throw new IllegalArgumentException("There are no " + order.length + " gates in an array of shape " + shape);
        }
        int length = array.size() / order.length;
        NDArray result = NDArray.zeros(array.dtype(), shape);
        for (int i = 0; i < array.size(); i++) {
            set(result, i, array.at(order[i / length] * length + i % length));
        }
        return result;
    }

    private static void set(NDArray array, int position, double value) {
        if (array.dtype() == DType.FLOAT64) {
            ((double[]) array.storage())[position] = value;
        } else {
            ((float[]) array.storage())[position] = (float) value;
        }
    }
}
