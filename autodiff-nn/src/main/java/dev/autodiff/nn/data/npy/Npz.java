package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.file.AtomicFile;
import dev.autodiff.nn.data.file.DataFile;
import dev.autodiff.nn.data.file.Nearest;
import java.io.BufferedOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Several arrays with names in a file of NumPy's format {@code .npz}, as {@code numpy.savez} and {@code numpy.load}
 * have it: a zip archive with an entry {@code name.npy} for each, stored or deflated.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("points", ".npz");
 * Npz.write(file, Map.of("x", NDArray.of(1f, 2f), "y", NDArray.of(0, 1)));
 * NDArray y = Npz.read(file, "y"); // [0 1]
 * Dataset points = Npz.dataset(file, "x", "y");
 * points.rows(); // 2
 * }</pre>
 *
 * <p>An archive is refused before memory is taken if it claims more than there can be, or more than fits into memory,
 * whatever it unpacks to; and so are names that lead out of a directory, though nothing is ever unpacked to files.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.savez.html">numpy.savez</a>
 */
public final class Npz {
    /** The most bytes that deflate makes of one (zlib's FAQ: 1032). */
    private static final long MAX_EXPANSION = 1032;

    private Npz() {}

    /** Returns the most bytes that so many packed ones can be unpacked to. */
    static long mostUnpacked(long packed) {
        return packed > Long.MAX_VALUE / MAX_EXPANSION ? Long.MAX_VALUE : packed * MAX_EXPANSION;
    }

    /**
     * Reads all arrays in a file.
     *
     * @param path the file
     * @return the arrays by their names, in the order of the file, in types as {@link Npy#read(Path)} has them
     * @throws DataException if the file is missing, damaged or no such archive, or an array cannot be read as
     *     {@link Npy#read(Path)} tells
     */
    public static Map<String, NDArray> read(Path path) {
        try (NpzFile file = new NpzFile(path)) {
            file.checkMemory();
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (String name : file.names()) {
                arrays.put(name, file.read(name, null, false));
            }
            return Collections.unmodifiableMap(arrays);
        }
    }

    /**
     * Reads one array of a file.
     *
     * @param path the file
     * @param name the name, such as {@code x_train}
     * @throws DataException as {@link #read(Path)}, and if there is no such array, with the names of those that are
     */
    public static NDArray read(Path path, String name) {
        return readAs(path, name, null);
    }

    /**
     * Reads one array of a file, with its elements converted to another type.
     *
     * @param path the file
     * @param name the name, such as {@code x_train}
     * @param dtype the type of the result, as in {@link Npy#read(Path, DType)}
     * @throws DataException as {@link #read(Path, String)}
     */
    public static NDArray read(Path path, String name, DType dtype) {
        return readAs(path, name, dtype);
    }

    private static NDArray readAs(Path path, String name, @Nullable DType dtype) {
        try (NpzFile file = new NpzFile(path)) {
            return file.read(name, dtype, false);
        }
    }

    /**
     * Reads the types and the shapes of all arrays in a file, without their elements.
     *
     * @return the headers by the names of the arrays, in the order of the file
     * @throws DataException as {@link #read(Path)}
     */
    public static Map<String, NpyHeader> headers(Path path) {
        try (NpzFile file = new NpzFile(path)) {
            Map<String, NpyHeader> headers = new LinkedHashMap<>();
            for (String name : file.names()) {
                headers.put(name, file.header(name));
            }
            return Collections.unmodifiableMap(headers);
        }
    }

    /**
     * Reads two arrays of a file as a data set.
     *
     * @param path the file
     * @param features the name of the features, which become FLOAT32; bytes, as images have them, are divided by 255
     * @param labels the name of the labels, which keep the type that they are read in
     * @throws DataException as {@link #read(Path, String)}, and if the arrays differ in their number of rows
     */
    public static Dataset dataset(Path path, String features, String labels) {
        try (NpzFile file = new NpzFile(path)) {
            return file.dataset(features, labels);
        }
    }

    /**
     * Writes arrays into a file, packed, in the order of the map. A file that is there is replaced.
     *
     * @param path the file
     * @param arrays the arrays by their names
     * @throws IllegalArgumentException if a name cannot be that of an entry
     * @throws DataException if the file cannot be written; one that is there stays
     */
    public static void write(Path path, Map<String, NDArray> arrays) {
        for (String name : arrays.keySet()) {
            if (name.isEmpty() || NpzFile.leadsOut(name) || name.length() > 1000) {
                throw new IllegalArgumentException("An array cannot be named \"" + name
                        + "\" in an archive: a name is not empty and leads to no other directory");
            }
        }
        AtomicFile.write(path, out -> {
            ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(out)));
            for (Map.Entry<String, NDArray> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                entry.setTimeLocal(NpzFile.NO_TIME);
                zip.putNextEntry(entry);
                NpyWriter.write(
                        zip, array.getValue(), NpyType.of(array.getValue().dtype()));
                zip.closeEntry();
            }
            zip.finish();
            zip.flush();
        });
    }

    /** Returns the error for an array that an archive does not have. */
    static DataException missing(DataFile file, String name, Iterable<String> names) {
        Map<String, String> known = new LinkedHashMap<>();
        names.forEach(each -> known.put(each, each));
        return file.error("has no array \"" + name + "\"" + Nearest.hint(name, known.keySet())
                + (known.isEmpty() ? " It has none at all" : " It has " + String.join(", ", known.keySet())));
    }
}
