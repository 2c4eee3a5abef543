package dev.autodiff.examples.prompt;

import dev.autodiff.graph.Tensor;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of JShell's variables, for tensors that have none. JShell compiles each snippet to a class of its own,
 * {@code REPL.$JShell$12}, and a new version of a snippet, when a variable is declared again, to
 * {@code REPL.$JShell$12B}; a variable is a static field of it.
 */
final class SnippetNames {
    private static final Pattern SNIPPET = Pattern.compile("(REPL\\.\\$JShell\\$)(\\d+).*");

    private static final StackWalker WALKER = StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE));

    private SnippetNames() {}

    /**
     * Names the unnamed tensors of a graph that are values of variables of the prompt. A tensor keeps its name when its
     * variable gets another value. Outside of JShell, nothing happens.
     *
     * @param y the result of the graph
     */
    static void giveTo(Tensor y) {
        Optional<Class<?>> snippet = WALKER.walk(frames -> frames.<Class<?>>map(StackFrame::getDeclaringClass)
                .filter(type -> SNIPPET.matcher(type.getName()).matches())
                .findFirst());
        snippet.ifPresent(type -> name(y, variables(type)));
    }

    private static void name(Tensor y, Map<Tensor, String> names) {
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Tensor> left = new ArrayDeque<>();
        left.push(y);
        while (!left.isEmpty()) {
            Tensor tensor = left.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            String name = names.get(tensor);
            if (name != null && !tensor.isNamed()) {
                tensor.named(name);
            }
            tensor.inputs().forEach(left::push);
        }
    }

    /** Returns the variables of all snippets up to the one that is being run. */
    private static IdentityHashMap<Tensor, String> variables(Class<?> running) {
        Matcher name = SNIPPET.matcher(running.getName());
        IdentityHashMap<Tensor, String> names = new IdentityHashMap<>();
        if (name.matches()) {
            for (int snippet = Integer.parseInt(name.group(2)); snippet >= 1; snippet--) {
                collect(name.group(1) + snippet, running.getClassLoader(), names);
            }
        }
        return names;
    }

    private static void collect(String snippet, ClassLoader loader, IdentityHashMap<Tensor, String> names) {
        for (char version = 'A'; version <= 'Z'; version++) {
            try {
                Class<?> type = Class.forName(version == 'A' ? snippet : snippet + version, true, loader);
                for (Field field : type.getDeclaredFields()) {
                    boolean named = !field.getName().startsWith("$"); // JShell's own, for expressions
                    if (named && Tensor.class.isAssignableFrom(field.getType())) {
                        field.setAccessible(true); // the class is not public
                        if (field.get(null) instanceof Tensor tensor) {
                            names.putIfAbsent(tensor, field.getName());
                        }
                    }
                }
            } catch (ClassNotFoundException e) {
                return; // there are no later versions
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("The variables of " + snippet + " cannot be read", e);
            }
        }
    }
}
