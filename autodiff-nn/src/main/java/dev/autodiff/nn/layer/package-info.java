/**
 * Layers: parts of models that build graph. A layer has named variables and nothing more; {@code layer.apply(x,
 * Mode.TRAINING)} and {@code layer.apply(x, Mode.INFERENCE)} give two graphs over the same variables. A model is layers
 * in other layers, or plain code that applies them:
 *
 * <pre>{@code
 * Layer block = new Sequential(new Dense(16, Activation.RELU), new Dense(2));
 * Layer residual = Layer.of(in -> in.add(block.apply(in)));
 * Tensor logits = new Sequential(residual, new Dense(3)).apply(x);
 * logits.shape(); // [?, 3]
 * }</pre>
 *
 * <p>What a layer brings along besides its result, the updates of moving averages and the penalties of its weights, is
 * {@linkplain dev.autodiff.nn.Attachments attached} to the result, and so is the mask of padded sequences, {@link
 * dev.autodiff.nn.layer.Masking}. Layers stand on {@code nn} and {@code core}; they
 * know no data, no files and no loops over batches.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.nn.layer;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
