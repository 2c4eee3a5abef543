package dev.autodiff.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A file of a trace, in the form that its extension asks for. */
final class TraceFile {
    private TraceFile() {}

    /** Writes a file; see {@link Trace#write}. */
    static Path write(Trace trace, Path file) {
        try {
            return Files.writeString(file, content(trace, file));
        } catch (IOException e) {
            throw new UncheckedIOException("The trace could not be written to " + file + ": " + e.getMessage(), e);
        }
    }

    private static String content(Trace trace, Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "html", "htm" -> trace.toHtml();
            case "svg" -> trace.toSvg();
            case "dot", "gv" -> trace.toDot();
            case "json" -> trace.toJson();
            case "txt" -> trace.toText();
            default ->
                throw new IllegalArgumentException("A trace is written as .html, .svg, .dot, .json or .txt,"
                        + " so it is not known what to write to " + file);
        };
    }
}
