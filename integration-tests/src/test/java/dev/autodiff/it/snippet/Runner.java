package dev.autodiff.it.snippet;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs examples in a virtual machine of their own, so that the files they write go to its working directory. */
public final class Runner {
    private Runner() {}

    /**
     * Runs each class; writes its failure, if there is one, to a file that is named after the class.
     *
     * @param args the directory for the failures and a file with the names of the classes
     */
    public static void main(String[] args) throws Exception {
        Path failures = Path.of(args[0]);
        List<String> names = Files.readAllLines(Path.of(args[1]));
        for (String name : names) {
            System.out.println("--- " + name);
            try {
                run(Class.forName(name));
            } catch (Throwable failure) {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                Files.writeString(failures.resolve(name), trace.toString());
            }
        }
        Files.writeString(failures.resolve("done"), "");
    }

    private static void run(Class<?> type) throws Throwable {
        try {
            if (Given.class.isAssignableFrom(type)) {
                try (Given example = (Given) type.getDeclaredConstructor().newInstance()) {
                    example.run();
                }
            } else if (List.of(type.getMethods()).stream()
                    .anyMatch(method -> method.getName().equals("main"))) {
                type.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
