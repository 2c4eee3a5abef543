package dev.autodiff.it.source;

import static org.junit.jupiter.api.Assertions.fail;

import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.OnnxExporter;
import dev.autodiff.nn.Session;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds the public API of the libraries to the file {@code api.txt} of each, so that a change of it shows in a diff.
 * Packages that are exported to named modules only are not part of it.
 */
class PublicApiTest {
    /** Rewrites the files. */
    private static final String COMMAND =
            "mvn -B -Dquick test -pl integration-tests -am -Dtest=PublicApiTest -Dapi.write";

    @Test
    void coreHasTheApiOfItsFile() throws Exception {
        compare("autodiff-core", Tensor.class);
    }

    @Test
    void nnHasTheApiOfItsFile() throws Exception {
        compare("autodiff-nn", Session.class);
    }

    @Test
    void ioHasTheApiOfItsFile() throws Exception {
        compare("autodiff-io", OnnxExporter.class);
    }

    private static void compare(String name, Class<?> inModule) throws Exception {
        List<String> actual = new ExportedApi(module(inModule)).lines();
        Path file = SourceTree.root().resolve(name).resolve("api.txt");
        if (System.getProperty("api.write") != null) {
            Files.write(file, actual);
            return;
        }
        List<String> changes = changes(Files.readAllLines(file), actual);
        if (!changes.isEmpty()) {
            fail("The public API of " + name + " is not that of " + SourceTree.name(file) + ":\n"
                    + String.join("\n", changes) + "\nIf this is intended, rewrite the file and commit it:\n  "
                    + COMMAND);
        }
    }

    /** Finds the module of a class in its jar or directory, since the tests run on the class path. */
    private static ModuleReference module(Class<?> type) throws URISyntaxException {
        Path path =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        return ModuleFinder.of(path).findAll().iterator().next();
    }

    /** Lists lines that are in one of the two only, under the type that they belong to. */
    private static List<String> changes(List<String> before, List<String> after) {
        Map<String, List<String>> was = byType(before);
        Map<String, List<String>> is = byType(after);
        List<String> changes = new ArrayList<>();
        for (String type : union(was.keySet(), is.keySet())) {
            List<String> old = was.getOrDefault(type, List.of());
            List<String> now = is.getOrDefault(type, List.of());
            List<String> members = new ArrayList<>();
            old.stream().filter(line -> !now.contains(line)).forEach(line -> members.add("-" + line));
            now.stream().filter(line -> !old.contains(line)).forEach(line -> members.add("+" + line));
            if (!was.containsKey(type)) {
                changes.add("+" + type);
            } else if (!is.containsKey(type)) {
                changes.add("-" + type);
            } else if (!members.isEmpty()) {
                changes.add(" " + type);
            }
            changes.addAll(members);
        }
        return changes;
    }

    private static Map<String, List<String>> byType(List<String> lines) {
        Map<String, List<String>> types = new LinkedHashMap<>();
        String type = "";
        for (String line : lines) {
            if (line.startsWith(" ")) {
                types.computeIfAbsent(type, key -> new ArrayList<>()).add(line);
            } else {
                type = line;
                types.put(type, new ArrayList<>());
            }
        }
        return types;
    }

    private static List<String> union(Iterable<String> first, Iterable<String> second) {
        List<String> all = new ArrayList<>();
        first.forEach(all::add);
        second.forEach(type -> {
            if (!all.contains(type)) {
                all.add(type);
            }
        });
        return all;
    }
}
