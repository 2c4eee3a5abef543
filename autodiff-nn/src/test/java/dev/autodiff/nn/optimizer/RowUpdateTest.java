package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Updates of an embedding row by row: the same as of the whole, or the rule of lazy Adam, at the cost of the rows. */
class RowUpdateTest {
    private static final int[][] BATCHES = {{3, 1, 3, 0}, {1, 1, 1, 1}, {4, 2, 0, 3}, {2, 2, 4, 4}};

    private final Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 2));

    private static NDArray start(int rows, int width) {
        return NDArray.wrap(new Random(1).doubles((long) rows * width, -1, 1).toArray(), rows, width)
                .cast(DType.FLOAT32);
    }

    /** Returns a table after some steps. With a use of the whole that changes nothing, all rows are updated. */
    private NDArray trained(Optimizer optimizer, boolean whole) {
        Variable table = Variable.of("table", start(6, 3));
        Tensor cost = Indexing.gather(table, words, 0).sub(0.5).square().sum();
        TrainOp train = optimizer.minimize(whole ? cost.add(table.mul(0).sum()) : cost);
        assertEquals(!whole, putsRows(train));
        try (Session session = new Session(1)) {
            for (int[] batch : BATCHES) {
                session.run(train, feed(words, NDArray.wrap(batch, 2, 2)));
            }
        }
        return table.value();
    }

    private static boolean putsRows(TrainOp train) {
        Tensor assignment = train.updates().get(0).assignments().get(0);
        return assignment.inputs().get(0).op().name().equals("putRows");
    }

    @Test
    void gradientDescentAndAdagradGiveTheSameBits() {
        assertEquals(trained(new GradientDescent(0.1), true), trained(new GradientDescent(0.1), false));
        assertEquals(trained(new Adagrad(0.1), true), trained(new Adagrad(0.1), false));
    }

    /** PyTorch's SparseAdam(lr=0.1, betas=(0.9, 0.999), eps=1e-8), computed by its rule in double precision. */
    @Test
    void lazyAdamLetsOtherRowsRest() {
        double[] w = start(6, 3).toDoubles();
        double[] m = new double[18];
        double[] v = new double[18];
        for (int t = 1; t <= BATCHES.length; t++) {
            double[] g = new double[18];
            boolean[] seen = new boolean[6];
            for (int word : BATCHES[t - 1]) {
                seen[word] = true;
                for (int j = 0; j < 3; j++) {
                    g[3 * word + j] += 2 * (w[3 * word + j] - 0.5);
                }
            }
            for (int i = 0; i < 18; i++) {
                if (seen[i / 3]) {
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                    w[i] -= 0.1 * m[i] / (1 - Math.pow(0.9, t)) / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-8);
                }
            }
        }
        assertArrayEquals(w, trained(new Adam(0.1).lazy(), false).toDoubles(), 1e-5);
    }

    @Test
    void adamMovesAllRowsUnlessItIsLazy() {
        Variable table = Variable.of("table", start(6, 3));
        Tensor cost = Indexing.gather(table, words, 0).square().sum();
        assertFalse(putsRows(new Adam(0.1).minimize(cost)));
        assertTrue(putsRows(new Adam(0.1).lazy().minimize(cost)));
        Variable held =
                Variable.of("held", DType.FLOAT32, Shape.of(6, 3), Initializers.ones(), true, Constraint.maxNorm(1));
        Tensor other = Indexing.gather(held, words, 0).square().sum();
        assertFalse(putsRows(new GradientDescent(0.1).minimize(other)), "a constraint is on the whole");
    }

    /** A step writes no array of the table's size, so that its cost does not depend on the table's length. */
    @Test
    void theCostIsThatOfTheRows() {
        for (Optimizer optimizer : List.of(new GradientDescent(0.1), new Adagrad(0.1), new Adam(0.1).lazy())) {
            Variable table = Variable.of("table", Shape.of(5000, 3), Initializers.zeros());
            Tensor cost = Indexing.gather(table, words, 0).sub(1).square().sum();
            try (Session session = new Session(1)) {
                PreparedRun step = session.prepare(optimizer.minimize(cost), List.of(), words);
                step.run(NDArray.wrap(new int[] {7, 4999}, 1, 2));
                String program = step.describe();
                assertTrue(program.contains("putRows 2 of 5000"), program);
                for (String line : program.lines().toList()) {
                    assertFalse(line.contains("-> buffer") && line.contains("[5000, 3]"), program);
                }
            }
            assertEquals(0, table.value().at(0));
            assertTrue(table.value().at(4999 * 3) > 0);
        }
    }
}
