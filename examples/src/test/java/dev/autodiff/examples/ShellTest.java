package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt, with a script piped through the real JShell. */
class ShellTest {
    @TempDir
    Path folder;

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
                var w = Variable.of("w", NDArray.of(1f, 2f))
                new Session().run(new GradientDescent(0.1).minimize(w.square().sum()))
                System.out.println(w.value())
                explain(loss)
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
        assertTrue(text.contains("true"), text);
        assertTrue(text.contains("[0.8 1.6]"), text);
        assertTrue(text.contains("∂loss/∂a") && text.contains("= 8 + 8"), text);
        assertTrue(text.contains("graph-1.html"), text);
        assertTrue(Files.readString(folder.resolve("out/prompt/graph-1.html")).contains("<html"));
        assertTrue(Files.readString(folder.resolve("out/prompt/graph-1.svg")).contains("<svg"));
        assertTrue(text.contains("the whole derivation"), text);
    }
}
