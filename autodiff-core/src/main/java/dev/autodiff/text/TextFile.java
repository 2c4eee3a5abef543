package dev.autodiff.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The writing of a whole file of text, whose failure says why, as several exceptions of files have no words for it. */
public final class TextFile {
    private TextFile() {}

    /**
     * Writes a text in UTF-8.
     *
     * @param file the file, in a folder that is there
     * @param text the content
     * @param options the options with which the file is opened; none makes or replaces it
     * @return the file
     * @throws UncheckedIOException if it cannot be written
     */
    public static Path write(Path file, String text, OpenOption... options) {
        return write(file, text.getBytes(StandardCharsets.UTF_8), options);
    }

    /**
     * Writes bytes, such as those of a packed text.
     *
     * @param file the file, in a folder that is there
     * @param bytes the content
     * @param options the options with which the file is opened; none makes or replaces it
     * @return the file
     * @throws UncheckedIOException if it cannot be written
     */
    public static Path write(Path file, byte[] bytes, OpenOption... options) {
        try {
            return Files.write(file, bytes, options);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Returns the exception for a file or folder that cannot be written. */
    public static UncheckedIOException failed(Path file, IOException e) {
        Path absolute = file.toAbsolutePath().normalize();
        return new UncheckedIOException(absolute + " could not be written: " + reason(absolute, e), e);
    }

    private static String reason(Path file, IOException e) {
        Path folder = file.getParent();
        if (folder != null && !Files.exists(folder)) {
            return "there is no directory " + folder + "; make it first. Relative paths start at "
                    + Path.of("").toAbsolutePath();
        }
        if (folder != null && !Files.isDirectory(folder)) {
            return folder + " is a file, not a directory";
        }
        if (Files.isDirectory(file)) {
            return "it is a directory; name a file in it";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of this name is in the way";
        }
        String reason = e instanceof FileSystemException problem ? problem.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
