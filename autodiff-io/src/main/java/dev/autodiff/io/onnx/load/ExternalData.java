package dev.autodiff.io.onnx.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files beside a model that have the elements of its large tensors, as PyTorch's exporter writes them. A file is read
 * only if it is in the model's own directory, is a regular file and no link.
 */
public final class ExternalData {
    private final @Nullable Path directory;

    private ExternalData(@Nullable Path directory) {
        this.directory = directory;
    }

    /** Makes access to the files beside a model. */
    public static ExternalData beside(Path model) {
        return new ExternalData(model.toAbsolutePath().getParent());
    }

    /** Makes access to nothing, for models that are not read from a file. */
    public static ExternalData none() {
        return new ExternalData(null);
    }

    /**
     * Returns the bytes of a tensor.
     *
     * @param place the entries {@code location}, {@code offset} and {@code length}
     * @throws CannotLoad if they are not there, or in a place that no model should point to
     */
    ByteBuffer bytes(String tensor, Map<String, String> place) {
        String location = place.getOrDefault("location", "");
        if (directory == null) {
            throw new CannotLoad("stands in the file \"" + location + "\" beside the model, which was not read from a"
                    + " file: read it from its path");
        }
        Path file = file(location);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long size = channel.size();
            long offset = number(place, "offset", 0);
            long length = number(place, "length", size - offset);
            if (offset < 0 || length < 0 || offset > size || length > size - offset) {
                throw new CannotLoad(
                        "claims " + length + " bytes from " + offset + " on in " + location + ", which has " + size);
            }
            if (length > Integer.MAX_VALUE - 8) {
                throw new CannotLoad("has " + (length >> 20) + " MB, more than an array can have");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new CannotLoad("cannot be read from " + location + ": " + e, e);
        }
    }

    private Path file(String location) {
        Path path;
        try {
            path = Path.of(location);
        } catch (InvalidPathException e) {
            throw new CannotLoad("stands in a file \"" + location + "\", which is no name of a file", e);
        }
        boolean inside =
                !path.isAbsolute() && !location.isEmpty() && !location.contains("\\") && !location.contains(":");
        for (Path part : path) {
            inside = inside && !part.toString().equals("..");
        }
        if (!inside || directory == null) {
            throw new CannotLoad("points to \"" + location + "\", which leads out of the model's directory: it was made"
                    + " to do harm, or by a program that should not be trusted");
        }
        Path file = directory;
        for (Path part : path) {
            file = file.resolve(part);
            if (Files.isSymbolicLink(file)) {
                throw new CannotLoad("points to \"" + location + "\", which goes through a link");
            }
        }
        if (!Files.isRegularFile(file)) {
            throw new CannotLoad("stands in the file \"" + location + "\" beside the model, which is not there: a model"
                    + " with external data is two files, which stay together");
        }
        return file;
    }

    private static long number(Map<String, String> place, String key, long otherwise) {
        String text = place.get(key);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CannotLoad("has an " + key + " \"" + text + "\", which is no number", e);
        }
    }
}
