package dev.autodiff.trace;

import dev.autodiff.text.TextFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** A file of a trace, in the form that its extension asks for. */
final class TraceFile {
    private static final String GZIP = ".gz";

    private TraceFile() {}

    /** Writes a file; see {@link Trace#write}. */
    static Path write(Trace trace, Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        boolean packed = name.toLowerCase(Locale.ROOT).endsWith(GZIP);
        String content = content(trace, file, packed ? name.substring(0, name.length() - GZIP.length()) : name);
        return packed ? TextFile.write(file, packed(content)) : TextFile.write(file, content);
    }

    private static byte[] packed(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private static String content(Trace trace, Path file, String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "html", "htm" -> trace.toHtml();
            case "svg" -> trace.toSvg();
            case "dot", "gv" -> trace.toDot();
            case "json" -> trace.toJson();
            case "txt" -> trace.toText();
            default ->
                throw new IllegalArgumentException(
                        "A trace is written as .html, .svg, .dot, .json or .txt, or as one of"
                                + " them with .gz behind it, so it is not known what to write to " + file);
        };
    }
}
