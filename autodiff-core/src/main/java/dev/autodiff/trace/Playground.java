package dev.autodiff.trace;

import dev.autodiff.text.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page in which networks are trained and expressions are differentiated, step by step, with the engine in the page:
 * it needs nothing but a browser.
 *
 * <pre>{@code
 * String page = Playground.toHtml();
 * }</pre>
 */
public final class Playground {
    private Playground() {}

    /** Returns the page, one file that loads nothing. */
    public static String toHtml() {
        return HtmlPage.playground();
    }

    /**
     * Writes the page to a file.
     *
     * @param file the file, whose folder is made if it is missing
     * @return the file
     * @throws UncheckedIOException if it cannot be written
     */
    public static Path write(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw TextFile.failed(folder, e);
            }
        }
        return TextFile.write(file, toHtml());
    }
}
