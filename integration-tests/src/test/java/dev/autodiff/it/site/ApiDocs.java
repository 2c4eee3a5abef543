package dev.autodiff.it.site;

import dev.autodiff.it.source.SourceTree;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Javadoc of the libraries' modules, as one set of pages. */
final class ApiDocs {
    /** The first page in the site. */
    static final String START = "api/index.html";

    private static final List<String> MODULES = List.of("core", "nn", "io");
    private static final Pattern EXPORT = Pattern.compile("(?m)^    exports ([\\w.]+);");

    private ApiDocs() {}

    /** Returns the page of each exported type, by its simple name. */
    static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new HashMap<>();
        for (String module : MODULES) {
            Path sources = sources(module);
            Matcher export = EXPORT.matcher(Files.readString(sources.resolve("module-info.java")));
            while (export.find()) {
                String folder = export.group(1).replace('.', '/');
                try (Stream<Path> files = Files.list(sources.resolve(folder))) {
                    for (Path file : files.toList()) {
                        String type = file.getFileName().toString().replaceFirst("\\.java$", "");
                        if (Files.isRegularFile(file) && isPublic(file, type)) {
                            pages.put(type, "api/dev.autodiff." + module + "/" + folder + "/" + type + ".html");
                        }
                    }
                }
            }
        }
        return pages;
    }

    private static boolean isPublic(Path file, String type) throws IOException {
        return Pattern.compile("(?m)^public [a-z -]*(class|record|interface|enum|@interface) " + type + "\\b")
                .matcher(Files.readString(file))
                .find();
    }

    /** Writes the pages with the tool of this JDK. */
    static void write(Path site) {
        List<String> arguments = new ArrayList<>(List.of(
                "-quiet",
                "-notimestamp",
                "-Xdoclint:none",
                "-encoding",
                "UTF-8",
                "-docencoding",
                "UTF-8",
                "-charset",
                "UTF-8",
                "-doctitle",
                "autodiff",
                "-windowtitle",
                "autodiff",
                "--add-modules",
                "jdk.incubator.vector",
                "--module-path",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(path -> path.contains("jspecify") || path.contains("fastcsv"))
                        .collect(Collectors.joining(File.pathSeparator)),
                "-d",
                Objects.requireNonNull(site.resolve(START).getParent()).toString()));
        for (String module : MODULES) {
            arguments.addAll(List.of("--module-source-path", "dev.autodiff." + module + "=" + sources(module)));
            arguments.addAll(List.of("--module", "dev.autodiff." + module));
        }
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int code = ToolProvider.findFirst("javadoc")
                .orElseThrow(() -> new IllegalStateException("There is no javadoc: a JDK makes the site, not a JRE"))
                .run(out, out, arguments.toArray(new String[0]));
        if (code != 0) {
            throw new IllegalStateException("javadoc failed: " + messages);
        }
    }

    private static Path sources(String module) {
        return SourceTree.root().resolve("autodiff-" + module + "/src/main/java");
    }
}
