package dev.autodiff.benchmarks.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The contenders, and the commands that start them. */
final class Contenders {
    /** The keys of all peers, in the order of the tables. */
    static final List<String> PEERS = List.of(Contender.TORCH, Contender.JAX, "djl", "nd4j", "tensorflow");

    private final Path root;
    private final String python;
    private final int threads;

    /**
     * Creates the contenders.
     *
     * @param root the folder of the checkout
     * @param python the Python interpreter with PyTorch and JAX
     * @param threads the number of threads of each contender
     */
    Contenders(Path root, String python, int threads) {
        this.root = root;
        this.python = python;
        this.threads = threads;
    }

    /** Returns this project with its variations, and the given peers. */
    List<Contender> all(List<String> peers) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(ours(Contender.AUTODIFF, "autodiff", id -> true, threads));
        if (threads > 1) {
            Predicate<String> compared =
                    id -> Tasks.isProduct(id) || Tasks.isMachine(id) || Tasks.WITH_THREADS.contains(id);
            contenders.add(ours(Contender.ONE_THREAD, "autodiff, 1 thread", compared, 1));
        }
        contenders.add(ours(
                Contender.SCALAR,
                "autodiff, scalar kernels",
                Tasks.WITH_SCALAR_KERNELS::contains,
                threads,
                "-Dautodiff.kernels=scalar"));
        for (String peer : peers) {
            contenders.add(
                    switch (peer) {
                        case Contender.TORCH -> script(peer, "PyTorch", Contenders::isModelOrProduct, threads);
                        case Contender.JAX -> script(peer, "JAX", Contenders::isModelOrProduct, threads);
                        case "djl" -> java(peer, "DJL (PyTorch)", "djl.DjlWorker");
                        case "nd4j" -> java(peer, "ND4J", "nd4j.Nd4jWorker");
                        case "tensorflow" -> java(peer, "TensorFlow Java", "tensorflow.TensorFlowWorker");
                        default ->
                            throw new IllegalArgumentException(
                                    "There is no peer '" + peer + "'. Peers are " + String.join(", ", PEERS));
                    });
            if (peer.equals(Contender.TORCH) && threads > 1) {
                contenders.add(script(Contender.TORCH_ONE_THREAD, "PyTorch, 1 thread", Tasks::isProduct, 1));
            }
        }
        return contenders;
    }

    /** Returns true if the peers in Java have a model. */
    private static boolean isForJava(String id) {
        return Tasks.MODELS.contains(id) && !Tasks.OF_LAYERS.contains(id);
    }

    private static boolean isModelOrProduct(String id) {
        return Tasks.MODELS.contains(id) || Tasks.isProduct(id);
    }

    /** Returns this project on {@code count} threads. */
    Contender ours(String key, String title, Predicate<String> tasks, int count, String... flags) {
        List<String> command = new ArrayList<>(List.of(javaCommand(), "--add-modules", "jdk.incubator.vector"));
        command.add("-Dautodiff.threads=" + count);
        command.add("-Dautodiff.version=" + System.getProperty("autodiff.version", "unknown"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AutodiffWorker.class.getName()));
        return new Contender(key, title, true, tasks, List.copyOf(command), Map.of(), null);
    }

    /** Returns a peer in Python. */
    private Contender script(String key, String title, Predicate<String> tasks, int count) {
        String name = key.equals(Contender.JAX) ? "jax_worker.py" : "torch_worker.py";
        Path script = root.resolve("benchmarks/src/main/python").resolve(name);
        List<String> command = List.of(python, script.toString(), Integer.toString(count));
        return new Contender(key, title, false, tasks, command, openMp(count), null);
    }

    /** Returns a peer in Java, which the Maven profile {@code peers} builds. */
    private Contender java(String key, String title, String worker) {
        Path target = root.resolve("benchmarks/peers").resolve(key).resolve("target");
        List<String> command = List.of(
                javaCommand(),
                "-Dpeer.threads=" + threads,
                // Native libraries are unpacked beside the jars instead of in the home directory.
                "-Dorg.bytedeco.javacpp.cachedir=" + target.resolve("javacpp"),
                "-DDJL_CACHE_DIR=" + target.resolve("djl"),
                "-Dai.djl.offline=true",
                "-cp",
                target.resolve("lib") + "/*",
                "dev.autodiff.benchmarks.peers." + worker);
        return new Contender(key, title, false, Contenders::isForJava, command, openMp(threads), missing(key, target));
    }

    private static @Nullable String missing(String key, Path target) {
        return Files.isDirectory(target.resolve("lib"))
                ? null
                : "not built; benchmarks/compare --java-peers builds it (Maven downloads " + key + ")";
    }

    private static Map<String, String> openMp(int count) {
        String number = Integer.toString(count);
        return Map.of("OMP_NUM_THREADS", number, "MKL_NUM_THREADS", number, "OPENBLAS_NUM_THREADS", number);
    }

    private static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
