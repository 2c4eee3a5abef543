package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of values and updates, of the order of both, of compiled programs, feeds, variables and closing. */
class SessionTest {
    private static final Shape VECTOR = Shape.of(Shape.UNKNOWN);

    /** The identity, which counts how often it is compiled. */
    private static final class Counted extends Op {
        int compiled;

        Counted() {
            super("counted");
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
            return dy;
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            compiled++;
            return in.get(0);
        }
    }

    // ---- values and updates ----

    @Test
    void fetchesAreFromBeforeTheUpdates() {
        Variable w = Variable.of("w", NDArray.of(1f, 2f));
        Tensor cost = w.square().sum();
        Tensor shaped = w.reshape(2, 1);
        Tensor later = w.mul(10);
        TrainOp train = new GradientDescent(0.5).minimize(cost);
        Tensor update = train.updates().get(0).assignments().get(0);
        try (Session session = new Session()) {
            List<NDArray> values = session.run(train, List.of(w, cost, shaped, later, update, w));
            assertEquals(NDArray.of(1f, 2f), values.get(0));
            assertEquals(5, values.get(1).item());
            assertEquals(NDArray.of(new float[][] {{1}, {2}}), values.get(2));
            assertEquals(NDArray.of(10f, 20f), values.get(3));
            assertEquals(NDArray.of(0f, 0f), values.get(4), "an assignment's own value is the new one");
            assertEquals(NDArray.of(1f, 2f), values.get(5));
            assertEquals(NDArray.of(0f, 0f), w.value());
            assertEquals(NDArray.of(0f, 0f), session.run(w));
        }
    }

    @Test
    void fetchedValuesAreTheCallersOwn() {
        Variable w = Variable.of("w", NDArray.of(1f, 2f));
        Tensor twice = w.mul(2);
        try (Session session = new Session()) {
            NDArray first = session.run(w);
            NDArray doubled = session.run(twice);
            w.assign(NDArray.of(5f, 6f));
            session.run(twice);
            assertEquals(NDArray.of(1f, 2f), first);
            assertEquals(NDArray.of(2f, 4f), doubled);
            ((float[]) first.storage())[0] = 77;
            assertEquals(NDArray.of(5f, 6f), w.value());
        }
    }

    @Test
    void whatIsFedIsOnlyRead() {
        Placeholder x = Placeholder.of("x", VECTOR);
        NDArray fed = NDArray.of(1f, -2f, 3f);
        try (Session session = new Session()) {
            NDArray same = session.run(x, feed(x, fed));
            assertEquals(fed, same);
            ((float[]) same.storage())[0] = 9;
            assertEquals(NDArray.of(-2f, 4f, -6f), session.run(x.add(x).neg(), feed(x, fed)));
            assertEquals(NDArray.of(1f, -2f, 3f), fed);
        }
    }

    @Test
    void theSameTensorMayBeFetchedTwiceAndNothingAtAll() {
        Variable w = Variable.of("w", NDArray.of(3f));
        Tensor y = w.square();
        try (Session session = new Session()) {
            assertEquals(List.of(NDArray.of(9f), NDArray.of(9f)), session.run(List.of(y, y)));
            assertEquals(List.of(), session.run(List.of()));
        }
    }

    @Test
    void runningTwiceIsTheSame() {
        Classifier model = new Classifier(5);
        try (Session session = new Session(3)) {
            NDArray first = session.run(model.logits, model.batch(4, 1, 1));
            assertEquals(first, session.run(model.logits, model.batch(4, 1, 1)));
            assertNotEquals(first, session.run(model.logits, model.batch(4, 2, 1)));
        }
    }

