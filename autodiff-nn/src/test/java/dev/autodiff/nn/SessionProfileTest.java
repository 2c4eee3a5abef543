package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.profile.Peak;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.Profile.NodeTime;
import dev.autodiff.profile.Profile.Operation;
import dev.autodiff.profile.Profile.Phase;
import dev.autodiff.profile.ProfileSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionProfileTest {
    private static final int ROWS = 16;
    private static final int HIDDEN = 24;
    private static final ProfileSettings QUICK =
            ProfileSettings.standard().withWarmUp(Duration.ZERO).withRuns(40).withPeak(new Peak(100, 20));

    private final Classifier model = new Classifier(HIDDEN);

    private static long products(Profile profile, Phase phase) {
        return profile.instructions().stream()
                .flatMap(instruction -> instruction.operations().stream())
                .filter(o -> o.name().equals("matmul") && o.phase() == phase)
                .mapToLong(Operation::flop)
                .sum();
    }

    /** The gradient with respect to the features is not asked for. */
    @Test
    void aTrainingStepHasTheFlopOfTheClosedForm() {
        try (Session session = new Session()) {
            Profile profile = session.profile(QUICK, model.train, model.batch(ROWS, 1, 0.5));
            long first = 2L * ROWS * Classifier.FEATURES * HIDDEN;
            long second = 2L * ROWS * HIDDEN * Classifier.CLASSES;
            assertEquals(first + second, products(profile, Phase.FORWARD));
            assertEquals(first + 2 * second, products(profile, Phase.BACKWARD));
            assertEquals(0, products(profile, Phase.UPDATE));
        }
    }

    @Test
    void allTimeBelongsToNodesThatWereWritten() {
        try (Session session = new Session()) {
            Profile profile = session.profile(QUICK, model.train, model.batch(ROWS, 1, 0.5));
            double nodes =
                    profile.byNode().stream().mapToDouble(NodeTime::total).sum();
            assertEquals(profile.total(), nodes, 1e-6 * nodes);
            for (NodeTime time : profile.byNode()) {
                boolean variable = time.node().op().equals("variable");
                assertTrue(variable || time.update() == 0, time::toString);
                assertTrue(!variable || time.forward() + time.backward() == 0, time::toString);
            }
            List<String> variables = profile.byNode().stream()
                    .filter(time -> time.node().op().equals("variable") && time.flop() > 0)
                    .map(time -> time.node().name())
                    .sorted()
                    .toList();
            assertEquals(List.of("b1", "w1", "w2"), variables);
        }
    }

    /** Compares all bits, with dropout, to those of training that was not profiled. */
    @Test
    void nothingIsDifferentAfterwards() {
        List<NDArray> weights = new ArrayList<>();
        for (boolean profiled : new boolean[] {false, true}) {
            Classifier own = new Classifier(HIDDEN);
            try (Session session = new Session(3)) {
                session.run(own.train, own.batch(ROWS, 1, 0.5));
                if (profiled) {
                    session.profile(QUICK, own.train, own.batch(ROWS, 2, 0.5));
                }
                session.run(own.train, own.batch(ROWS, 3, 0.5));
                weights.add(own.w1.value());
            }
        }
        assertEquals(weights.get(0), weights.get(1));
    }

    @Test
    void aPreparedStepKeepsItsValues() {
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(model.train, List.of(model.cost), model.x, model.labels, model.keep);
            NDArray features = Classifier.features(ROWS, 1);
            NDArray labels = Classifier.labels(ROWS, 1);
            step.run(features, labels, NDArray.scalar(1f));
            double cost = step.number(0);
            Profile profile = step.profile(QUICK, features, labels, NDArray.scalar(1f));
            assertEquals(cost, step.number(0));
            assertEquals(
                    step.describe()
                            .lines()
                            .filter(line -> line.startsWith("  "))
                            .count(),
                    profile.instructions().size(),
                    step::describe);
            assertThrows(GraphException.class, () -> step.profile(QUICK, features));
        }
    }

    @Test
    void inferenceIsAllForward() {
        try (Session session = new Session()) {
            Profile profile = session.profile(QUICK, model.logits.argmax(1), model.batch(ROWS, 1, 1));
            assertEquals(profile.total(), profile.total(Phase.FORWARD), 1e-9 * profile.total());
            assertTrue(profile.table().startsWith("Profile of computing argmax INT32"), profile::table);
        }
    }

    @Test
    void gradientsThatAreFetchedAreBackward() {
        try (Session session = new Session()) {
            Tensor gradient = Tensors.gradients(model.cost, model.w1).get(0);
            Profile profile = session.profile(QUICK, gradient, model.batch(ROWS, 1, 1));
            assertTrue(profile.total(Phase.BACKWARD) > 0 && profile.total(Phase.FORWARD) > 0, profile::table);
            assertEquals(0, profile.total(Phase.UPDATE));
        }
    }

    @Test
    void whatIsNotFedIsNamed() {
        try (Session session = new Session()) {
            GraphException refused = assertThrows(
                    GraphException.class,
                    () -> session.profile(QUICK, model.train, Feed.feed(model.x, Classifier.features(ROWS, 1))));
            assertTrue(String.valueOf(refused.getMessage()).contains("labels"), refused::getMessage);
        }
    }

    @Test
    void aClosedSessionIsNotProfiled() {
        Session session = new Session();
        session.close();
        assertThrows(IllegalStateException.class, () -> session.profile(QUICK, model.train, model.batch(4, 1, 1)));
    }
}
