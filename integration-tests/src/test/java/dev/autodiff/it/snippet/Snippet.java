package dev.autodiff.it.snippet;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An example in Java, from a Javadoc comment or a Markdown file.
 *
 * @param file the file that it stands in
 * @param line the number of its first line in that file, from 1
 * @param lines the lines of code
 */
record Snippet(Path file, int line, List<String> lines) {
    private static final Pattern JAVADOC_START = Pattern.compile("^\\s*\\*\\s*<pre>\\{@code\\s*$");
    private static final Pattern JAVADOC_END = Pattern.compile("^\\s*\\*\\s*}</pre>.*");
    private static final Pattern JAVADOC_MARGIN = Pattern.compile("^\\s*\\* ?");
    private static final Pattern MARKDOWN_START = Pattern.compile("^\\s*```java\\s*$");
    private static final Pattern MARKDOWN_END = Pattern.compile("^\\s*```\\s*$");
    private static final Pattern UNIT_START =
            Pattern.compile("^(package|import|public (final |abstract )*(class|record|interface|enum)) .*");

    private static final Pattern MEMBER_START = Pattern.compile("^\\s*(public|private) static [^=]*\\{$");

    /** Returns all examples of the libraries, the programs and the documents that are meant to be compiled. */
    static List<Snippet> all() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Path file : SourceTree.files(".java")) {
            if (file.toString().contains("main")) {
                collect(file, JAVADOC_START, JAVADOC_END, JAVADOC_MARGIN, snippets);
            }
        }
        for (Path file : SourceTree.files(".md")) {
            collect(file, MARKDOWN_START, MARKDOWN_END, Pattern.compile("^"), snippets);
        }
        return snippets.stream().filter(snippet -> !snippet.isFragment()).toList();
    }

    private static void collect(Path file, Pattern start, Pattern end, Pattern margin, List<Snippet> into)
            throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (start.matcher(lines.get(i)).matches()) {
                int first = ++i;
                List<String> code = new ArrayList<>();
                while (i < lines.size() && !end.matcher(lines.get(i)).matches()) {
                    code.add(margin.matcher(lines.get(i++)).replaceFirst(""));
                }
                if (i == lines.size()) {
                    throw new IllegalStateException(
                            SourceTree.name(file) + ":" + first + ": an example without an end");
                }
                into.add(new Snippet(file, first + 1, code));
            }
        }
    }

    /** Returns true if an ellipsis stands for code that is left out. */
    boolean isFragment() {
        return lines.stream().anyMatch(line -> line.contains("..."));
    }

    /** Returns true for a whole source file, which needs nothing around it. */
    boolean isUnit() {
        return lines.stream().anyMatch(line -> UNIT_START.matcher(line).matches());
    }

    /** Returns true for methods, which are put into a class; they are compiled but not called. */
    boolean isMember() {
        return lines.stream().anyMatch(line -> MEMBER_START.matcher(line).matches());
    }

    /** The file and a line of the example, from 0, as {@code README.md:20}. */
    String place(int index) {
        return SourceTree.name(file) + ":" + (line + index);
    }

    /** A package for its class alone, since examples may use the same names. */
    String packageName() {
        return "snippet." + SourceTree.name(file).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_") + "_" + line;
    }

    @Override
    public String toString() {
        return place(0);
    }
}
