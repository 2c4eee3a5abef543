/**
 * Training: models that are compiled, fitted, evaluated and used, in Keras's words, and the parts of which a loop by
 * hand is made.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(16, Activation.RELU), new Dense(1));
 * model.compile(new Adam(0.05), Loss.meanSquaredError());
 * History history = model.fit(new Dataset(features, labels), 200, 4);
 * boolean learned = history.last("loss") < 0.1;
 * NDArray predicted = model.predict(features);
 * model.close();
 * }</pre>
 *
 * <p>A model is a {@link dev.autodiff.nn.layer.Network}, a {@link dev.autodiff.nn.Session} and a {@link
 * dev.autodiff.nn.train.Trainer}, and {@code fit} is a loop over {@code trainer.step(x, y)}; each of them may be used
 * without it. Knows no layer from within.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.nn.train;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