    @Test
    void raggedLastBatchIsARunLikeAnyOther() {
        Classifier model = new Classifier(5);
        try (Session session = new Session(3)) {
            NDArray all = session.run(model.logits, model.batch(10, 1, 1));
            assertEquals(Shape.of(10, 3), all.shape());
            NDArray x = Classifier.features(10, 1);
            NDArray last = session.run(model.logits, feed(model.x, x.rows(7, 10)), feed(model.keep, 1));
            assertArrayEquals(all.rows(7, 10).toDoubles(), last.toDoubles(), 1e-6);
            NDArray none = session.run(model.logits, feed(model.x, x.rows(3, 3)), feed(model.keep, 1));
            assertEquals(Shape.of(0, 3), none.shape());
        }
    }

    // ---- programs ----

    @Test
    void compilesOnceForEachFetchAndShape() {
        Placeholder x = Placeholder.of("x", VECTOR);
        Counted op = new Counted();
        Tensor y = op.apply(x);
        Tensor z = y.mul(2);
        try (Session session = new Session()) {
            for (int i = 0; i < 3; i++) {
                session.run(y, feed(x, new float[] {1, 2}));
            }
            assertEquals(1, op.compiled);
            session.run(y, feed(x, new float[] {1, 2, 3}));
            assertEquals(2, op.compiled, "another shape");
            session.run(y, feed(x, new float[] {4, 5}));
            assertEquals(2, op.compiled, "as before");
            session.run(z, feed(x, new float[] {4, 5}));
            session.run(z, feed(x, new float[] {4, 5}));
            assertEquals(3, op.compiled, "another fetch");
            session.run(List.of(z), feed(x, new float[] {4, 5}));
            assertEquals(3, op.compiled, "a list of one is the same");
        }
        try (Session other = new Session()) {
            other.run(y, feed(x, new float[] {1, 2}));
            assertEquals(4, op.compiled, "another session");
        }
    }

    @Test
    void trainingIsCompiledOnce() {
        Variable w = Variable.of("w", NDArray.of(3f));
        Counted op = new Counted();
        TrainOp train = new GradientDescent(0.1).minimize(op.apply(w).square().sum());
        PreparedRun step;
        try (Session session = new Session()) {
            session.run(train);
            session.run(train);
            int compiled = op.compiled;
            assertTrue(compiled > 0);
            step = session.prepare(train, List.of());
            step.run();
            step.run();
            assertEquals(compiled, op.compiled, "a step shares the session's program");
        }
    }

    @Test
    void doesNotKeepAProgramForEveryShapeThatEverWas() {
        Placeholder x = Placeholder.of("x", VECTOR);
        Counted op = new Counted();
        Tensor y = op.apply(x);
        try (Session session = new Session()) {
            for (int n = 1; n <= 200; n++) {
                session.run(y, feed(x, new float[n]));
                session.run(y, feed(x, new float[1]));
            }
            assertEquals(200, op.compiled, "the one that is used all the time is kept");
            session.run(y, feed(x, new float[2]));
            assertEquals(201, op.compiled, "the one that was not used for long is not");
        }
    }

    // ---- feeds ----

    @Test
    void feedingWhatIsNotNeededIsFine() {
        Placeholder x = Placeholder.of("x", VECTOR);
        Placeholder unneeded = Placeholder.of("unneeded", Shape.of(2, 2));
        try (Session session = new Session()) {
            NDArray y = session.run(x.mul(2), feed(unneeded, new float[2][2]), feed(x, new float[] {4}));
            assertEquals(NDArray.of(8f), y);
        }
    }

    @Test
    void orderOfFeedsDoesNotMatter() {
        Placeholder a = Placeholder.of("a", VECTOR);
        Placeholder b = Placeholder.of("b", VECTOR);
        Tensor y = a.sub(b);
        try (Session session = new Session()) {
            assertEquals(NDArray.of(3f), session.run(y, feed(a, new float[] {5}), feed(b, new float[] {2})));
            assertEquals(NDArray.of(3f), session.run(y, feed(b, new float[] {2}), feed(a, new float[] {5})));
        }
    }

