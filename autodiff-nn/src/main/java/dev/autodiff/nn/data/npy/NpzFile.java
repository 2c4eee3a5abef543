package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.file.DataFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** An open archive of arrays. */
final class NpzFile implements AutoCloseable {
    /** The time that entries get, the first that a zip archive has, so that the same arrays give the same bytes. */
    static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final String SUFFIX = ".npy";

    /** The start of a path on a drive of Windows. */
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:/");

    private final DataFile file;
    private final ZipFile zip;
    private final long size;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

    NpzFile(Path path) {
        this.file = new DataFile(path);
        try {
            file.checkThere();
            this.size = file.packedSize()
                    .orElseThrow(() ->
                            file.error("is a pipe, but an archive is read from its end" + " on: copy it into a file"));
            if (size == 0) {
                throw file.error("is empty");
            }
            ZipDirectory.checkCount(file.path());
            this.zip = new ZipFile(file.path().toFile());
        } catch (ZipException e) {
            throw file.error(
                    "is no zip archive, as .npz is, or a damaged one: " + e.getMessage()
                            + (path.toString().endsWith(".npz") ? "; fetch it again" : "; Npy reads single arrays"),
                    e);
        } catch (IOException e) {
            throw file.readError(e);
        }
        try {
            Collections.list(zip.entries()).forEach(this::add);
        } catch (DataException e) {
            close();
            throw e;
        }
    }

    private void add(ZipEntry entry) {
        String name = entry.getName();
        if (leadsOut(name)) {
            throw file.error("has an entry \"" + name + "\", a name that leads out of a directory: it was made to do"
                    + " harm, or by a program that should not be trusted");
        }
        if (name.endsWith(SUFFIX) && entries.put(name.substring(0, name.length() - SUFFIX.length()), entry) != null) {
            throw file.error("has two entries \"" + name + "\"");
        }
    }

    /**
     * Tells whether a name is that of a file in another directory, if it were unpacked. Colons alone do not lead there:
     * TensorFlow's and ONNX's own names have them.
     */
    static boolean leadsOut(String name) {
        return name.startsWith("/")
                || name.contains("\\")
                || DRIVE.matcher(name).lookingAt()
                || ("/" + name + "/").contains("/../")
                || name.indexOf('\0') >= 0;
    }

    /** Returns the names of the arrays, in the order of the archive. */
    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Refuses an archive whose arrays together do not fit into memory: entries may share the same packed bytes. */
    void checkMemory() {
        long total = 0;
        for (String name : entries.keySet()) {
            NpyHeader header = header(name);
            long bytes = header.count() * header.type().dtype().bytes();
            total = Math.min(Long.MAX_VALUE / 2, total) + Math.min(Long.MAX_VALUE / 2, bytes);
        }
        if (total > Runtime.getRuntime().maxMemory()) {
            throw file.error("does not fit into memory: its " + entries.size() + " arrays take " + (total >> 20)
                    + " MB, and Java may use " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB; read them one by one, or start Java with a larger -Xmx");
        }
    }

    private interface Reading<T> {
        T from(NpyReader reader) throws IOException;
    }

    private <T> T open(String name, Reading<T> reading) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw Npz.missing(file, name, entries.keySet());
        }
        // The directory of an archive may claim anything
        long packed = Math.min(size, Math.max(0, entry.getCompressedSize()));
        long most = entry.getMethod() == ZipEntry.STORED ? packed : Npz.mostUnpacked(packed);
        long claimed = entry.getSize() < 0 ? most : Math.min(most, entry.getSize());
        Source source = new Source(
                message -> file.errorAt("entry " + name + SUFFIX, message), e -> failure(name, e), claimed, false);
        try (InputStream in = zip.getInputStream(entry)) {
            return reading.from(new NpyReader(in, source));
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    private DataException failure(String name, IOException e) {
        boolean damaged = e instanceof ZipException || e instanceof EOFException;
        return file.errorAt(
                "entry " + name + SUFFIX,
                (damaged ? "is damaged: " : "could not be read: ") + e.getMessage() + "; fetch the file again");
    }

    NpyHeader header(String name) {
        return open(name, NpyReader::header);
    }

    /**
     * Reads an array.
     *
     * @param wanted the type of the result; null for the one that fits the file
     * @param scaled true to divide unsigned bytes by 255
     */
    NDArray read(String name, @Nullable DType wanted, boolean scaled) {
        return open(name, reader -> reader.read(wanted, scaled));
    }

    /** Reads features, as FLOAT32 with bytes divided by 255, and labels. */
    Dataset dataset(String features, String labels) {
        NDArray x = read(features, DType.FLOAT32, true);
        NDArray y = read(labels, null, false);
        try {
            return new Dataset(x, y);
        } catch (IllegalArgumentException e) {
            throw file.error("is no data set of " + features + " and " + labels + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
