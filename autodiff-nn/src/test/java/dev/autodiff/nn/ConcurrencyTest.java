package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of one session that several threads use at the same time. */
class ConcurrencyTest {
    private static final int THREADS = 4;

    /** Runs the tasks at the same time and waits for all; fails if one does. */
    private static void together(List<Callable<Boolean>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        CountDownLatch start = new CountDownLatch(tasks.size());
        List<Future<Boolean>> results = new ArrayList<>();
        for (Callable<Boolean> task : tasks) {
            results.add(threads.submit(() -> {
                start.countDown();
                start.await();
                return task.call();
            }));
        }
        for (Future<Boolean> result : results) {
            assertTrue(result.get(30, TimeUnit.SECONDS));
        }
        threads.shutdown();
    }

    @Test
    void inferenceGivesEachThreadItsOwnResult() throws Exception {
        Classifier model = new Classifier(20);
        try (Session session = new Session(1)) {
            List<NDArray> inputs = new ArrayList<>();
            List<NDArray> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                inputs.add(Classifier.features(1 + i % 3, i));
                expected.add(session.run(model.logits, feed(model.x, inputs.get(i)), feed(model.keep, 1)));
            }
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int offset = t;
                tasks.add(() -> {
                    for (int round = 0; round < 200; round++) {
                        int i = (round * 7 + offset) % 20;
                        NDArray found = session.run(model.logits, feed(model.x, inputs.get(i)), feed(model.keep, 1));
                        assertEquals(expected.get(i), found);
                    }
                    return true;
                });
            }
            together(tasks);
        }
    }

    /**
     * All elements of a variable are equal before and after each step. A reader that sees different ones has read in
     * the middle of a step.
     */
    @Test
    void inferenceNeverSeesHalfAnUpdate() throws Exception {
        int n = 20_000;
        Variable v = Variable.of("v", NDArray.zeros(DType.FLOAT32, n));
        Variable w = Variable.of("w", NDArray.zeros(DType.FLOAT32, n));
        TrainOp train = new GradientDescent(1).minimize(v.add(w).sum().neg());
        Tensor spread = v.max().sub(v.min()).add(v.max().sub(w.min()).abs());
        try (Session session = new Session()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            tasks.add(() -> {
                PreparedRun step = session.prepare(train, List.of());
                for (int i = 0; i < 500; i++) {
                    step.run();
                }
                return true;
            });
            for (int t = 0; t < 3; t++) {
                tasks.add(() -> {
                    for (int i = 0; i < 300; i++) {
                        assertEquals(0, session.run(spread).item());
                    }
                    return true;
                });
            }
            together(tasks);
            assertEquals(500, w.value().at(n - 1));
        }
    }

    @Test
    void noStepOfTrainingIsLost() throws Exception {
        Variable w = Variable.of("w", NDArray.of(0f, 0f, 0f));
        TrainOp train = new GradientDescent(1).minimize(w.sum().neg());
        try (Session session = new Session()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                tasks.add(() -> {
                    for (int i = 0; i < 250; i++) {
                        session.run(train);
                    }
                    return true;
                });
            }
            together(tasks);
            assertEquals(NDArray.of(1000f, 1000f, 1000f), w.value());
        }
    }

    @Test
    void aVariableIsInitializedOnceThoughManyMeetIt() throws Exception {
        for (int round = 0; round < 20; round++) {
            Variable w = Variable.of("w", Shape.of(1000), Initializers.randomNormal(0, 1));
            Tensor shared = w.sum();
            try (Session session = new Session(round)) {
                List<Callable<Boolean>> tasks = new ArrayList<>();
                List<NDArray> results = Collections.synchronizedList(new ArrayList<>());
                for (int t = 0; t < THREADS; t++) {
                    Tensor own = shared.add(0);
                    tasks.add(() -> results.add(session.run(own)));
                }
                together(tasks);
                assertEquals(1, results.stream().distinct().count());
            }
        }
    }

    @Test
    void initializingWaitsForTraining() throws Exception {
        Variable v = Variable.of("v", Shape.of(5000), Initializers.constant(3));
        Variable w = Variable.of("w", Shape.of(5000), Initializers.constant(3));
        TrainOp train = new GradientDescent(1).minimize(v.add(w).sum());
        Tensor spread = v.max().sub(w.min()).abs();
        try (Session session = new Session()) {
            session.run(train);
            together(List.of(
                    () -> {
                        for (int i = 0; i < 200; i++) {
                            session.run(train);
                            assertEquals(0, session.run(spread).item());
                        }
                        return true;
                    },
                    () -> {
                        for (int i = 0; i < 200; i++) {
                            session.initialize();
                        }
                        return true;
                    }));
        }
    }
}
