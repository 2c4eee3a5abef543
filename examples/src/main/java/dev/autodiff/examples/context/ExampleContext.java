package dev.autodiff.examples.context;

import dev.autodiff.nn.data.csv.CsvOptions;
import dev.autodiff.nn.data.csv.CsvTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** The surroundings of a running example: data files, printed output, and figures that are written at the end. */
public final class ExampleContext {
    private final Path data;
    private final Path out;
    private final PrintWriter writer;
    private final boolean terminal;
    private final Map<String, Content> files = new LinkedHashMap<>();

    /** The content of a file that is still to be written. */
    public interface Content {
        /** Writes it. */
        void write(Path file) throws IOException;
    }

    /**
     * Creates a context.
     *
     * @param data the folder of the data files
     * @param out the folder for the figures, created when there are some
     * @param writer the destination of printed text
     * @param terminal true if the writer is a terminal, on which a line can be overwritten
     */
    public ExampleContext(Path data, Path out, PrintWriter writer, boolean terminal) {
        this.data = data;
        this.out = out;
        this.writer = writer;
        this.terminal = terminal;
    }

    /** Returns the path of a data file or folder. */
    public Path data(String name) {
        return data.resolve(name);
    }

    /**
     * Returns the path of a file in the folder of the figures, which is created if it is missing; for models, which are
     * saved while they are trained.
     *
     * @throws OutputException if the folder cannot be created
     */
    public Path output(String name) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new OutputException(out, e);
        }
        return out.resolve(name);
    }

    /** Reads a CSV file of the data as FLOAT32. */
    public CsvTable table(String name) {
        return CsvTable.read(data(name));
    }

    /** Reads a CSV file of the data. */
    public CsvTable table(String name, CsvOptions options) {
        return CsvTable.read(data(name), options);
    }

    /** Prints a line. */
    public void print(String text) {
        writer.println(text);
        writer.flush();
    }

    /** Prints a line, formatted as by {@link String#format}. */
    public void print(String format, Object... values) {
        print(String.format(Locale.ROOT, format, values));
    }

    /** Prints an empty line and a heading. */
    public void heading(String text) {
        print("");
        print(text);
        print("-".repeat(text.length()));
    }

    /** Returns a progress display for a number of steps. */
    public Progress progress(String label, int steps) {
        return new Progress(writer, terminal, label, steps);
    }

    /** Adds a figure of plots side by side, which {@link #writeFigures} writes. */
    public void figure(String name, Plot... plots) {
        figure(
                name,
                Picture.sideBySide(
                        java.util.Arrays.stream(plots).map(Plot::draw).toList(), plots.length));
    }

    /** Adds a figure, which {@link #writeFigures} writes. */
    public void figure(String name, BufferedImage image) {
        files.put(name + ".png", file -> {
            // In memory first: writing to a file, ImageIO does not tell why it fails.
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            Files.write(file, png.toByteArray());
        });
    }

    /** Adds a file of any content, which {@link #writeFigures} writes. */
    public void file(String name, Content content) {
        files.put(name, content);
    }

    /** Adds a text file, which {@link #writeFigures} writes. */
    public void file(String name, String text) {
        files.put(name, file -> Files.writeString(file, text));
    }

    /**
     * Checks, before any work is done, that the figures can be written, by writing a file and removing it.
     *
     * @throws OutputException if they cannot
     */
    public void checkOut() {
        checkFolder(out);
    }

    /**
     * Checks that files can be written to a folder, which is left as it was.
     *
     * @throws OutputException if they cannot
     */
    public static void checkFolder(Path folder) {
        Deque<Path> missing = new ArrayDeque<>();
        Path place = folder.toAbsolutePath();
        while (place != null && !Files.exists(place)) {
            missing.push(place);
            place = place.getParent();
        }
        try {
            try {
                Files.createDirectories(folder);
                Files.delete(Files.createTempFile(folder, "check", ".part"));
            } finally {
                while (!missing.isEmpty()) {
                    Files.deleteIfExists(missing.removeLast());
                }
            }
        } catch (IOException e) {
            throw new OutputException(folder, e);
        }
    }

    /**
     * Writes the figures and texts, each completely or not at all, and prints their paths.
     *
     * @throws OutputException if a file cannot be written
     */
    public void writeFigures() {
        if (files.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(out);
            for (Map.Entry<String, Content> file : files.entrySet()) {
                Path unfinished = Files.createTempFile(out, file.getKey(), ".part");
                try {
                    file.getValue().write(unfinished);
                    Files.move(unfinished, out.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(unfinished);
                }
            }
        } catch (IOException e) {
            throw new OutputException(out, e);
        }
        print("");
        print("Files in " + out.toAbsolutePath().normalize() + ": " + String.join(", ", files.keySet()));
    }
}