    @Test
    void shapesThatWereUnknownMustFitWhenFed() {
        Placeholder a = Placeholder.of("a", VECTOR);
        Placeholder b = Placeholder.of("b", VECTOR);
        try (Session session = new Session()) {
            refused(
                    GraphException.class,
                    () -> session.run(a.add(b), feed(a, new float[3]), feed(b, new float[4])),
                    "add",
                    "[3]",
                    "[4]",
                    "fit");
        }
    }

    // ---- variables ----

    @Test
    void variablesAreListedInTheOrderOfTheirMaking() {
        Variable a = Variable.of("z", NDArray.of(1f));
        Variable b = Variable.of("y", NDArray.of(1f));
        Variable c = Variable.of("x", NDArray.of(1f));
        Variable d = Variable.of("w", NDArray.of(1f));
        try (Session session = new Session()) {
            assertEquals(List.of(), session.variables());
            session.run(c.mul(b.add(a)));
            assertEquals(List.of(a, b, c), session.variables());
            session.run(d.add(a));
            assertEquals(List.of(a, b, c, d), session.variables());
        }
    }

    @Test
    void assignedValuesAreKept() {
        Variable w = Variable.of("w", Shape.of(2), Initializers.constant(1));
        assertFalse(w.isInitialized());
        w.assign(NDArray.of(7f, 8f));
        assertTrue(w.isInitialized());
        try (Session session = new Session()) {
            assertEquals(NDArray.of(7f, 8f), session.run(w));
            w.assign(NDArray.of(9f, 9f));
            assertEquals(NDArray.of(9f, 9f), session.run(w));
            session.initialize();
            assertEquals(NDArray.of(1f, 1f), w.value());
        }
    }

    @Test
    void aSecondSessionFindsTheValuesOfTheFirst() {
        Variable w = Variable.of("w", Shape.of(3), Initializers.randomNormal(0, 1));
        NDArray first;
        try (Session session = new Session(1)) {
            first = session.run(w);
        }
        try (Session session = new Session(2)) {
            assertEquals(first, session.run(w));
            session.initialize();
            assertNotEquals(first, session.run(w));
        }
    }

    @Test
    void initializingBeforeTheFirstRunResetsWhatItWillMeet() {
        Variable w = Variable.of("w", Shape.of(1), Initializers.constant(1));
        Variable loaded = Variable.of("loaded", Shape.of(1), Initializers.constant(1));
        w.assign(NDArray.of(5f));
        loaded.assign(NDArray.of(5f));
        try (Session session = new Session()) {
            session.initialize();
            loaded.assign(NDArray.of(6f)); // after it: meant to stay
            assertEquals(NDArray.of(1f), session.run(w));
            assertEquals(NDArray.of(6f), session.run(loaded));
            session.initialize();
            assertEquals(NDArray.of(1f), session.run(loaded));
        }
    }

    @Test
    void aVariableMadeFromAValueGoesBackToIt() {
        Variable w = Variable.of("w", NDArray.of(5f));
        try (Session session = new Session()) {
            session.run(new GradientDescent(1).minimize(w.sum()));
            assertEquals(NDArray.of(4f), w.value());
            session.initialize();
            assertEquals(NDArray.of(5f), w.value());
        }
    }

    @Test
    void fixedAndIntegerVariablesMayBeAssignedInTheGraph() {
        Variable count = Variable.of("count", DType.INT32, Shape.scalar(), Initializers.zeros(), false);
        Tensor next = Tensors.assign(count, count.add(1));
        try (Session session = new Session()) {
            for (int i = 1; i <= 3; i++) {
                assertEquals(i, session.run(next).item());
            }
        }
        assertEquals(NDArray.scalar(3), count.value());
    }

    // ---- closing ----

    @Test
    void closedSessionsRefuseToRun() {
        Variable w = Variable.of("w", NDArray.of(5f));
        Session session = new Session();
        PreparedRun step = session.prepare(List.of(w));
        step.run();
        session.close();
        session.close();
        refused(IllegalStateException.class, () -> session.run(w), "session is closed", "new session");
        refused(IllegalStateException.class, step::run, "session is closed");
        assertEquals(NDArray.of(5f), w.value());
    }
}
