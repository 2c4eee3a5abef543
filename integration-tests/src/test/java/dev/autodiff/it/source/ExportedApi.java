package dev.autodiff.it.source;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types that a module exports to everyone, with their public and protected members, one line each. */
final class ExportedApi {
    private static final int SHOWN = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT;

    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private final ModuleReference module;

    ExportedApi(ModuleReference module) {
        this.module = module;
    }

    /** Returns the lines: a type, then its members with a margin, in alphabetical order. */
    List<String> lines() throws IOException, ClassNotFoundException {
        Set<String> packages = module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        List<String> names;
        try (ModuleReader reader = module.open();
                Stream<String> files = reader.list()) {
            names = files.filter(file -> file.endsWith(".class"))
                    .map(file -> file.replace(".class", "").replace('/', '.'))
                    .filter(name -> packages.contains(name.substring(0, Math.max(0, name.lastIndexOf('.')))))
                    .sorted()
                    .toList();
        }
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, false, ExportedApi.class.getClassLoader());
            if (isReachable(type)) {
                lines.add(type(type));
                members(type).forEach(member -> lines.add("    " + member));
            }
        }
        return lines.stream()
                .map(line -> line.replaceAll("\\bjava\\.lang\\.(?=[A-Z])", ""))
                .toList();
    }

    private static boolean isReachable(Class<?> type) {
        return !type.isSynthetic()
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && isShown(type.getModifiers())
                && (type.getDeclaringClass() == null || isReachable(type.getDeclaringClass()));
    }

    private static boolean isShown(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String type(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        int modifiers = type.getModifiers() & (type.isInterface() ? SHOWN & ~Modifier.ABSTRACT : SHOWN);
        StringBuilder line = new StringBuilder(Modifier.toString(modifiers));
        if (type.isSealed()) {
            line.append(" sealed");
        } else if (Modifier.isFinal(type.getModifiers())) {
            line.append(" final");
        }
        line.append(' ').append(kind).append(' ').append(type.getName());
        line.append(parameters(type.getTypeParameters()));
        Type parent = type.getGenericSuperclass();
        if (kind.equals("class") && parent != null && parent != Object.class) {
            line.append(" extends ").append(parent.getTypeName());
        }
        if (type.getGenericInterfaces().length > 0) {
            line.append(kind.equals("interface") ? " extends " : " implements ");
            line.append(names(type.getGenericInterfaces()));
        }
        return line.toString();
    }

    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (isShown(field)) {
                members.add(modifiers(field.getModifiers() & (SHOWN | Modifier.FINAL))
                        + field.getGenericType().getTypeName() + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isShown(constructor)) {
                members.add(
                        modifiers(constructor.getModifiers() & SHOWN) + type.getSimpleName() + arguments(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isShown(method) && !OF_EVERY_OBJECT.contains(method.getName())) {
                String parameters = parameters(method.getTypeParameters());
                members.add(modifiers(method.getModifiers() & (SHOWN | Modifier.FINAL))
                        + (method.isDefault() ? "default " : "")
                        + (parameters.isEmpty() ? "" : parameters + " ")
                        + method.getGenericReturnType().getTypeName() + " " + method.getName() + arguments(method));
            }
        }
        return members;
    }

    private static boolean isShown(Member member) {
        return isShown(member.getModifiers()) && !member.isSynthetic();
    }

    private static String modifiers(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    private static String arguments(Executable executable) {
        Parameter[] parameters = executable.getParameters();
        String types = Arrays.stream(parameters)
                .map(parameter -> parameter.isVarArgs()
                        ? parameter.getParameterizedType().getTypeName().replaceFirst("\\[]$", "...")
                        : parameter.getParameterizedType().getTypeName())
                .collect(Collectors.joining(", "));
        Type[] thrown = executable.getGenericExceptionTypes();
        return "(" + types + ")" + (thrown.length == 0 ? "" : " throws " + names(thrown));
    }

    private static String parameters(java.lang.reflect.TypeVariable<?>[] parameters) {
        return parameters.length == 0
                ? ""
                : Arrays.stream(parameters)
                        .map(parameter -> parameter.getBounds()[0] == Object.class
                                ? parameter.getName()
                                : parameter.getName() + " extends " + names(parameter.getBounds()))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", "));
    }
}
