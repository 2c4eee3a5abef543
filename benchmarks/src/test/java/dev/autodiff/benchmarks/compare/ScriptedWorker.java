package dev.autodiff.benchmarks.compare;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;

/** A worker process whose behaviour is its argument. */
final class ScriptedWorker {
    private ScriptedWorker() {}

    /** Returns a contender whose worker has the given behaviour. */
    static Contender contender(String key, String behaviour) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ScriptedWorker.class.getName(),
                behaviour);
        return new Contender(key, "The " + key, false, id -> true, command, Map.of(), null);
    }

    @SuppressWarnings("SystemOut") // it is a worker
    public static void main(String[] behaviour) {
        switch (behaviour[0]) {
            case "missing" -> {
                System.out.println("{\"problem\": \"No module named 'torch'. Install it\"}");
                return;
            }
            case "dies" -> {
                System.err.println("cannot load libnative.so");
                System.exit(3);
            }
            case "babbles" -> System.out.println("Loading native library ...\n[1, 2]\n{\"not json");
            default -> {}
        }
        System.out.println("{\"name\": \"x\", \"version\": \"1.2\", \"about\": \"scripted\"}");
        Scanner requests = new Scanner(System.in, StandardCharsets.UTF_8);
        for (int time = 100; requests.hasNextLine(); time += 100) {
            String request = requests.nextLine();
            if (request.equals("quit")) {
                return;
            }
            switch (behaviour[0]) {
                case "hangs" -> {} // never replies
                case "refuses" -> System.out.println("{\"problem\": \"it has no dropout\"}");
                // Gets faster with each request, as if its compiler were at work.
                case "warms" ->
                    System.out.println("{\"median\": " + Math.max(400, 1100 - 2 * time)
                            + ", \"min\": 50, \"p90\": 900, \"steps\": 5}");
                case "crashes" -> {
                    System.out.println("Segmentation fault");
                    System.exit(139);
                }
                default ->
                    System.out.println("{\"median\": " + time
                            + ", \"min\": 50, \"p90\": 900, \"steps\": 5, \"result\": 1, \"work\": 2000}");
            }
        }
    }
}
