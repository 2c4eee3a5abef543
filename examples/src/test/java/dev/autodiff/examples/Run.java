package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** A run of the command line, with its exit code and output. */
record Run(int exitCode, String out, String err) {

    static Run of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
        return new Run(exitCode, out.toString(), err.toString());
    }

    /** Returns the folder of the data, relative to the module's folder, in which the tests run. */
    static Path data() {
        return Path.of("data");
    }

    static ExampleContext context(Path out, StringWriter text) {
        return new ExampleContext(data(), out, new PrintWriter(text), false);
    }
}
