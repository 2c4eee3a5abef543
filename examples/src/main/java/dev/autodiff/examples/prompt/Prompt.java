package dev.autodiff.examples.prompt;

import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The functions that the prompt has in addition to the library; it imports them statically. What they show has the
 * names of the prompt's variables where a tensor has none of its own.
 */
public final class Prompt {
    private static final Path FOLDER = Path.of("out", "prompt");
    private static int pages;
    private static @Nullable Trace walked;
    private static int step;

    private Prompt() {}

    /** Prints the whole derivation of a tensor: forward, and for a scalar backward, with every rule and its numbers. */
    public static void explain(Tensor y) {
        SnippetNames.giveTo(y);
        Trace.of(y).print();
    }

    /**
     * Shows the first step of the derivation of a tensor; {@link #next} and {@link #back} go on. JShell reads the
     * keyboard ahead, so that nothing else can ask for keys.
     */
    public static void walk(Tensor y) {
        SnippetNames.giveTo(y);
        walked = Trace.of(y);
        step(1);
    }

    /** Shows the next step of the derivation. */
    public static void next() {
        step(step + 1);
    }

    /** Shows the step before. */
    public static void back() {
        step(step - 1);
    }

    /** Shows a step of the derivation by its number. */
    public static void step(int number) {
        Trace trace = walked;
        if (trace == null) {
            System.out.println("walk(y) begins with the first step of a tensor y");
            return;
        }
        int last = trace.frames().size();
        if (number > last) {
            System.out.println("That was the last step; back() and step(1) go back");
            return;
        }
        step = Math.max(1, number);
        System.out.print(trace.frameText(step));
        System.out.println(step < last ? "next() goes on" : "That was the last step");
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
                explain(y)                       the whole derivation
                walk(y)                          its first step; next() and back() go on, step(3) goes there
                show(y)                          writes a picture and a page to step through
                GradientCheck.of(y, a, b).run()  compares with finite differences
                gradients(y, a).get(0)           the gradient as a graph, to differentiate again
                /exit                            leaves the prompt""");
    }
}
