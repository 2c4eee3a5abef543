package dev.autodiff.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds everything that makes a tensor, in the classes of the package as compiled: nothing has to be registered. */
final class OpWalk {
    private OpWalk() {}

    /** All classes of the graph package, nested ones included. */
    static List<Class<?>> classes() {
        try (Stream<Path> files = Files.list(Path.of(Tensor.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/autodiff/graph"))) {
            List<Class<?>> classes = new ArrayList<>();
            for (String file :
                    files.map(f -> f.getFileName().toString()).sorted().toList()) {
                if (file.endsWith(".class") && !file.equals("package-info.class")) {
                    String name = "dev.autodiff.graph." + file.substring(0, file.length() - ".class".length());
                    classes.add(Class.forName(name));
                }
            }
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Public static functions from tensors to a tensor. */
    static Stream<Method> functions() {
        return classes().stream()
                .filter(c -> Modifier.isPublic(c.getModifiers()))
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .filter(m -> Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers()))
                .filter(m -> m.getReturnType() == Tensor.class)
                .filter(m -> Arrays.stream(m.getParameterTypes()).anyMatch(OpWalk::isTensor))
                .sorted(Comparator.comparing(OpWalk::name).thenComparing(Method::getParameterCount));
    }

    private static boolean isTensor(Class<?> type) {
        return type == Tensor.class || type == Tensor[].class;
    }

    static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    /** Types that public classes declare as public constants. */
    static List<OpType> types() {
        return constants(OpType.class, Modifier.PUBLIC);
    }

    /** Operations that are the only ones of their types: a table's rows for one. */
    static List<Op> only() {
        List<Op> ops = new ArrayList<>(constants(Op.class, 0));
        for (OpType type : types()) {
            Op only = type.only();
            if (only != null) {
                ops.add(only);
            }
        }
        return ops;
    }

    private static <T> List<T> constants(Class<T> kind, int modifiers) {
        List<T> constants = new ArrayList<>();
        for (Class<?> type : classes()) {
            for (Field field : type.getDeclaredFields()) {
                int all = Modifier.STATIC | modifiers;
                if ((field.getModifiers() & all) == all && kind.isAssignableFrom(field.getType())) {
                    try {
                        field.setAccessible(true);
                        constants.add(kind.cast(field.get(null)));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
        return constants;
    }

    /** Classes of operations. */
    static List<Class<?>> operations() {
        return classes().stream()
                .filter(c -> Op.class.isAssignableFrom(c) && !Modifier.isAbstract(c.getModifiers()))
                .toList();
    }
}
