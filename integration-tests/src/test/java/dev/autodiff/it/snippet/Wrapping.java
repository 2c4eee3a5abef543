package dev.autodiff.it.snippet;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Makes a class of an example: statements become the method of a subclass of {@link Given}. */
final class Wrapping {
    private static final Pattern EXPORT = Pattern.compile("^ *exports ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern UNIT_CLASS = Pattern.compile("^public .*?(?:class|record|interface|enum) (\\w+)");
    private static final Pattern COMMENT = Pattern.compile("\\G[ \\t]*//[ \\t]*([^\\r\\n]*)");

    /** The static imports that README names, and what a program in Java imports anyway. */
    private static final List<String> IMPORTS = List.of(
            "static dev.autodiff.graph.Tensors.*",
            "static dev.autodiff.nn.Feed.feed",
            "static dev.autodiff.nn.Initializers.*",
            "static dev.autodiff.array.Shape.UNKNOWN",
            "java.nio.file.*",
            "java.time.Duration",
            "java.util.*");

    private final List<String> imports = new ArrayList<>();

    /** Imports every package that a module of the repository exports to everyone. */
    Wrapping() throws IOException {
        imports.addAll(IMPORTS);
        for (Path descriptor : SourceTree.files("src/main/java/module-info.java")) {
            Matcher export = EXPORT.matcher(Files.readString(descriptor));
            while (export.find()) {
                imports.add(export.group(1) + ".*");
            }
        }
    }

    /** A class that can be compiled, and the example that it comes from. */
    static final class Source extends SimpleJavaFileObject {
        final Snippet snippet;
        final String className;
        private final String text;
        private final int linesBefore;

        Source(Snippet snippet, String className, String text, int linesBefore) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE);
            this.snippet = snippet;
            this.className = className;
            this.text = text;
            this.linesBefore = linesBefore;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** Returns the place in the repository that a line of the class, from 1, comes from. */
        String place(long lineNumber) {
            long index = lineNumber - 1 - linesBefore;
            return snippet.place(
                    (int) Math.max(0, Math.min(index, snippet.lines().size() - 1)));
        }
    }

    Source wrap(Snippet snippet) throws IOException {
        String code = String.join("\n", snippet.lines());
        String packageLine = "package " + snippet.packageName() + "; ";
        if (snippet.isUnit()) {
            String name = snippet.lines().stream()
                    .map(UNIT_CLASS::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(snippet + ": imports, but no public class"));
            return new Source(snippet, snippet.packageName() + "." + name, packageLine + code, 0);
        }
        String before = packageLine
                + Stream.concat(imports.stream(), ownType(snippet).stream())
                        .map(name -> "import " + name + ";")
                        .collect(Collectors.joining(" "))
                + " public class Example extends dev.autodiff.it.snippet.Given {"
                + " @Override public void run() throws Exception {";
        if (snippet.isMember()) {
            return new Source(snippet, snippet.packageName() + ".Example", before + "}\n" + code + "\n}\n", 1);
        }
        String text = before + "\n" + code + "\n}}\n";
        return new Source(snippet, snippet.packageName() + ".Example", withChecks(snippet, text), 1);
    }

    /** Returns the type that a Javadoc comment belongs to: its name may stand for other types in other packages. */
    private Optional<String> ownType(Snippet snippet) {
        Path file = snippet.file();
        String type = String.valueOf(file.getFileName()).replace(".java", "");
        return imports.stream()
                .filter(name -> name.endsWith(".*") && !name.startsWith("static"))
                .map(name -> name.substring(0, name.length() - 2))
                .filter(name -> file.endsWith(Path.of(name.replace('.', '/'), type + ".java")))
                .filter(name -> !type.equals("package-info"))
                .map(name -> name + "." + type)
                .findFirst();
    }

    /** A change of the text. */
    private record Edit(int start, int end, String replacement) {}

    /** Wraps each expression that is followed by its result as a comment into a comparison of the two. */
    private static String withChecks(Snippet snippet, String text) throws IOException {
        Source source = new Source(snippet, snippet.packageName() + ".Example", text, 1);
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(new StringWriter(), null, diagnostic -> {}, null, null, List.of(source));
        CompilationUnitTree unit = task.parse().iterator().next();
        List<Edit> edits = new ArrayList<>();
        new Finder(snippet, text, unit, Trees.instance(task).getSourcePositions(), edits).scan(unit, null);
        edits.sort(Comparator.comparing(Edit::start).reversed());
        StringBuilder changed = new StringBuilder(text);
        for (Edit edit : edits) {
            changed.replace(edit.start, edit.end, edit.replacement);
        }
        return changed.toString();
    }

    /** Finds statements with results behind them, in the example's own method but not in classes and lambdas. */
    private static final class Finder extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final Snippet snippet;
        private final String text;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Edit> edits;
        private int depth;

        Finder(Snippet snippet, String text, CompilationUnitTree unit, SourcePositions positions, List<Edit> edits) {
            this.snippet = snippet;
            this.text = text;
            this.unit = unit;
            this.positions = positions;
            this.edits = edits;
        }

        @Override
        public @Nullable Void visitClass(ClassTree node, @Nullable Void unused) {
            return depth++ == 0 ? super.visitClass(node, null) : null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree node, @Nullable Void unused) {
            return node.getName().contentEquals("run") ? super.visitMethod(node, null) : null;
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree node, @Nullable Void unused) {
            return null;
        }

        @Override
        public @Nullable Void visitVariable(VariableTree node, @Nullable Void unused) {
            int end = end(node);
            String result = resultAfter(end);
            if (result != null) {
                edits.add(new Edit(end, end, " " + check(end, node.getName().toString(), result)));
            }
            return null;
        }

        @Override
        public @Nullable Void visitExpressionStatement(ExpressionStatementTree node, @Nullable Void unused) {
            int end = end(node);
            String result = resultAfter(end);
            if (result != null) {
                Tree value = printed(node.getExpression());
                edits.add(new Edit(start(node), end, check(end, text.substring(start(value), end(value)), result)));
            }
            return null;
        }

        /** Returns the argument of {@code System.out.println}, or the expression itself. */
        private static Tree printed(Tree expression) {
            return expression instanceof MethodInvocationTree call
                            && call.getMethodSelect().toString().equals("System.out.println")
                    ? call.getArguments().get(0)
                    : expression;
        }

        private @Nullable String resultAfter(int end) {
            Matcher comment = COMMENT.matcher(text);
            if (end < 0 || !comment.find(end)) {
                return null;
            }
            String result = comment.group(1).strip();
            return Results.isResult(result.toLowerCase(Locale.ROOT)) ? result.toLowerCase(Locale.ROOT) : null;
        }

        private String check(int end, String expression, String result) {
            int line =
                    (int) text.substring(0, end).chars().filter(c -> c == '\n').count() - 1;
            return "dev.autodiff.it.snippet.Results.check(\"" + snippet.place(line) + "\", " + expression + ", \""
                    + result + "\");";
        }

        private int start(Tree tree) {
            return (int) positions.getStartPosition(unit, tree);
        }

        private int end(Tree tree) {
            return (int) positions.getEndPosition(unit, tree);
        }
    }
}
