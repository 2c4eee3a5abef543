package dev.autodiff.nn.data.npy;

import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A training set and a test set in one file {@code .npz} with the four arrays {@code x_train}, {@code y_train}, {@code
 * x_test} and {@code y_test}, as Keras distributes MNIST ({@code mnist.npz}) and others.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("digits", ".npz");
 * NDArray images = NDArray.zeros(DType.FLOAT32, 4, 28, 28);
 * NDArray digits = NDArray.of(1, 7, 3, 0);
 * Npz.write(file, Map.of("x_train", images, "y_train", digits, "x_test", images, "y_test", digits));
 * TrainTest.load(file).flattened().train(); // Dataset[4 rows: features FLOAT32 [4, 784], labels INT32 [4]]
 * }</pre>
 *
 * @param train the training set: features FLOAT32 with one example a row (MNIST's: {@code [60000, 28, 28]}), bytes
 *     divided by 255; labels in the type that {@link Npy#read(Path)} gives
 * @param test the test set, in the same form
 */
public record TrainTest(Dataset train, Dataset test) {
    /**
     * Reads both sets from a file.
     *
     * @param path the file
     * @throws DataException if the file cannot be read, has no arrays of these names, or features and labels differ in
     *     their number
     */
    public static TrainTest load(Path path) {
        try (NpzFile file = new NpzFile(path)) {
            return new TrainTest(file.dataset("x_train", "y_train"), file.dataset("x_test", "y_test"));
        }
    }

    /** Returns the same data with the features of an example in one row: {@code [n, 28, 28] -> [n, 784]}. */
    public TrainTest flattened() {
        return new TrainTest(flattened(train), flattened(test));
    }

    private static Dataset flattened(Dataset set) {
        return set.mapFeatures(x -> {
            int[] dims = x.shape().dims();
            return x.reshape(
                    dims[0], Shape.of(Arrays.copyOfRange(dims, 1, dims.length)).size());
        });
    }
}
