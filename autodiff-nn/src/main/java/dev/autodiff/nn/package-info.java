/**
 * The parts of models and of their training: placeholders that are fed, variables that are learned, sessions that run
 * graphs, initializers, losses and dropout.
 *
 * <pre>{@code
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
 * Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
 * Variable w = Variable.of("w", Shape.of(1, 1), Initializers.zeros());
 * Variable b = Variable.of("b", Shape.of(1), Initializers.zeros());
 * Tensor cost = Losses.meanSquaredError(x.matmul(w).add(b), y);
 * TrainOp train = new GradientDescent(0.1).minimize(cost);
 * try (Session session = new Session(42)) {
 *     // points on the line y = 2 x + 1
 *     NDArray features = NDArray.of(new float[][] {{0}, {1}, {2}});
 *     NDArray targets = NDArray.of(new float[][] {{1}, {3}, {5}});
 *     for (int i = 0; i < 500; i++) {
 *         session.run(train, Feed.feed(x, features), Feed.feed(y, targets));
 *     }
 *     Math.round(w.value().item()); // 2
 *     Math.round(b.value().item()); // 1
 * }
 * }</pre>
 *
 * <p>A session warns, once for each line of code, of what is allowed but most often a mistake in training: labels that
 * are no probabilities, a cost that diverges, hidden weights that are all zero, dropout in what is run without
 * training, {@code minimize} in the loop. See {@link dev.autodiff.graph.GraphWarnings} for how to turn the warnings off
 * or make them errors.
 *
 * <p>Everything here is built from the tensors and operations of {@code dev.autodiff.graph}, so that it can be
 * differentiated, drawn and traced like any graph. Uses the core module, and no other package of this module:
 * optimizers, metrics, data, and later layers and training loops stand above or beside it.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.nn;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
