package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.text.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** The pages of traces and of the playground: files with style, program and data within them, which load nothing. */
final class HtmlPage {
    /** The limit of elements up to which arrays are in the page whole, however many there are. */
    private static final int ALWAYS_WHOLE = 64;

    /** The limit of elements above which an array is in the page as a summary and a corner. */
    private static final int MOST_WHOLE = 10_000;

    /** The limit of numbers in a page, which make one to two megabytes. */
    private static final int MOST_NUMBERS = 150_000;

    /** The limit of characters up to which data stand in the page as they are, for people to read. */
    private static final int MOST_READABLE = 300_000;

    /** All texts, and the engine, which knows no page; pages of lessons have these scripts too. */
    private static final List<String> ENGINE = List.of(
            "messages.js",
            "engine/arrays.js",
            "engine/ops.js",
            "engine/shapes.js",
            "engine/notation.js",
            "engine/record.js",
            "engine/language.js",
            "engine/updates.js",
            "engine/replay.js",
            "engine/expressions.js",
            "engine/optimizers.js");

    /** The scripts of the page, in the order in which they are joined. */
    private static final List<String> PAGE = List.of(
            "layout.js",
            "model.js",
            "repeat.js",
            "fold.js",
            "stage.js",
            "panel.js",
            "lens.js",
            "why.js",
            "live.js",
            "predict.js",
            "present.js",
            "bench.js",
            "address.js",
            "files.js",
            "tour.js",
            "page.js");

    /** The scripts that the page of the playground has in addition. */
    private static final List<String> PLAYGROUND = List.of(
            "train/datasets.js",
            "train/network.js",
            "train/drawing.js",
            "train/java.js",
            "train/surface.js",
            "train/playground.js");

    private HtmlPage() {}

    /** Returns the names of all scripts, in the order in which the page of the playground joins them. */
    static Stream<String> scripts() {
        return Stream.of(ENGINE, PAGE, PLAYGROUND).flatMap(List::stream);
    }

    /** Returns the text of the page. */
    static String of(Trace trace) {
        return page(resource("page.css"), joined(PAGE), "", data(trace))
                .replace("<!--TITLE-->", escaped("Trace of " + trace.result().label()));
    }

    /** Returns the text of the page of the playground, which contains no trace. */
    static String playground() {
        String script = joined(PAGE) + "\n" + joined(PLAYGROUND);
        return page(resource("page.css") + resource("train.css"), script, resource("train.html"), "null")
                .replace("<!--TITLE-->", "Playground");
    }

    /** The data are inserted before the title: as they contain no "<", nothing in them is taken for a placeholder. */
    private static String page(String style, String script, String playground, String data) {
        return resource("page.html")
                .replace("/*STYLE*/", style)
                .replace("<!--TRAIN-->", playground)
                .replace("/*ENGINE*/", joined(ENGINE))
                .replace("/*PROGRAM*/", script)
                .replace("/*DATA*/", data);
    }

    /** Returns the JSON of a trace; if it is long, as a JSON string, base64 of its bytes after zlib. */
    private static String data(Trace trace) {
        String json = TraceJson.of(trace, wholeUpTo(trace));
        if (json.length() <= MOST_READABLE) {
            return json;
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_COMPRESSION))) {
            out.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return '"' + Base64.getEncoder().encodeToString(packed.toByteArray()) + '"';
    }

    private static String joined(List<String> scripts) {
        return scripts.stream().map(HtmlPage::resource).collect(Collectors.joining("\n"));
    }

    private static String escaped(String text) {
        return PlainText.of(text).replace("&", "&amp;").replace("<", "&lt;");
    }

    /** Returns the number of elements up to which arrays fit in the page, if small ones come first. */
    private static int wholeUpTo(Trace trace) {
        int[] sizes = trace.passes().stream()
                .flatMap(HtmlPage::arrays)
                .mapToInt(NDArray::size)
                .sorted()
                .toArray();
        int largest = ALWAYS_WHOLE;
        long numbers = 0;
        for (int size : sizes) {
            numbers += size;
            if (size > MOST_WHOLE || numbers > MOST_NUMBERS) {
                break;
            }
            largest = Math.max(largest, size);
        }
        return largest;
    }

    private static Stream<NDArray> arrays(Trace.Pass pass) {
        Stream<NDArray> values = pass.forward().stream().map(Trace.Forward::value);
        Stream<NDArray> gradients = pass.backward().stream()
                .flatMap(backward -> Stream.concat(
                        backward.gradient().stream(),
                        backward.given().stream()
                                .flatMap(flow -> flow.isSummed()
                                        ? Stream.of(flow.contribution(), flow.reduced())
                                        : Stream.of(flow.reduced()))));
        Stream<NDArray> updates = pass.updates().stream().flatMap(update -> Stream.of(
                        Stream.of(update.before(), update.after()),
                        update.gradient().stream(),
                        update.equations().stream().map(Trace.Equation::value),
                        update.memory().stream().flatMap(memory -> Stream.of(memory.before(), memory.after())))
                .flatMap(arrays -> arrays));
        return Stream.of(values, gradients, updates).flatMap(arrays -> arrays);
    }

    /** Returns a text that is part of this package, or of another one if the name starts with a slash. */
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
