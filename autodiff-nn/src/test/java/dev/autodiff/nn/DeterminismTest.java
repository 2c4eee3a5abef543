package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.testing.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests that a seed gives the same bits: in another run, rewound, resumed, written differently, on any number
 * of threads.
 */
class DeterminismTest {
    private static List<NDArray> trained(long seed) {
        try (Session session = new Session(seed)) {
            return new Classifier(8).train(session, 12);
        }
    }

    @Test
    void sameSeedSameBits() {
        assertEquals(trained(5), trained(5));
        assertNotEquals(trained(5).get(0), trained(6).get(0));
    }

    /**
     * The expected values were recorded once, so that scalar, vector and future kernels agree with them up to rounding.
     */
    @Test
    void theKindOfKernelsChangesOnlyRounding() {
        double[] losses = trained(5).get(3).toDoubles();
        assertEquals(1.358446, losses[0], 1e-5);
        assertEquals(1.185343, losses[11], 1e-5);
    }

    @Test
    void rewindingRepeatsTheRun() {
        Classifier model = new Classifier(8);
        try (Session session = new Session(5)) {
            List<NDArray> first = model.train(session, 12);
            assertEquals(12, session.randomState());
            session.initialize();
            assertEquals(0, session.randomState());
            assertEquals(first, model.train(session, 12));
            assertNotEquals(first, model.train(session, 12), "it goes on from there");
        }
    }

    @Test
    void twoSessionsWithOneSeedAfterEachOther() {
        Classifier model = new Classifier(8);
        List<NDArray> first;
        try (Session session = new Session(5)) {
            first = model.train(session, 12);
        }
        try (Session session = new Session(5)) {
            session.initialize();
            assertEquals(first, model.train(session, 12));
        }
    }

    /** A checkpoint consists of all variables' values, the optimizer's included, and the random state. */
    @Test
    void resumingGoesOnBitForBit() {
        Classifier model = new Classifier(8);
        List<NDArray> whole;
        List<NDArray> halfway = new ArrayList<>();
        long step;
        try (Session session = new Session(5)) {
            model.train(session, 6);
            step = session.randomState();
            session.variables().forEach(variable -> halfway.add(variable.value()));
            whole = model.train(session, 6);
        }
        Classifier again = new Classifier(8);
        try (Session session = new Session(5)) {
            again.train(session, 1); // registers all variables
            List<Variable> variables = session.variables();
            assertEquals(halfway.size(), variables.size());
            for (int i = 0; i < variables.size(); i++) {
                variables.get(i).assign(halfway.get(i));
            }
            session.setRandomState(step);
            assertEquals(whole, again.train(session, 6));
        }
    }

    @Test
    void masksDoNotDependOnWhatElseIsFetched() {
        Placeholder x = Placeholder.of("x", Shape.of(4, 50));
        Tensor a = Dropout.keep(x, 0.5);
        Tensor b = Dropout.keep(x, 0.5);
        Variable w = Variable.of("w", Shape.of(50, 1), Initializers.ones());
        TrainOp train =
                new GradientDescent(0.1).minimize(b.mul(2).add(a).matmul(w).sum());
        NDArray ones = NDArray.full(x.dtype(), Shape.of(4, 50), 1);
        List<List<Tensor>> fetches = List.of(List.of(a, b), List.of(b, a));
        List<NDArray> weights = new ArrayList<>();
        for (List<Tensor> fetched : fetches) {
            try (Session session = new Session(9)) {
                session.initialize();
                session.run(train, fetched, Feed.feed(x, ones));
                weights.add(w.value());
            }
        }
        try (Session session = new Session(9)) {
            session.initialize();
            session.run(train, Feed.feed(x, ones));
            weights.add(w.value());
        }
        assertEquals(weights.get(0), weights.get(1));
        assertEquals(weights.get(0), weights.get(2));
    }

    /** As masks do not depend on what else is fetched, neither do they on what is run between two steps. */
    @Test
    void whatIsLookedAtBetweenStepsChangesNothing() {
        List<NDArray> plain = trained(5);
        Classifier model = new Classifier(8);
        try (Session session = new Session(5)) {
            NDArray[] losses = new NDArray[12];
            for (int i = 0; i < losses.length; i++) {
                Feed[] batch = model.batch(i % 5 == 4 ? 7 : 16, i, 0.5);
                losses[i] = session.run(model.train, List.of(model.cost), batch).get(0);
                session.run(model.cost, model.batch(16, i, 1));
                session.run(model.cost, model.batch(16, i, 0.5));
                session.trace(model.cost, model.batch(3, i, 0.5));
            }
            assertEquals(plain.subList(0, 3), List.of(model.w1.value(), model.b1.value(), model.w2.value()));
            for (int i = 0; i < losses.length; i++) {
                assertEquals(plain.get(3).at(i), losses[i].item());
            }
        }
    }

