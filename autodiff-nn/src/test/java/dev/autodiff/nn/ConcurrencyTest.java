package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.ir.HostFunction;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.testing.Refusal;
import dev.autodiff.nn.train.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests of sessions and variables that several threads use at the same time. */
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

    @Test
    void aModelPredictsForAnyNumberOfThreads() throws Exception {
        try (Model model = Model.sequential(new Dense(5, Activation.TANH), new Dense(2))
                        .seed(1);
                Model alone = Model.sequential(new Dense(5, Activation.TANH), new Dense(2))
                        .seed(1)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int rows = 1 + t % 3;
                NDArray x = NDArray.full(DType.FLOAT32, Shape.of(rows, 3), rows);
                NDArray expected = alone.predict(x);
                tasks.add(() -> {
                    for (int round = 0; round < 300; round++) {
                        assertEquals(expected, model.predict(x)); // the first one builds the model
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

    /** Each round is a race for a program that nobody has compiled yet; a session that is stuck could not be closed. */
    @Test
    void threadsThatAskForTheSameProgramAtOnceGetIt() throws Exception {
        Variable w = Variable.of("w", NDArray.of(1f, 2f));
        Tensor sum = w.sum();
        for (int round = 0; round < 300; round++) {
            Session session = new Session();
            together(Collections.nCopies(THREADS, () -> session.run(sum).item() == 3));
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

    // ---- variables that sessions share ----

    @Test
    void noUpdateOfTwoSessionsIsLostAndNoneIsSeenHalf() throws Exception {
        int n = 5_000;
        int steps = 300;
        Variable v = Variable.of("v", NDArray.zeros(DType.FLOAT32, n));
        Variable w = Variable.of("w", NDArray.zeros(DType.FLOAT32, n));
        Tensor spread = v.max().sub(v.min()).add(v.max().sub(w.min()).abs());
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Tensor cost = t == 0 ? v.add(w).sum().neg() : w.add(v).sum().neg();
            TrainOp train = new GradientDescent(1).minimize(cost);
            tasks.add(() -> {
                try (Session own = new Session()) {
                    for (int i = 0; i < steps; i++) {
                        own.run(train);
                    }
                }
                return true;
            });
            tasks.add(() -> {
                try (Session own = new Session()) {
                    for (int i = 0; i < steps; i++) {
                        assertEquals(0, own.run(spread).item());
                        List<NDArray> both = own.run(List.of(v, w));
                        assertEquals(both.get(0), both.get(1));
                        NDArray value = v.value();
                        assertEquals(value.at(0), value.at(n - 1));
                    }
                }
                return true;
            });
        }
        together(tasks);
        assertEquals(NDArray.full(DType.FLOAT32, w.shape(), 2 * steps), w.value());
    }

    /** The readers end when training is done: if they kept it waiting, they would run for ever. */
    @Test
    void trainingIsNotKeptWaitingByEightReaders() throws Exception {
        Variable w = Variable.of("w", NDArray.zeros(DType.FLOAT32, 1000));
        TrainOp train = new GradientDescent(1).minimize(w.sum().neg());
        Tensor mean = w.mean();
        AtomicBoolean done = new AtomicBoolean();
        try (Session session = new Session()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            tasks.add(() -> {
                for (int i = 0; i < 200; i++) {
                    session.run(train);
                }
                done.set(true);
                return true;
            });
            for (int t = 0; t < 8; t++) {
                tasks.add(() -> {
                    double last = 0;
                    while (!done.get()) {
                        double now = session.run(mean).item();
                        assertTrue(now >= last);
                        last = now;
                    }
                    return true;
                });
            }
            together(tasks);
            assertEquals(200, w.value().at(0));
        }
    }

    @Test
    void aFetchedVariableIsAsItWasInTheRun() {
        Variable w = Variable.of("w", NDArray.of(1f, 2f));
        try (Session session = new Session()) {
            PreparedRun run = session.prepare(List.of(w, w.reshape(2, 1)));
            run.run();
            w.assign(NDArray.of(3f, 4f));
            assertEquals(NDArray.of(1f, 2f), run.value(0));
            assertEquals(1, run.value(1).at(0));
        }
    }

    // ---- runs inside of runs ----

    @Test
    void anOperationMayReadWhatItsRunReads() {
        Variable w = Variable.of("w", NDArray.of(2f));
        Variable other = Variable.of("other", NDArray.of(5f));
        Tensor sum = w.add(other);
        try (Session session = new Session()) {
            Tensor y = new Spy(() -> assertEquals(7, session.run(sum).item())).apply(w);
            assertEquals(2, session.run(y).item());
            TrainOp train = new GradientDescent(1)
                    .minimize(new Spy(() -> session.run(other)).apply(w).sum());
            session.run(train);
            assertEquals(1, w.value().item());
        }
    }

    /** Without a word it would wait for itself for ever. */
    @Test
    void anOperationThatWouldWaitForItsOwnRunIsRefused() {
        Variable w = Variable.of("w", NDArray.of(2f));
        Tensor twice = w.mul(2);
        TrainOp other = new GradientDescent(1).minimize(w.sum());
        try (Session session = new Session();
                Session second = new Session()) {
            for (Session inner : List.of(session, second)) {
                Tensor reading = new Spy(() -> inner.run(twice)).apply(w).sum();
                TrainOp train = new GradientDescent(1).minimize(reading);
                Refusal.refused(IllegalStateException.class, () -> session.run(train), "Variable w", "wait for itself");
                Tensor assigning = new Spy(() -> inner.run(other)).apply(w);
                Refusal.refused(
                        IllegalStateException.class, () -> session.run(assigning), "Variable w", "wait for itself");
            }
            Tensor initializing = new Spy(session::initialize).apply(w);
            Refusal.refused(IllegalStateException.class, () -> session.run(initializing), "Variable w", "wait for");
            assertEquals(4, session.run(twice).item(), "nothing is left locked");
            session.run(other);
            assertEquals(1, w.value().item());
        }
    }

    @Test
    void anInitializerMayRunSomething() {
        Variable first = Variable.of("first", Shape.of(2), Initializers.constant(3));
        try (Session session = new Session()) {
            Tensor square = first.square();
            Variable second = Variable.of("second", Shape.of(2), (dtype, shape, seed) -> session.run(square));
            assertEquals(NDArray.of(9f, 9f), session.run(second));
            first.assign(NDArray.of(1f, 1f));
            session.initialize();
            assertEquals(NDArray.of(9f, 9f), second.value());
            assertEquals(List.of(first, second), session.variables());
        }
    }

    @Test
    void anInitializerThatNeedsItsOwnVariableIsRefused() {
        Tensor[] twice = new Tensor[1];
        try (Session session = new Session()) {
            Variable w = Variable.of("w", Shape.of(2), (dtype, shape, seed) -> session.run(twice[0]));
            twice[0] = w.mul(2);
            Refusal.refused(IllegalStateException.class, () -> session.run(w), "initializer of variable w", "itself");
            Refusal.refused(IllegalStateException.class, () -> session.run(twice[0]), "w", "again, without end");
            assertEquals(List.of(), session.variables());
        }
    }

    /** The identity, in plain Java, which does something else as well. */
    private static final class Spy extends Op {
        private final Runnable action;

        Spy(Runnable action) {
            super("spy");
            this.action = action;
        }

        @Override
        public String formula() {
            return "x";
        }

        @Override
        public String rule(int input) {
            return "dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return dy.mul(y.div(y));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            HostFunction function = (inputs, output) -> {
                action.run();
                System.arraycopy(
                        inputs.get(0).storage(), inputs.get(0).offset(), output.storage(), output.offset(), x.size());
            };
            return ir.call(name(), function, x.dtype(), x.shape(), x);
        }
    }
}
