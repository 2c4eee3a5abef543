package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.AtomicFile;
import dev.autodiff.nn.data.file.DataFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One array in a file of NumPy's format {@code .npy}, as {@code numpy.save} and {@code numpy.load} have it.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("numbers", ".npy");
 * Npy.write(file, NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}));
 * NDArray array = Npy.read(file); // [[1. 2. 3.] [4. 5. 6.]]
 * Npy.header(file); // float32 [2, 3]
 * }</pre>
 *
 * <p>Read are versions 1 to 3 of the format, both byte orders, row by row or column by column (Fortran order), of any
 * type of numbers but complex ones; packed with gzip too.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public final class Npy {
    private Npy() {}

    /**
     * Reads the array in a file.
     *
     * @param path the file
     * @return an array with the file's dimensions, in the type that {@link NpyType} gives: FLOAT32 for float16 and
     *     float32, FLOAT64 for float64, INT32 for whole numbers and truth values
     * @throws DataException if the file is missing, cut off, damaged or not in this format, if it holds anything but
     *     numbers, or a whole number that INT32 does not have
     */
    public static NDArray read(Path path) {
        return readAs(path, null);
    }

    /**
     * Reads the array in a file, with its elements converted to another type.
     *
     * @param path the file
     * @param dtype the type of the result; FLOAT64 has whole numbers up to 2^53, and on the way to INT32 fractions are
     *     cut off
     * @return an array with the file's dimensions
     * @throws DataException as {@link #read(Path)}, or if FLOAT32 would make a finite number infinite
     */
    public static NDArray read(Path path, DType dtype) {
        return readAs(path, dtype);
    }

    /**
     * Reads the type and the shape of the array in a file, without its elements.
     *
     * @throws DataException as {@link #read(Path)}
     */
    public static NpyHeader header(Path path) {
        DataFile file = new DataFile(path);
        try (DataFile.Opened opened = file.open()) {
            return new NpyReader(opened.in(), source(file, opened)).header();
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static NDArray readAs(Path path, @Nullable DType dtype) {
        DataFile file = new DataFile(path);
        try (DataFile.Opened opened = file.open()) {
            return new NpyReader(opened.in(), source(file, opened)).read(dtype, false);
        } catch (IOException e) {
            throw file.readError(e);
        }
    }

    private static Source source(DataFile file, DataFile.Opened opened) throws IOException {
        OptionalLong size = file.packedSize();
        if (size.isEmpty()) {
            return new Source(file::error, file::readError, Long.MAX_VALUE, false);
        }
        long most = opened.packed() ? Npz.mostUnpacked(size.getAsLong()) : size.getAsLong();
        return new Source(file::error, file::readError, most, !opened.packed());
    }

    /**
     * Writes an array into a file, in its own type, little-endian and row by row. A file that is there is replaced.
     *
     * @throws DataException if the file cannot be written; one that is there stays
     */
    public static void write(Path path, NDArray array) {
        write(path, array, NpyType.of(array.dtype()));
    }

    /**
     * Writes an array into a file, with its elements converted to another type. A file that is there is replaced.
     *
     * @param type the type in the file, such as {@link NpyType#UINT8} for labels; floating-point numbers are rounded to
     *     a narrower type
     * @throws IllegalArgumentException if the type does not have a number of the array: a whole number or a fraction,
     *     or a finite number that the narrower type would make infinite
     * @throws DataException if the file cannot be written; one that is there stays
     */
    public static void write(Path path, NDArray array, NpyType type) {
        NpyWriter.check(array, type);
        AtomicFile.write(path, out -> NpyWriter.write(Channels.newOutputStream(out), array, type));
    }
}
