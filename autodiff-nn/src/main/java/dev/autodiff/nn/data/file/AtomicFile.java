package dev.autodiff.nn.data.file;

import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A file that is replaced as a whole. The new content is written beside it, forced to the disk, and moved; so at any
 * moment, and after a crash at any moment, the path leads to all of the old content or all of the new. Of several
 * writers, the last one's content stays. Permissions stay as they were.
 */
public final class AtomicFile {
    /** A temporary file that nobody has written to for so long was left by a process that was killed. */
    private static final Duration LEFT = Duration.ofHours(1);

    private static final String SUFFIX = ".tmp";
    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /** Something that writes content. */
    @FunctionalInterface
    public interface Content {
        /** Writes the content from its beginning to its end. */
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /**
     * Replaces a file, or makes it.
     *
     * @param path the file; a symbolic link stays, and what it leads to is replaced
     * @param content the content
     * @throws DataException if the path is a directory, or the file cannot be written; what was there stays
     */
    public static void write(Path path, Content content) {
        Path target = target(path);
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new DataException(target + " cannot be written: there is no directory " + directory
                    + "; make it first. Relative paths start at "
                    + Path.of("").toAbsolutePath());
        }
        removeLeftovers(directory, prefix(target));
        // no number of a process, which other containers on the same disk may have too
        Path beside = directory.resolve(prefix(target) + UUID.randomUUID() + SUFFIX);
        try {
            writeBeside(beside, content);
            keepPermissions(target, beside);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(beside);
            throw failed(target, e);
        } catch (RuntimeException | Error e) {
            delete(beside);
            throw e;
        }
        force(directory);
    }

    private static Path target(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            Path real =
                    Files.exists(absolute) && Files.isSymbolicLink(absolute) ? absolute.toRealPath() : led(absolute);
            if (Files.exists(real) && !Files.isRegularFile(real)) {
                throw new DataException(real + " cannot be written: it is a "
                        + (Files.isDirectory(real) ? "directory; name a file in it" : "device or a pipe, not a file"));
            }
            return real;
        } catch (IOException e) {
            throw failed(absolute, e);
        }
    }

    /** Returns what a link leads to, which does not exist. */
    private static Path led(Path path) throws IOException {
        Path led = path;
        for (int i = 0; Files.isSymbolicLink(led); i++) {
            if (i > MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            led = led.resolveSibling(Files.readSymbolicLink(led)).normalize();
        }
        return led;
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    private static void writeBeside(Path beside, Content content) throws IOException {
        try (FileChannel out = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(out);
            out.force(true);
        }
    }

    private static void keepPermissions(Path target, Path beside) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(beside, PosixFileAttributeView.class);
        if (view != null && Files.exists(target)) {
            view.setPermissions(Files.getPosixFilePermissions(target));
        }
    }

    /** Deletes what processes left that were killed while they wrote the file. */
    private static void removeLeftovers(Path directory, String prefix) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, file -> isLeftover(file, prefix))) {
            files.forEach(AtomicFile::delete);
        } catch (IOException | DirectoryIteratorException e) {
            return; // they only take space, and what hinders the writing itself is said there
        }
    }

    private static boolean isLeftover(Path file, String prefix) throws IOException {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(prefix)
                && name.endsWith(SUFFIX)
                && name.substring(prefix.length(), name.length() - SUFFIX.length())
                        .matches("[0-9a-f-]{36}")
                && Files.getLastModifiedTime(file)
                        .toInstant()
                        .isBefore(Instant.now().minus(LEFT));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            return; // it is only a leftover, and the failure that led here is the one to report
        }
    }

    /** Forces a move to the disk, where directories can be opened. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // as on Windows; the file is whole in any case, the old one or the new
        }
    }

    private static DataException failed(Path target, IOException cause) {
        String reason = cause instanceof AccessDeniedException
                ? "the permissions of its directory do not allow it"
                : cause instanceof FileSystemException exception && exception.getReason() != null
                        ? exception.getReason()
                        : String.valueOf(cause.getMessage());
        return new DataException(
                target + " could not be written: " + reason + free(target) + ". What was there before is unchanged",
                cause);
    }

    private static String free(Path target) {
        Path directory = target.getParent();
        try {
            return directory == null
                    ? ""
                    : " (" + (Files.getFileStore(directory).getUsableSpace() >> 20) + " MB are free on its disk)";
        } catch (IOException e) {
            return "";
        }
    }
}
