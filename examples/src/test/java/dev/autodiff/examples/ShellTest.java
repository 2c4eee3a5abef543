package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The prompt, with a script piped through the real JShell. */
class ShellTest {
    @TempDir
    Path folder;

    /** The imports of the README's first model, which the prompt has. */
    @Test
    void theFirstModelCanBeTyped() throws IOException {
        Set<String> imported =
                imports(Files.readString(Path.of("src/main/resources/dev/autodiff/examples/prompt/startup.jsh")));
        String readme = Files.readString(Path.of("../README.md"));
        Set<String> needed = imports(readme.substring(0, readme.indexOf("public class FirstModel")));
        assertTrue(needed.size() > 5, needed::toString);
        for (String name : needed) {
            String all = name.substring(0, name.lastIndexOf('.')) + ".*";
            assertTrue(imported.contains(name) || imported.contains(all), name + " is not imported");
        }
    }

    private static Set<String> imports(String code) {
        return code.lines()
                .filter(line -> line.startsWith("import "))
                .map(line -> line.replace(";", "").strip())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "true, , xterm-256color, true",
        "true, '', xterm, true",
        "true, , , true",
        "false, , xterm, false",
        "true, 1, xterm, false",
        "true, , dumb, false"
    })
    void coloursAreForTerminals(boolean terminal, @Nullable String noColor, @Nullable String term, boolean expected) {
        assertEquals(expected, ShellCommand.hasColors(terminal, noColor, term));
    }

    @Tag("slow")
    @Test
    void aSessionAtThePrompt() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(ShellCommand.jshell()), "this Java has no jshell");
        Path script = Files.writeString(folder.resolve("script.jsh"), """
                var a = scalar(2).named("a")
                var b = a.add(a)
                var loss = b.mul(b).named("loss")
                loss.backward()
                loss.backward()
                System.out.println("gradient " + a.grad().item())
                System.out.println(a)
                System.out.println(loss)
                constant(1, 2).grad()
                System.out.println("second " + gradients(gradients(loss, a).get(0), a).get(0).eval().item())
                System.out.println(GradientCheck.of(loss, a).run().passed())
                Placeholder x = Placeholder.of("X", Shape.of(UNKNOWN, 784))
                System.out.println("one value " + constant(2f).eval())
                System.out.println(feed(Placeholder.of("k", INT32, Shape.of(UNKNOWN)), 1).value())
                var w = Variable.of("w", NDArray.of(1f, 2f))
                new Session().run(new GradientDescent(0.1).minimize(w.square().sum()))
                System.out.println(w.value())
                explain(loss)
                var u = scalar(3)
                var v = u.mul(u)
                v = v.add(u)
                explain(v)
                next()
                walk(loss)
                next()
                next()
                back()
                step(99)
                show(loss)
                help()
                """);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.autodiff.examples.Main",
                        "shell",
                        "-")
                .directory(folder.toFile())
                .redirectInput(script.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(20, TimeUnit.MINUTES), "the prompt does not end");
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("gradient 16.0"), text);
        assertTrue(text.contains("constant a FLOAT32 [] = 2.0, gradient 16.0\n"), text);
        assertTrue(text.contains("mul loss FLOAT32 [], gradient 1.0\n"), text);
        assertTrue(text.contains("constant INT32 [2] has no gradient, as it holds whole numbers"), text);
        assertTrue(text.contains("second 8.0"), text);
        assertTrue(text.contains("walk(y) begins with the first step"), text);
        List<String> steps = text.lines()
                .filter(line -> line.matches("(?:-> )?\\d/\\d+  .*"))
                .map(line -> line.replace("-> ", "").substring(0, 1))
                .toList();
        assertEquals(List.of("1", "2", "3", "2"), steps, text);
        assertTrue(text.contains("That was the last step; back() and step(1) go back"), text);
        assertTrue(text.contains("true"), text);
        assertTrue(text.contains("one value [2.]") && text.contains("[1]"), text);
        assertTrue(text.contains("[0.8 1.6]"), text);
        assertTrue(text.contains("∂loss/∂a") && text.contains("= 8 + 8"), text);
        // the prompt's variables name tensors that have no name; the first v is no variable any more
        assertTrue(text.contains("Trace of v") && text.contains("∂v/∂u") && text.contains("mul + u"), text);
        assertFalse(text.contains("\u001b["), "colours in a pipe");
        assertTrue(text.contains("graph-1.html"), text);
        assertTrue(Files.readString(folder.resolve("out/prompt/graph-1.html")).contains("<html"));
        assertTrue(Files.readString(folder.resolve("out/prompt/graph-1.svg")).contains("<svg"));
        assertTrue(text.contains("the whole derivation"), text);
    }
}
