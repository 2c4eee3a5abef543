package dev.autodiff.examples.prompt;

import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The functions that the prompt has in addition to the library; it imports them statically. What they show has the
 * names of the prompt's variables where a tensor has none of its own.
 */
public final class Prompt {
    private static final Path FOLDER = Path.of("out", "prompt");
    private static int pages;

    private Prompt() {}

    /** Prints the whole derivation of a tensor: forward, and for a scalar backward, with every rule and its numbers. */
    public static void explain(Tensor y) {
        SnippetNames.giveTo(y);
        Trace.of(y).print();
    }

    /** Steps through the derivation of a tensor: Enter for the next step, b for the one before, q to end. */
    public static void walk(Tensor y) {
        SnippetNames.giveTo(y);
        Trace.of(y).walk();
    }

    /**
     * Writes the picture of a tensor's graph and a page to step through it, and prints their paths.
     *
     * @return the page
     */
    public static Path show(Tensor y) {
        pages++;
        SnippetNames.giveTo(y);
        Trace trace = Trace.of(y);
        try {
            Files.createDirectories(FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path picture = trace.write(FOLDER.resolve("graph-" + pages + ".svg"));
        Path page = trace.write(FOLDER.resolve("graph-" + pages + ".html"));
        System.out.println("picture: " + picture.toAbsolutePath().normalize());
        System.out.println("page:    " + page.toAbsolutePath().normalize());
        return page;
    }

    /** Prints help. */
    public static void help() {
        System.out.println("""
                var a = scalar(2)                a number, of type FLOAT32
                var b = scalar(-3)               explain, walk and show call it b
                var c = constant(1f, 2, 3)       a FLOAT32 vector; 1, 2, 3 would be INT32
                var y = a.mul(b).add(1).tanh()   an expression; nothing is computed yet
                y.eval()                         its value; y alone describes it
                y.backward()                     backpropagation; once more changes nothing
                a.grad()                         dy/da
                explain(y)                       the whole derivation;  walk(y) step by step
                show(y)                          writes a picture and a page to step through
                GradientCheck.of(y, a, b).run()  compares with finite differences
                gradients(y, a).get(0)           the gradient as a graph, to differentiate again
                /exit                            leaves the prompt""");
    }
}
