package dev.autodiff.examples.context;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file could not be written; the message is meant for the user. */
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception for a file or folder that cannot be written.
     *
     * @param place the file or folder
     * @param cause the failure, whose reason is told: a full disk, missing permissions
     */
    public OutputException(Path place, IOException cause) {
        super(place + " cannot be written: " + reason(cause), cause);
    }

    /** Returns the operating system's reason; several exceptions have none but their type. */
    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException problem ? problem.getReason() : cause.getMessage();
        if (reason != null) {
            return reason;
        }
        String file = cause instanceof FileSystemException problem ? problem.getFile() : null;
        return (cause instanceof AccessDeniedException
                        ? "permission denied"
                        : cause instanceof NoSuchFileException
                                ? "there is no such folder"
                                : cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException
                                        ? "a file of this name is in the way"
                                        : cause.getClass().getSimpleName())
                + about(file);
    }

    private static String about(@Nullable String file) {
        return file == null ? "" : " (" + file + ")";
    }
}
