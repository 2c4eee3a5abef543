package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of {@code autodiff.kernels=portable}: the same bits on every processor and JDK. */
@Tag("kernel-independent")
@Tag("slow")
class PortableBitsTest {
    /**
     * The options that make a processor look like an older one, or Java start in another way; the first few are for
     * other JDKs too.
     */
    private static final List<List<String>> MACHINES = List.of(
            List.of("-Dautodiff.threads=1"),
            List.of("--add-modules=jdk.incubator.vector", "-Dautodiff.threads=3"),
            List.of("-XX:UseAVX=0"),
            List.of("-XX:UseAVX=2"),
            List.of("-XX:UseAVX=1"),
            List.of("-XX:MaxVectorSize=8"),
            List.of("-XX:MaxVectorSize=16", "-XX:+UseSerialGC"),
            List.of("-XX:MaxVectorSize=32"),
            List.of("-XX:TieredStopAtLevel=1"),
            List.of("-Dautodiff.codegen=false"),
            List.of("-XX:-TieredCompilation"));

    /** A function of the kernels as an operation. */
    private static final class Function extends Op {
        private final Elementwise function;

        Function(Elementwise function) {
            super(function.name());
            this.function = function;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        public String formula() {
            return function.name();
        }

        @Override
        public String rule(int input) {
            return "0";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return Tensors.zerosLike(y);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.map(function, in.toArray(new Value[0]));
        }
    }

    /** Prints the bits of training in single precision, and of functions in double precision, hashed. */
    public static final class Bits {
        public static void main(String[] arguments) {
            long hash = 0;
            try (Session session = new Session(3)) {
                Classifier model = new Classifier(150);
                for (NDArray value : model.train(session, 20)) {
                    hash = 31 * hash + Arrays.hashCode(value.toDoubles());
                }
                for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
                    for (Tensor y : functions(dtype)) {
                        for (NDArray value : session.run(
                                List.of(y, y.sum(), y.reshape(-1, 250).softmax().sum(1)))) {
                            hash = 31 * hash + Arrays.hashCode(value.toDoubles());
                        }
                    }
                }
                hash = 31 * hash + Arrays.hashCode(session.run(fitted()).toDoubles());
            }
            System.out.println("bits " + hash);
        }

        private static List<Tensor> functions(DType dtype) {
            double[] numbers = new double[2000];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (i - 1000.3) / 173;
            }
            Tensor x = Tensors.constant(NDArray.of(numbers).cast(dtype));
            Tensor positive = x.abs().add(0.01);
            Tensor[] operands = {x, positive, x.mul(-1.7).add(0.2)};
            List<Tensor> results = new ArrayList<>();
            for (Elementwise function : Elementwise.values()) {
                Tensor[] some = Arrays.copyOf(operands, function.arity());
                results.add(new Function(function).apply(some));
                some[0] = positive;
                results.add(new Function(function).apply(some));
            }
            return results;
        }

        /** Returns what logistic regression in double precision learns. */
        private static Tensor fitted() {
            Variable w =
                    Variable.of("w", DType.FLOAT64, Classifier.features(7, 1).shape(), Initializers.heNormal(), true);
            Tensor logits = Tensors.constant(Classifier.features(300, 2).cast(DType.FLOAT64))
                    .matmul(w.transpose());
            Tensor labels = Tensors.constant(NDArray.wrap(
                    java.util.stream.IntStream.range(0, 300).map(i -> i % 7).toArray(), 300));
            TrainOp train = new GradientDescent(0.5)
                    .minimize(Losses.softmaxCrossEntropy(logits, labels).mean());
            try (Session session = new Session(8)) {
                for (int i = 0; i < 30; i++) {
                    session.run(train);
                }
            }
            return w;
        }
    }

    private static String bits(Path java, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-Dautodiff.kernels=portable"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bits.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines()
                .filter(line -> line.startsWith("bits "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    /** Returns the java of this run, and those of other JDKs that are installed beside it. */
    private static Set<Path> installed() throws IOException {
        Path home = Path.of(System.getProperty("java.home")).toRealPath();
        Set<Path> found = new TreeSet<>(Set.of(home.resolve("bin/java")));
        try (Stream<Path> beside = Files.list(home.getParent())) {
            for (Path other : beside.toList()) {
                Path java = other.toRealPath().resolve("bin/java");
                if (Files.isExecutable(java) && version(other) >= 17) {
                    found.add(java);
                }
            }
        }
        return found;
    }

    private static int version(Path home) throws IOException {
        Path release = home.resolve("release");
        return !Files.isReadable(release)
                ? 0
                : Files.readAllLines(release).stream()
                        .filter(line -> line.startsWith("JAVA_VERSION="))
                        .map(line -> line.replaceAll("[^0-9.]", ""))
                        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\..*", "")))
                        .findFirst()
                        .orElse(0);
    }

    @Test
    void bitsDependNeitherOnTheProcessorNorOnTheJdk() throws IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        List<String> report = new ArrayList<>();
        Path own = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
        for (Path java : installed()) {
            for (List<String> machine : MACHINES.subList(0, java.equals(own) ? MACHINES.size() : 4)) {
                String bits = bits(java, machine);
                found.add(bits);
                report.add(bits + " with " + java + " " + machine);
            }
        }
        assertTrue(found.size() == 1, () -> String.join("\n", report));
    }
}
