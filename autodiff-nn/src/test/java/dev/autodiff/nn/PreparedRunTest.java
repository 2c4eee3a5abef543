package dev.autodiff.nn;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.NonFiniteException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tests of prepared runs: inputs, shapes, values and errors. */
class PreparedRunTest {
    private static final Shape VECTOR = Shape.of(Shape.UNKNOWN);

    private final Placeholder a = Placeholder.of("a", VECTOR);
    private final Placeholder b = Placeholder.of("b", VECTOR);
    private final Placeholder c = Placeholder.of("c", VECTOR);
    private final Placeholder d = Placeholder.of("d", VECTOR);

    @Test
    void takesAnyNumberOfInputsInOrder() {
        Variable w = Variable.of("w", NDArray.of(5f));
        NDArray one = NDArray.of(1f);
        NDArray two = NDArray.of(2f);
        NDArray four = NDArray.of(4f);
        NDArray eight = NDArray.of(8f);
        try (Session session = new Session()) {
            PreparedRun none = session.prepare(List.of(w));
            refused(IllegalStateException.class, none::describe, "compiled for the shapes", "when it is first run");
            none.run();
            assertEquals(5, none.number(0));
            PreparedRun first = session.prepare(List.of(a.neg()), a);
            first.run(two);
            assertEquals(-2, first.number(0));
            PreparedRun second = session.prepare(List.of(a.sub(b)), a, b);
            second.run(two, one);
            assertEquals(1, second.number(0));
            PreparedRun third = session.prepare(List.of(a.sub(b).sub(c)), b, a, c);
            third.run(two, eight, one);
            assertEquals(5, third.number(0));
            PreparedRun fourth = session.prepare(List.of(a.sub(b).sub(c).sub(d)), a, b, c, d);
            fourth.run(eight, four, two, one);
            assertEquals(1, fourth.number(0));
        }
    }

