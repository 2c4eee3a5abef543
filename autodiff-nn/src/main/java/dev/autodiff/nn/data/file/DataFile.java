package dev.autodiff.nn.data.file;

import dev.autodiff.nn.data.DataException;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file to read data from, packed with gzip or not, and the messages of the errors in it. */
public final class DataFile {
    private static final int BUFFER = 1 << 16;
    private static final int PEEK = 64;

    private final Path path;

    /** Makes a file of a path that may not exist. */
    public DataFile(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** Returns an error in this file: its path, a colon and the message. */
    public DataException error(String message) {
        return new DataException(path + ": " + message);
    }

    /** Returns an error in this file, with its cause. */
    public DataException error(String message, Throwable cause) {
        return new DataException(path + ": " + message, cause);
    }

    /** Returns an error at a place in this file. */
    public DataException errorAt(String place, String message) {
        return new DataException(at(place, message));
    }

    /** Returns the message of an error at a place in this file. */
    public String at(String place, String message) {
        return path + ", " + place + ": " + message;
    }

    /** Returns the error for a failure to read or unpack bytes. */
    public DataException readError(IOException cause) {
        return readError(cause, "");
    }

    /**
     * Returns the error for a failure to read or unpack bytes.
     *
     * @param where the place, such as {@code " (after offset 16)"}
     */
    public DataException readError(IOException cause, String where) {
        if (cause instanceof EOFException) {
            return error("the gzip data is cut off" + where + ": the file is not complete, fetch it again", cause);
        }
        if (cause instanceof ZipException) {
            return error(
                    "the gzip data is damaged" + where + ": " + cause.getMessage() + "; fetch the file again", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return error("may not be read: its permissions do not allow it", cause);
        }
        return error("could not be read" + where + ": " + cause, cause);
    }

    /** Returns the size on the disk, in bytes; nothing for a pipe, which ends when its writer ends. */
    public OptionalLong packedSize() throws IOException {
        return canBeReadAgain() ? OptionalLong.of(Files.size(path)) : OptionalLong.empty();
    }

    /** Tells whether the bytes are still there after they were read, as those of a pipe are not. */
    public boolean canBeReadAgain() {
        return Files.isRegularFile(path);
    }

    /** Returns the absolute path. */
    public Path path() {
        return path;
    }

    /**
     * Opens the file, and unpacks it if it is packed with gzip.
     *
     * @throws DataException if there is no such file, or it is a web page, a zip archive or a pointer of Git LFS
     */
    public Opened open() throws IOException {
        checkThere();
        PushbackInputStream in = new PushbackInputStream(bytes(), PEEK);
        try {
            byte[] start = peek(in);
            boolean packed = start.length >= 2 && start[0] == 0x1f && (start[1] & 0xff) == 0x8b;
            if (!packed) {
                checkKind(start);
                return new Opened(in, false);
            }
            PushbackInputStream unpacked = new PushbackInputStream(new GZIPInputStream(in, BUFFER), PEEK);
            checkKind(peek(unpacked));
            return new Opened(unpacked, true);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /**
     * An open file.
     *
     * @param in its bytes, unpacked
     * @param packed whether it is packed with gzip
     */
    public record Opened(InputStream in, boolean packed) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Opens the file; streams on channels ask for the position in it, which a pipe does not have. */
    private InputStream bytes() throws IOException {
        return canBeReadAgain() ? Files.newInputStream(path) : new FileInputStream(path.toFile());
    }

    private static byte[] peek(PushbackInputStream in) throws IOException {
        byte[] start = in.readNBytes(PEEK);
        in.unread(start);
        return start;
    }

    private void checkKind(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String words = text.strip().toLowerCase(Locale.ROOT);
        if (words.startsWith("<!doctype") || words.startsWith("<html") || words.startsWith("<?xml")) {
            throw error("is a web page (HTML or XML), not data: the download gave an error page, fetch the file again");
        }
        if (text.startsWith("PK\u0003\u0004")) {
            throw error("is a zip archive: unpack it and read the file inside; if it is .npz, read it with Npz");
        }
        if (text.startsWith("version https://git-lfs")) {
            throw error("is a pointer of Git LFS, not the data: run git lfs pull");
        }
    }

    /**
     * Checks that there is something to read.
     *
     * @throws DataException if there is no such file, or it is a directory, a device or a pipe without a writer
     */
    public void checkThere() {
        if (Files.isDirectory(path)) {
            throw error("is a directory, not a file; it holds " + listing(path));
        }
        if (Files.isRegularFile(path) || isOpenAlready()) {
            return;
        }
        if (Files.exists(path)) {
            throw error("is a pipe or a device, not a file, and reading it might never end; data that another program"
                    + " writes can be read as /dev/stdin");
        }
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw error("does not exist, nor does its directory; relative paths start at "
                    + Path.of("").toAbsolutePath());
        }
        String name = String.valueOf(path.getFileName());
        throw error(
                "does not exist" + Nearest.hint(name, names(directory)) + " Its directory holds " + listing(directory));
    }

    /** Tells whether the path stands for a pipe that this process was given, which has a writer. */
    private boolean isOpenAlready() {
        return (path.equals(Path.of("/dev/stdin"))
                        || path.startsWith(Path.of("/dev/fd"))
                        || path.startsWith(Path.of("/proc/self/fd")))
                && Files.exists(path);
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(); // only for a hint: the error that it belongs to matters more
        }
    }

    private static String listing(Path directory) {
        List<String> names = names(directory);
        if (names.isEmpty()) {
            return "nothing";
        }
        int shown = Math.min(names.size(), 8);
        return String.join(", ", names.subList(0, shown))
                + (shown < names.size() ? ", ... (" + names.size() + ")" : "");
    }
}
