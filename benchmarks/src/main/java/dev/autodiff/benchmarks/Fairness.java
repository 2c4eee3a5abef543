package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts, without a clock, who waits for whom when one thread trains and others infer from the same variables in loops:
 * how many inferences there are for each training step, and how many training steps are made while an inference waits.
 * The second number is 0 or 1 under a fair lock, the step under way; more only if the operating system stops a thread
 * between its count and its request.
 *
 * <p>{@code java ... dev.autodiff.benchmarks.Fairness [steps] [readers]}
 */
public final class Fairness {
    /** The waits that are counted apart; the last place counts all that are longer. */
    private static final int LONGEST = 10;

    private final Variable weights = Variable.of("w", NDArray.zeros(DType.FLOAT32, 100_000));
    private final TrainOp train = new GradientDescent(1).minimize(weights.sum().neg());
    private final Tensor mean = weights.mean();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<int[]> waits = new ArrayList<>();

    private Fairness() {}

    /**
     * Runs the experiment and prints the counts.
     *
     * @param args the number of training steps, 2000 by default, and that of readers, 8 by default
     */
    public static void main(String[] args) throws InterruptedException {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
        int readers = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        new Fairness().run(steps, readers);
    }

    private void run(int steps, int readers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        try (Session session = new Session()) {
            session.run(mean);
            for (int i = 0; i < readers; i++) {
                int[] counts = new int[LONGEST + 1];
                waits.add(counts);
                threads.add(new Thread(() -> infer(session, counts)));
            }
            threads.forEach(Thread::start);
            for (int i = 0; i < steps; i++) {
                session.run(train);
                made.incrementAndGet();
            }
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        print(steps, readers);
    }

    /** Infers until training is done. Each step adds 1 to all weights, so that their mean is the number of steps. */
    private void infer(Session session, int[] counts) {
        while (!done.get()) {
            int before = made.get();
            int now = (int) Math.round(session.run(mean).item());
            counts[Math.min(Math.max(now - before, 0), LONGEST)]++;
        }
    }

    private void print(int steps, int readers) {
        long total =
                waits.stream().mapToLong(counts -> Arrays.stream(counts).sum()).sum();
        System.out.printf(Locale.ROOT, "%d steps beside %d readers, %d inferences%n", steps, readers, total);
        for (int wait = 0; wait <= LONGEST; wait++) {
            int place = wait;
            long count = waits.stream().mapToLong(counts -> counts[place]).sum();
            if (count > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%8d inferences (%.3f %%) waited for %d%s steps%n",
                        count,
                        100.0 * count / total,
                        wait,
                        wait == LONGEST ? " or more" : "");
            }
        }
    }
}
