package dev.autodiff.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A cluster on this machine, whose executors are processes of their own. Spark takes the place of its installation from
 * the environment, so that a program that uses it is a process of its own too.
 */
final class LocalCluster {
    private LocalCluster() {}

    /**
     * Runs the main method of a class in a process that may start a cluster, and returns its output.
     *
     * @param home an empty folder
     */
    static String run(Class<?> main, Path home, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(home.resolve("jars"));
        Files.writeString(home.resolve("RELEASE"), "");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        for (String opened : List.of(
                "java.lang",
                "java.lang.invoke",
                "java.lang.reflect",
                "java.io",
                "java.net",
                "java.nio",
                "java.util",
                "java.util.concurrent",
                "java.util.concurrent.atomic",
                "jdk.internal.ref",
                "sun.nio.ch",
                "sun.nio.cs",
                "sun.security.action",
                "sun.util.calendar")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME", home.toString(),
                        "SPARK_SCALA_VERSION", "2.13",
                        "SPARK_LOCAL_IP", "127.0.0.1",
                        "SPARK_LOCAL_HOSTNAME", "127.0.0.1"));
        Path output = home.resolve("output.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        process.waitFor();
        return Files.readString(output);
    }

    private static String absolute(String classPath) {
        List<String> paths = new ArrayList<>();
        for (String path : classPath.split(File.pathSeparator, -1)) {
            paths.add(Path.of(path).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, paths);
    }

    /** Starts a cluster with executors of one core and 1 GB each. */
    static SparkSession start(int executors) {
        return SparkSession.builder()
                .master("local-cluster[" + executors + ",1,1024]")
                .appName("autodiff")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config(
                        "spark.executor.extraJavaOptions",
                        "--add-modules jdk.incubator.vector -Dautodiff.threads=1 -XX:+UseSerialGC")
                .getOrCreate();
    }

    /**
     * Returns the processes of the executors of this process: it starts no other Java. Their command lines do not say
     * so: the class comes after a class path that is longer than what the system shows.
     */
    static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .toList();
    }
}
