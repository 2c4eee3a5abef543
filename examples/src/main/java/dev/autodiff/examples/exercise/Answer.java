package dev.autodiff.examples.exercise;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A learner's file, compiled in memory, whose methods can be called. */
public final class Answer {
    /** The longest time that a method may take; a correct one takes milliseconds. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Class<?> type;

    private final Duration patience;

    private Answer(Class<?> type, Duration patience) {
        this.type = type;
        this.patience = patience;
    }

    /** The learner's answer is wrong or cannot be run; the message is meant for the learner. */
    public static final class Problem extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Creates a problem with a message. */
        public Problem(String message) {
            super(message);
        }
    }

    /**
     * Compiles a class that the given code declares.
     *
     * @param className the name of the class
     * @param source the code
     * @param patience the longest time that a method of the class may take
     * @throws Problem if it does not compile, with each error and its line
     */
    static Answer compile(String className, String source, Duration patience) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Problem("There is no Java compiler: checking needs a JDK, not only a Java runtime.");
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null);
                InMemory files = new InMemory(standard)) {
            List<String> options =
                    List.of("-proc:none", "-Xlint:none", "-classpath", System.getProperty("java.class.path"));
            SimpleJavaFileObject file = new SourceText(className, source);
            boolean compiled = compiler.getTask(null, files, diagnostics, options, null, List.of(file))
                    .call();
            if (!compiled) {
                throw new Problem(errors(diagnostics.getDiagnostics(), source));
            }
            files.classes.values().forEach(bytes -> WaysOut.check(bytes.toByteArray()));
            return new Answer(files.loader().loadClass(className), patience);
        } catch (IOException | ClassNotFoundException e) {
            throw new Problem("The file declares no class " + className + ": keep the name that it had.");
        }
    }

    private static String errors(List<Diagnostic<? extends JavaFileObject>> diagnostics, String source) {
        StringBuilder text = new StringBuilder("It does not compile.");
        List<String> lines = source.lines().toList();
        for (Diagnostic<? extends JavaFileObject> each : diagnostics) {
            if (each.getKind() != Diagnostic.Kind.ERROR) {
                continue;
            }
            int line = (int) each.getLineNumber();
            text.append("\n  line ").append(line).append(": ");
            String message = String.valueOf(each.getMessage(Locale.ENGLISH));
            text.append(message.replace("\n", "\n    "));
            if (message.startsWith("bad operand types") && message.contains("Tensor")) {
                text.append("\n      Tensors have methods instead of signs: a.mul(b), a.add(b), a.sub(b), a.div(b).");
            }
            if (line >= 1 && line <= lines.size()) {
                text.append("\n    ").append(lines.get(line - 1));
                text.append("\n    ")
                        .append(" ".repeat(Math.max(0, (int) each.getColumnNumber() - 1)))
                        .append('^');
            }
        }
        return text.toString();
    }

    /**
     * Calls a static method of the answer.
     *
     * @param method the name of the method
     * @param arguments the arguments
     * @return the result, or an empty string if the method is void
     * @throws Problem if there is no such method, or if it fails
     */
    public Object call(String method, Object... arguments) {
        return call(null, method, arguments);
    }

    /**
     * Calls a method of an object of the answer's class.
     *
     * @param target the object, null for a static method
     * @param method the name of the method
     * @param arguments the arguments
     * @return the result, or an empty string if the method is void
     * @throws Problem if there is no such method, or if it fails
     */
    Object call(@Nullable Object target, String method, Object... arguments) {
        Method found = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(method) && each.getParameterCount() == arguments.length)
                .findFirst()
                .orElseThrow(() -> new Problem("There is no method " + method + " with " + arguments.length
                        + " parameters: keep its name and its parameters."));
        found.setAccessible(true);
        Object result = inTime(method, () -> found.invoke(target, arguments));
        if (result == null && found.getReturnType() != void.class) {
            throw new Problem(method + " returns null: it is not complete yet.");
        }
        return result == null ? "" : result;
    }

    /**
     * Makes an object of the answer's class.
     *
     * @param argument the only argument of the constructor
     * @throws Problem if there is no such constructor, or if it fails
     */
    Object create(double argument) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(double.class);
            constructor.setAccessible(true);
            return Objects.requireNonNull(inTime("the constructor", () -> constructor.newInstance(argument)));
        } catch (NoSuchMethodException e) {
            throw new Problem("There is no constructor " + type.getSimpleName() + "(double): keep it.");
        }
    }

    /**
     * Returns the value of a field of an object of the answer's class.
     *
     * @throws Problem if there is no such field, or if it is null
     */
    Object field(Object target, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            Object value = field.get(target);
            if (value == null) {
                throw new Problem("The field " + name + " is null.");
            }
            return value;
        } catch (NoSuchFieldException | IllegalAccessException e) {
            throw new Problem("There is no field " + name + ": keep its name.");
        }
    }

    private @Nullable Object inTime(String method, Callable<@Nullable Object> invocation) {
        try {
            FutureTask<@Nullable Object> call = new FutureTask<>(invocation);
            Thread thread = new Thread(call, "answer");
            thread.setDaemon(true);
            thread.start();
            return call.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Problem(method + " has been running for " + patience.toSeconds()
                    + " seconds: is there a loop that never ends?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(method + " was interrupted.");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Problem(
                    cause instanceof InvocationTargetException failed && failed.getCause() != null
                            ? failure(method, failed.getCause())
                            : method + " cannot be called: keep its parameters, and static if it was.");
        }
    }

    private String failure(String method, Throwable cause) {
        int line = Arrays.stream(cause.getStackTrace())
                .filter(frame -> frame.getClassName().equals(type.getName()))
                .mapToInt(StackTraceElement::getLineNumber)
                .findFirst()
                .orElse(-1);
        String place = line > 0 ? " in line " + line : "";
        if (cause instanceof StackOverflowError) {
            return method + " never ends" + place + ": a method calls itself again and again.";
        }
        String name = cause instanceof UnsupportedOperationException
                ? ""
                : cause.getClass().getSimpleName();
        String message = String.valueOf(cause.getMessage() == null ? "" : cause.getMessage());
        return method + " fails" + place + ": " + name + (name.isEmpty() || message.isEmpty() ? "" : ": ") + message;
    }

    private static final class SourceText extends SimpleJavaFileObject {
        private final String source;

        SourceText(String className, String source) {
            super(URI.create("string:///" + className + Kind.SOURCE.extension), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        InMemory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(className, bytes);
            return new SimpleJavaFileObject(
                    URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        ClassLoader loader() {
            return new ClassLoader(Answer.class.getClassLoader()) {
                @Override
                protected Class<?> findClass(String name) throws ClassNotFoundException {
                    ByteArrayOutputStream bytes = classes.get(name);
                    if (bytes == null) {
                        throw new ClassNotFoundException(name);
                    }
                    return defineClass(name, bytes.toByteArray(), 0, bytes.size());
                }
            };
        }
    }
}
