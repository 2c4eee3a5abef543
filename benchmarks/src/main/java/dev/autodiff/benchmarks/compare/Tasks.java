package dev.autodiff.benchmarks.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The ids of the tasks, and the groups of tasks that the same processes run. */
final class Tasks {
    /** Training steps and inferences. */
    static final List<String> MODELS =
            List.of("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "I1", "I128");
    /** Models of layers that the peers in Java have not. */
    static final List<String> OF_LAYERS = List.of("W9", "W10", "W11", "W12");
    /** Models for which the time from the start of a process to the end of the first step is measured. */
    static final List<String> STARTED = List.of("W4", "W9", "W10", "W11", "W12");
    /** The model whose first steps are timed, until everything is compiled. */
    static final String WARMED = "W5";
    /** Models on which all threads are compared with one. */
    static final List<String> WITH_THREADS = List.of("W1", "W2", "W3", "W4", "W5", "W6", "W7");
    /** Models on which scalar kernels are compared with vector kernels. */
    static final List<String> WITH_SCALAR_KERNELS = List.of("W3", "W4", "W5", "W6", "W7");

    /** Matrix products: squares, and those of the models, forward and backward. */
    static final List<String> PRODUCTS = Stream.concat(
                    IntStream.of(64, 128, 256, 512, 768, 1024, 1536, 2048).mapToObj(n -> "G" + n + "x" + n + "x" + n),
                    Stream.of(
                            "G128x784x10",
                            "G784Tx128x10",
                            "G128x784x128",
                            "G784Tx128x128",
                            "G128x10x128T",
                            "G256x784x512",
                            "G784Tx256x512",
                            "G256x512x512",
                            "G256x512x512T",
                            "G512x2048x2048",
                            "G1x784x128"))
            .toList();

    /** From the start of a process to the first training step. */
    static final String START = "start";
    /** The first steps, until everything is compiled. */
    static final String WARM_UP = "warm-up";
    /** The memory that a model takes. */
    static final String MEMORY = "memory";
    /** Building and compiling a graph. */
    static final String BUILD = "build";
    /** The bytes that a step allocates. */
    static final String ALLOCATION = "allocation";
    /** The equality of results on different numbers of threads. */
    static final String BITS = "bits";
    /** The performance of the machine. */
    static final String MACHINE = "machine";

    private static final List<String> SINGLE_SHOTS = List.of(START, WARM_UP, BUILD, MEMORY, ALLOCATION, BITS);

    private Tasks() {}

    static boolean isProduct(String id) {
        return id.startsWith("G");
    }

    /** Returns true if a task measures the machine, not a contender. */
    static boolean isMachine(String id) {
        return id.equals(AutodiffWorker.FMA) || id.equals(AutodiffWorker.TRIAD);
    }

    /**
     * Returns the tasks that a user has chosen.
     *
     * @param only the names, for example {@code W4}, {@code start}, {@code G} for all products; empty for all tasks
     * @throws IllegalArgumentException if a name is unknown
     */
    static List<String> named(List<String> only) {
        if (only.isEmpty()) {
            return Stream.of(MODELS, PRODUCTS, SINGLE_SHOTS)
                    .flatMap(List::stream)
                    .toList();
        }
        List<String> tasks = new ArrayList<>();
        for (String name : only) {
            if (name.equals("G")) {
                tasks.addAll(PRODUCTS);
            } else if (PRODUCTS.contains(name) || MODELS.contains(name) || SINGLE_SHOTS.contains(name)) {
                tasks.add(name);
            } else if (!name.equals(MACHINE)) {
                throw new IllegalArgumentException("There is no task '" + name + "'. Tasks are "
                        + String.join(", ", MODELS) + ", G (all matrix products; or one such as G512x512x512), "
                        + String.join(", ", SINGLE_SHOTS) + ", " + MACHINE);
            }
        }
        return tasks.stream().distinct().toList();
    }

    /**
     * Returns the tasks that are run in rounds, in groups: one group for each model, and one for the matrix
     * products. The processes are the same within a group. The performance of the machine is measured with the
     * products, or alone.
     */
    static List<List<String>> groups(List<String> tasks) {
        List<String> machine = new ArrayList<>(List.of(AutodiffWorker.FMA, AutodiffWorker.TRIAD));
        tasks.stream().filter(PRODUCTS::contains).forEach(machine::add);
        List<List<String>> groups = new ArrayList<>(List.of(machine));
        tasks.stream().filter(MODELS::contains).map(Arrays::asList).forEach(groups::add);
        return groups;
    }
}
