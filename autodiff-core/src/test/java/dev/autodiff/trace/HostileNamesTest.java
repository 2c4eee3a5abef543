package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.check.GradientCheck;
import dev.autodiff.draw.Drawings;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names with characters that a file cannot express or that a terminal obeys. */
@Tag("kernel-independent")
class HostileNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"\uD800", "x\uDC00y", "a\0b", "a\uFFFEb", "a\uFFFFb", "\u001b[2Jcleared", "\u009b2J", "\rb"})
    void everyFormIsWrittenAndShownAsItIs(String name, @TempDir Path folder) throws Exception {
        Tensor x = Tensors.scalar(2f).named(name);
        Tensor y = x.square().named(name + "2");
        Trace trace = Trace.of(y);
        for (String extension : List.of("html", "svg", "dot", "json", "txt")) {
            Path file = trace.write(folder.resolve("trace." + extension));
            String text = Files.readString(file);
            assertTrue(text.contains(extension.equals("json") ? "\\" : "\\u"), extension);
            if (!extension.equals("html")) { // the page's own program has what it needs
                assertPlain(text, extension);
            }
        }
        Drawings.parse(trace.toSvg());
        Drawings.assertWellFormed(trace.toDot());
        GraphDrawing.of(y).write(folder.resolve("graph.svg"));
        Drawings.parse(Files.readString(folder.resolve("graph.svg")));
        assertPlain(GradientCheck.of(y, x).run().toString(), "check");
    }

    private static void assertPlain(String text, String form) {
        assertEquals(
                "",
                text.codePoints()
                        .filter(c -> (Character.isISOControl(c) && c != '\n')
                                || (c & 0xfffe) == 0xfffe
                                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))
                        .mapToObj(Integer::toHexString)
                        .reduce("", String::concat),
                form);
        assertEquals(text, new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
