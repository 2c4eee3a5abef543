package dev.autodiff.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page to step through a trace: one file with style, program and data within it, which loads nothing. */
final class HtmlPage {
    /** Arrays with more elements are in the page as a summary and a corner. */
    private static final int WHOLE_UP_TO = 64;

    private HtmlPage() {}

    static String of(Trace trace) {
        String title = trace.result().label();
        // The data are put in before the title: they contain no "<", so nothing in them is taken for a place to fill.
        return resource("page.html")
                .replace("/*STYLE*/", resource("page.css"))
                .replace("/*PROGRAM*/", program())
                .replace("/*DATA*/", TraceJson.of(trace, WHOLE_UP_TO))
                .replace("<!--TITLE-->", title.replace("&", "&amp;").replace("<", "&lt;"));
    }

    private static String program() {
        return Stream.of("layout.js", "model.js", "stage.js", "page.js")
                .map(HtmlPage::resource)
                .collect(Collectors.joining("\n"));
    }

    /** A text that is part of this package. */
    static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The library is incomplete: " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
