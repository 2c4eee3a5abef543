package dev.autodiff.it.snippet;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;

/** The names that an example may use without declaring them; every example gets its own. */
@SuppressWarnings("unused") // by the examples, which are subclasses
public abstract class Given implements AutoCloseable {
    /** Four examples of two features each, and their labels. */
    protected final NDArray features = NDArray.of(new float[][] {{0, 1}, {1, 0}, {2, 1}, {3, 1}});

    protected final NDArray labels = NDArray.of(new float[][] {{1}, {2}, {5}, {7}});

    /** A model that needs to be fed, and one step of its training. */
    protected final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));

    protected final Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
    protected final Variable weights = Variable.of("weights", NDArray.of(new float[][] {{1}, {-1}}));
    protected final Variable bias = Variable.of("bias", NDArray.of(0.5f));
    protected final Tensor prediction = x.matmul(weights).add(bias);
    protected final Tensor cost = Losses.meanSquaredError(prediction, y);
    protected final TrainOp train = new GradientDescent(0.01).minimize(cost);
    protected final Session session = new Session(42);

    /** A loss of the same variables that needs no feeding. */
    protected final Tensor loss =
            Losses.meanSquaredError(Tensors.constant(features).matmul(weights).add(bias), Tensors.constant(labels));

    /** Runs the example. */
    public abstract void run() throws Exception;

    @Override
    public void close() {
        session.close();
    }
}
