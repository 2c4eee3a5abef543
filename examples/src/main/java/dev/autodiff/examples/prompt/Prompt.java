package dev.autodiff.examples.prompt;

import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be typed at the prompt beside the library itself; imported statically there. */
public final class Prompt {
    private static final Path FOLDER = Path.of("out", "prompt");
    private static int pages;

    private Prompt() {}

    /** Prints the whole derivation of a tensor: forward, and for a scalar backward, with every rule and its numbers. */
    public static void explain(Tensor y) {
        Trace.of(y).print();
    }

    /** Shows the derivation of a tensor one step at a time: Enter for the next, b for the one before, q to end. */
    public static void walk(Tensor y) {
        Trace.of(y).walk();
    }

    /**
     * Writes the picture of a tensor's graph and a page to step through it, and prints where they are.
     *
     * @return the page
     */
    public static Path show(Tensor y) {
        pages++;
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

    /** Prints what can be done here. */
    public static void help() {
        System.out.println("""
                var a = scalar(2).named("a")          a number, of type FLOAT32
                var b = scalar(-3).named("b")
                var c = constant(1f, 2, 3)             a vector; without the f they were whole numbers
                var y = a.mul(b).add(1).tanh()        an expression; nothing is computed yet
                y.eval()                              its value; y alone says what it is
                y.backward()                          backpropagation; calling it again changes nothing
                a.grad()                              dy/da
                explain(y)                            the whole derivation;  walk(y) step by step
                show(y)                               writes a picture and a page to step through
                GradientCheck.of(y, a, b).run()       the same gradients by numbers
                gradients(y, a).get(0)                the gradient as a graph, to be differentiated again
                /exit                                 ends""");
    }
}