    @Test
    void returnsEachFetch() {
        Tensor product = a.mul(b);
        Tensor sum = a.add(b).sum();
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(product, sum, a.less(3).cast(DType.INT32)), a, b);
            step.run(NDArray.of(2f, 3f), NDArray.of(4f, 5f));
            assertEquals(NDArray.of(8f, 15f), step.value(0));
            assertEquals(14, step.number(1));
            assertEquals(NDArray.scalar(14f), step.value(1));
            assertEquals(NDArray.of(1, 0), step.value(2));
            NDArray kept = step.value(0);
            step.run(NDArray.of(1f, 1f), NDArray.of(1f, 1f));
            assertEquals(NDArray.of(8f, 15f), kept, "a copy");
        }
    }

    @Test
    void shapesMayChangeAndComeBack() {
        Tensor sum = a.sum();
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(a.mul(2), sum), a);
            for (int round = 0; round < 2; round++) {
                for (int n = 0; n <= 20; n++) { // more than are kept
                    step.run(NDArray.full(DType.FLOAT32, Shape.of(n), 1));
                    assertEquals(NDArray.full(DType.FLOAT32, Shape.of(n), 2), step.value(0));
                    assertEquals(n, step.number(1));
                }
            }
        }
    }

    @Test
    void reallyReadsWhatIsGivenEachTime() {
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(a.sum()), a);
            float[] memory = {1, 2, 3, 4};
            NDArray all = NDArray.wrap(memory, 4);
            step.run(all.rows(0, 2));
            assertEquals(3, step.number(0));
            step.run(all.rows(2, 4));
            assertEquals(7, step.number(0));
            memory[2] = 10;
            step.run(all.rows(2, 4));
            assertEquals(14, step.number(0));
        }
    }

    @Test
    void seesVariablesThatAreAssignedAndInitializedInBetween() {
        Variable w = Variable.of("w", Shape.of(1), Initializers.constant(2));
        TrainOp train = new GradientDescent(1).minimize(w.sum());
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(train, List.of(w));
            step.run();
            assertEquals(2, step.number(0));
            w.assign(NDArray.of(10f));
            step.run();
            assertEquals(10, step.number(0));
            session.initialize();
            step.run();
            assertEquals(2, step.number(0));
            assertEquals(1, w.value().item());
        }
    }

    @Test
    void refusesWrongInputs() {
        Placeholder labels = Placeholder.of("labels", DType.INT32, VECTOR);
        NDArray one = NDArray.of(1f);
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(a.add(labels.cast(DType.FLOAT32))), a, labels);
            refused(GraphException.class, step::run, "2 inputs", "a FLOAT32 [?], labels INT32 [?]", "given 0");
            refused(GraphException.class, () -> step.run(one), "2 inputs", "given 1");
            refused(GraphException.class, () -> step.run(one, one, one), "2 inputs", "given 3");
            refused(GraphException.class, () -> step.run(one, one, one, one), "2 inputs", "given 4");
            refused(GraphException.class, () -> step.run(one, one), "labels INT32 [?]", "FLOAT32 [1]", "cast");
            step.run(one, NDArray.of(3));
            assertEquals(4, step.number(0));
            refused(GraphException.class, () -> step.run(one, one), "labels INT32 [?]", "FLOAT32 [1]", "cast");
            refused(GraphException.class, () -> step.run(one.reshape(1, 1), NDArray.of(3)), "a FLOAT32 [?]", "[1, 1]");
            refused(IllegalStateException.class, () -> step.number(0), "last run failed");
        }
    }

    @Test
    void refusesWrongPreparations() {
        try (Session session = new Session()) {
            refused(GraphException.class, () -> session.prepare(List.of(a), a, a), "a FLOAT32 [?]", "twice");
            PreparedRun step = session.prepare(List.of(a.add(b)), a);
            refused(GraphException.class, () -> step.run(NDArray.of(1f)), "b FLOAT32 [?]", "not fed", "inputs");
        }
    }

    @Test
    void refusesWrongQuestions() {
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(List.of(a), a);
            refused(IllegalStateException.class, () -> step.value(0), "not been run yet");
            step.run(NDArray.of(1f, 2f));
            refused(IllegalStateException.class, () -> step.number(0), "[2]");
            refused(IndexOutOfBoundsException.class, () -> step.value(1), "1 tensor", "number 1");
        }
    }

    // ---- threads ----

    /** Two threads would overwrite each other's values without a word. */
    @Test
    void anotherThreadIsRefusedDuringARun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
        Variable slow = Variable.of("slow", Shape.scalar(), (dtype, shape, seed) -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return NDArray.scalar(2f);
        });
        try (Session session = new Session()) {
            PreparedRun run = session.prepare(List.of(x.mul(slow)), x);
            CompletableFuture<NDArray> first = CompletableFuture.supplyAsync(() -> {
                run.run(NDArray.of(1f, 2f));
                return run.value(0);
            });
            begun.await();
            refused(IllegalStateException.class, () -> run.run(NDArray.of(3f)), "another thread", "for each thread");
            refused(IllegalStateException.class, () -> run.value(0), "being made by another thread");
            goOn.countDown();
            assertEquals(NDArray.of(2f, 4f), first.get());
        }
    }

    @Test
    void valuesAreThoseOfThisThreadsRun() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
        try (Session session = new Session()) {
            PreparedRun run = session.prepare(List.of(x.sum()), x);
            run.run(NDArray.of(1f, 2f));
            assertEquals(3, run.number(0));
            CompletableFuture.runAsync(() -> run.run(NDArray.of(5f)), command -> join(new Thread(command)))
                    .join();
            refused(IllegalStateException.class, () -> run.number(0), "made by another thread", "for each thread");
            run.run(NDArray.of(4f));
            assertEquals(4, run.number(0), "one thread after the other may use it");
        }
    }

    private static void join(Thread thread) {
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void goesOnAfterARunThatFailed() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
        try (Session session = new Session()) {
            PreparedRun run = session.prepare(List.of(x.sum()), x);
            session.checkNumerics(true);
            run.run(NDArray.of(1f, 2f));
            refused(NonFiniteException.class, () -> run.run(NDArray.of(1f, Float.NaN)), "x");
            refused(IllegalStateException.class, () -> run.number(0), "its last run failed");
            run.run(NDArray.of(3f, 4f));
            assertEquals(7, run.number(0));
        }
    }
}
