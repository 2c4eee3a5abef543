package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that what is kept between runs never fills the heap, in a virtual machine with a small one. */
@Tag("kernel-independent")
@Tag("slow")
class SmallHeapTest {
    /** Runs batches of many sizes, in all more than the heap can hold, and one that does not fit into it at all. */
    public static final class ManySizes {
        public static void main(String[] arguments) {
            Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
            Tensor wide = x.matmul(Variable.of("w", NDArray.zeros(DType.FLOAT32, 1, 1000)));
            Tensor y = wide.exp().matmul(wide.transpose()).mean();
            PreparedRun prepared;
            try (Session session = new Session()) {
                prepared = session.prepare(List.of(y), x);
                for (int rows = 700; rows > 600; rows--) {
                    NDArray fed = NDArray.zeros(DType.FLOAT32, rows, 1);
                    double expected = session.run(y, Feed.feed(x, fed)).item();
                    prepared.run(fed);
                    if (expected != 0 || prepared.number(0) != expected) {
                        throw new AssertionError(expected + " and " + prepared.number(0));
                    }
                }
                boolean tooLarge = false;
                try {
                    session.run(y, Feed.feed(x, NDArray.zeros(DType.FLOAT32, 20_000, 1)));
                } catch (OutOfMemoryError e) {
                    tooLarge = true;
                }
                for (int rows = 700; rows > 690; rows--) {
                    session.run(y, Feed.feed(x, NDArray.zeros(DType.FLOAT32, rows, 1)));
                }
                System.out.println("done, and " + (tooLarge ? "one was too large" : "all fitted"));
            }
        }
    }

    @Test
    void manyBatchSizesAndOneThatIsTooLarge() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManySizes.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("done, and one was too large"), output);
    }
}
