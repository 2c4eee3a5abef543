package dev.autodiff.nn.data.idx;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Files in the IDX format of the MNIST database, packed with gzip or not: two zero bytes, a byte for the type of the
 * elements, a byte for the number of dimensions, the dimensions as 32-bit and then the elements, all big-endian.
 *
 * <p>A reader takes memory for the bytes that are there, not for what the header of a damaged file claims.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("labels", ".idx");
 * // unsigned bytes, 1 dimension of 3
 * Files.write(file, new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1});
 * Idx.labels(file, 10); // [7 2 1]
 * }</pre>
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The MNIST database, "File formats"</a>
 */
public final class Idx {
    private Idx() {}

    /**
     * Reads the array in a file.
     *
     * @param path the file
     * @return an array with the file's dimensions: INT32 for unsigned and signed bytes, short and int, else FLOAT32
     *     or FLOAT64
     * @throws DataException if the file is missing, cut off, damaged or not IDX; the message gives the offset of the
     *     byte (in the unpacked data)
     */
    public static NDArray read(Path path) {
        return new IdxReader(new DataFile(path)).read(null, false);
    }

    /**
     * Reads the array in a file, with its elements converted to another type and not scaled.
     *
     * @param path the file
     * @param dtype the type of the result
     * @return an array with the file's dimensions
     * @throws DataException as {@link #read(Path)}
     */
    public static NDArray read(Path path, DType dtype) {
        return new IdxReader(new DataFile(path)).read(dtype, false);
    }

    /**
     * Reads greyscale images, one a row, with black as 0 and white as 1.
     *
     * @param path the file
     * @return FLOAT32 {@code [images, rows * columns]}: bytes divided by 255
     * @throws DataException as {@link #read(Path)}, and if it is no file of unsigned bytes with at least two dimensions
     */
    public static NDArray images(Path path) {
        DataFile file = new DataFile(path);
        NDArray images = new IdxReader(file).read(DType.FLOAT32, true);
        if (images.shape().rank() < 2) {
            throw file.error("images have shape [images, rows, columns], but this file has " + images.shape()
                    + "; is it a file of labels?");
        }
        int[] dims = images.shape().dims();
        double pixels = Arrays.stream(dims).skip(1).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (pixels > Integer.MAX_VALUE) {
            throw file.error("claims to have no images, each of more pixels than an array can have: " + images.shape());
        }
        return images.reshape(dims[0], (int) pixels);
    }

    /**
     * Reads labels, such as the digits of MNIST.
     *
     * @param path the file
     * @return INT32 {@code [labels]}
     * @throws DataException as {@link #read(Path)}, and if the file has more than one dimension
     */
    public static NDArray labels(Path path) {
        DataFile file = new DataFile(path);
        NDArray labels = new IdxReader(file).read(DType.INT32, false);
        if (labels.shape().rank() != 1) {
            throw file.error(
                    "labels have shape [labels], but this file has " + labels.shape() + "; is it a file of images?");
        }
        return labels;
    }

    /**
     * Reads labels of a known number of classes.
     *
     * @param path the file
     * @param classes the number of classes
     * @return INT32 {@code [labels]}, each from 0 to {@code classes - 1}
     * @throws DataException as {@link #labels(Path)}, and if a label is not one of the classes
     */
    public static NDArray labels(Path path, int classes) {
        NDArray labels = labels(path);
        for (int i = 0; i < labels.size(); i++) {
            int label = (int) labels.at(i);
            if (label < 0 || label >= classes) {
                throw new DataFile(path)
                        .error("label " + label + " is not one of the " + classes + " classes, 0 to " + (classes - 1)
                                + ": it is number " + i + ", counted from 0, of " + labels.size());
            }
        }
        return labels;
    }
}
