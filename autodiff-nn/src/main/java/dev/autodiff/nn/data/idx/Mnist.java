package dev.autodiff.nn.data.idx;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.OneHot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The MNIST database of handwritten digits (LeCun, Cortes, Burges), or one in the same four files such
 * as Fashion-MNIST.
 *
 * @param train the training set (MNIST's: 60,000 examples): features FLOAT32 {@code [images, 784]} from 0 (black) to 1
 *     (white), labels INT32 {@code [images]} from 0 to 9
 * @param test the test set (MNIST's: 10,000 examples), in the same form
 */
public record Mnist(Dataset train, Dataset test) {
    /** The number of classes. */
    public static final int CLASSES = 10;

    /**
     * Reads {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and
     * {@code t10k-labels-idx1-ubyte} from a directory, each with or without {@code .gz}.
     *
     * @param directory the directory of the four files
     * @throws DataException if a file is missing or damaged, a label is not a digit, or images and labels differ
     *     in number
     */
    public static Mnist load(Path directory) {
        return new Mnist(part(directory, "train"), part(directory, "t10k"));
    }

    /** Returns the same data with the labels as one-hot rows, FLOAT32 {@code [images, 10]}. */
    public Mnist oneHot() {
        return new Mnist(
                train.mapLabels(labels -> OneHot.encode(labels, CLASSES)),
                test.mapLabels(labels -> OneHot.encode(labels, CLASSES)));
    }

    private static Dataset part(Path directory, String part) {
        Path imageFile = find(directory, part + "-images-idx3-ubyte");
        Path labelFile = find(directory, part + "-labels-idx1-ubyte");
        NDArray labels = Idx.labels(labelFile, CLASSES);
        NDArray images = Idx.images(imageFile);
        if (images.dim(0) != labels.dim(0)) {
            throw new DataException(
                    "Every image has one label, but " + imageFile.toAbsolutePath() + " has " + images.dim(0)
                            + " images and " + labelFile.toAbsolutePath() + " has " + labels.dim(0) + " labels");
        }
        return new Dataset(images, labels);
    }

    private static Path find(Path directory, String name) {
        // some programs unpack to train-images.idx3-ubyte
        return Stream.of(name, name.replace("-idx", ".idx"))
                .flatMap(variant -> Stream.of(variant, variant + ".gz"))
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new DataException(directory.toAbsolutePath().normalize()
                        + (Files.isDirectory(directory) ? " has no file " : " is not a directory with the file ") + name
                        + " or " + name + ".gz. MNIST is four files: "
                        + String.join(
                                ", ",
                                List.of(
                                        "train-images-idx3-ubyte",
                                        "train-labels-idx1-ubyte",
                                        "t10k-images-idx3-ubyte",
                                        "t10k-labels-idx1-ubyte"))
                        + ", each with or without .gz"));
    }
}