    @Test
    void aRunThatFailedIsNotCounted() {
        List<NDArray> plain = trained(5);
        Classifier model = new Classifier(8);
        try (Session session = new Session(5)) {
            Refusal.refused(GraphException.class, () -> session.run(model.train, model.batch(4, 0, 2)), "probability");
            Refusal.refused(GraphException.class, () -> session.run(model.logits, model.batch(4, 0, 2)), "probability");
            Refusal.refused(GraphException.class, () -> session.trace(model.train, model.batch(4, 0, 2)), "probab");
            assertEquals(0, session.randomState());
            model.w1.assign(model.w1.value());
            assertEquals(plain, model.train(session, 12));
        }
    }

    /** Looks draw other numbers each time; after as many of them, the same ones again. */
    @Test
    void theRandomStateOfLooksCanBeSetToo() {
        Tensor dropped = Dropout.keep(Tensors.ones(100), 0.5);
        try (Session session = new Session(3)) {
            session.run(dropped);
            long state = session.randomState();
            NDArray second = session.run(dropped);
            NDArray third = session.run(dropped);
            assertNotEquals(second, third);
            session.setRandomState(state);
            assertEquals(List.of(second, third), List.of(session.run(dropped), session.run(dropped)));
        }
    }

    @Test
    void masksOfATrainingStepDoNotDependOnOtherMasksThatAreFetched() {
        Placeholder x = Placeholder.of("x", Shape.of(4, 50));
        Tensor before = Dropout.keep(x, 0.5);
        Tensor used = Dropout.keep(x, 0.5);
        Variable w = Variable.of("w", Shape.of(50, 1), Initializers.ones());
        TrainOp train = new GradientDescent(0.1).minimize(used.matmul(w).sum());
        NDArray ones = NDArray.full(x.dtype(), Shape.of(4, 50), 1);
        List<NDArray> weights = new ArrayList<>();
        for (List<Tensor> fetched : List.of(List.<Tensor>of(), List.of(before))) {
            try (Session session = new Session(9)) {
                session.initialize();
                session.run(train, fetched, Feed.feed(x, ones));
                weights.add(w.value());
            }
        }
        assertEquals(weights.get(0), weights.get(1));
    }

    @Test
    void aPreparedStepDoesWhatTheSessionDoes() {
        Classifier model = new Classifier(8);
        try (Session session = new Session(5)) {
            List<NDArray> whole = model.train(session, 10);
            session.initialize();
            PreparedRun step = session.prepare(model.train, List.of(model.cost), model.x, model.labels, model.keep);
            NDArray losses = whole.get(3);
            for (int i = 0; i < 10; i++) {
                int rows = i % 5 == 4 ? 7 : 16;
                step.run(Classifier.features(rows, i), Classifier.labels(rows, i), NDArray.scalar(0.5f));
                assertEquals(losses.at(i), step.number(0));
            }
            assertEquals(whole.subList(0, 3), List.of(model.w1.value(), model.b1.value(), model.w2.value()));
        }
    }

    @Test
    void lookingForNonFiniteValuesChangesNothing() {
        List<NDArray> plain = trained(5);
        try (Session session = new Session(5).checkNumerics(true)) {
            assertEquals(plain, new Classifier(8).train(session, 12));
        }
    }

    // ---- threads ----

    /** Trains a model that is large enough for several threads, and prints all its bits, hashed. */
    public static final class Training {
        public static void main(String[] arguments) {
            Classifier model = new Classifier(700);
            PreparedRun step;
            long hash = 0;
            try (Session session = new Session(3)) {
                step = session.prepare(
                        model.train, List.of(model.cost, model.logits), model.x, model.labels, model.keep);
                for (int i = 0; i < 3; i++) {
                    int rows = i == 2 ? 333 : 500;
                    step.run(Classifier.features(rows, i), Classifier.labels(rows, i), NDArray.scalar(0.5f));
                    hash = 31 * hash + Arrays.hashCode(step.value(0).toDoubles());
                    hash = 31 * hash + Arrays.hashCode(step.value(1).toDoubles());
                }
                for (Variable variable : session.variables()) {
                    hash = 31 * hash + Arrays.hashCode(variable.value().toDoubles());
                }
                hash = 31 * hash + Arrays.hashCode(session.run(largeProduct()).toDoubles());
            }
            System.out.println("bits " + hash);
        }

        /** The work is divided into more parts than there are threads. */
        private static Tensor largeProduct() {
            Variable a = Variable.of("a", Shape.of(300, 512), Initializers.heNormal());
            Variable b = Variable.of("b", Shape.of(512, 520), Initializers.heNormal());
            return a.matmul(b).relu();
        }
    }

    private static String bits(int threads) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.add("--add-modules=jdk.incubator.vector");
        }
        if (KernelProvider.kernels().name().equals("scalar")) {
            command.add("-Dautodiff.kernels=scalar");
        }
        command.add("-Dautodiff.threads=" + threads);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Training.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertEquals(0, process.exitValue(), output);
        return output.lines()
                .filter(line -> line.startsWith("bits "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    @Test
    void theNumberOfThreadsChangesNoBit() throws IOException, InterruptedException {
        String alone = bits(1);
        assertEquals(alone, bits(2));
        assertEquals(alone, bits(4));
    }
}
