package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.trace.Playground;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java code that the playground exports compiles, and goes on with the numbers with which the page goes on. */
@Tag("slow")
class ExportedCodeIT extends PageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:moons,widths:6-4,activation:tanh,optimizer:adam,rate:0.03,batch:20",
                "data:wave,widths:5,activation:sigmoid,optimizer:sgd,rate:0.3,batch:10,l1:0.0001",
                "data:circles,widths:4-3-2,activation:relu-elu-leakyRelu,optimizer:momentum,rate:0.01,l2:0.001",
                "data:xor,widths:8-8,activation:softplus-sin,optimizer:nesterov,rate:0.01,batch:5",
                "data:spiral,widths:4-4,activation:tanh,optimizer:rmsProp,rate:0.003,batch:20,dropout:0.2",
                "data:gaussians,widths:,optimizer:adagrad,rate:0.1,batch:400"
            })
    void theProgramContinuesWithTheSameNumbers(String settings, @TempDir Path folder) throws Exception {
        Files.createDirectories(PAGES);
        Path page = Playground.write(PAGES.resolve("export.html"));
        browser().open(page);
        browser().run("readSettings(" + Json.quote(settings) + "); setUp(); advance(17)");
        String code = (String) Objects.requireNonNull(browser().run("return javaCode.of(playground.net)"));
        List<String> printed = run(code, folder).lines().toList();
        assertEquals(10, printed.size());
        for (int i = 1; i <= 10; i++) {
            double expected = (double) Objects.requireNonNull(
                    browser().run("advance(10); return playground.net.loss(playground.net.train)"));
            String start = "step " + (17 + 10 * i) + ": loss ";
            assertEquals(start, printed.get(i - 1).substring(0, start.length()));
            double actual = Double.parseDouble(printed.get(i - 1).substring(start.length()));
            assertEquals(expected, actual, 1e-9 * Math.abs(expected), settings + ", " + start);
        }
    }

    private static String run(String code, Path folder) throws ReflectiveOperationException, IOException {
        Path source = Files.writeString(folder.resolve("Playground.java"), code);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        errors,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertEquals(0, status, () -> errors.toString(StandardCharsets.UTF_8));
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        URL[] classes = {new File(folder + File.separator).toURI().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, ExportedCodeIT.class.getClassLoader());
                PrintStream captured = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            loader.loadClass("Playground").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
