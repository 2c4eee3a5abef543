/**
 * Measures of how good a model is, computed outside of the graph from arrays of predictions and targets: {@link
 * dev.autodiff.nn.metric.Classification} and {@link dev.autodiff.nn.metric.ConfusionMatrix} for classes, {@link
 * dev.autodiff.nn.metric.Regression} for numbers. A {@link dev.autodiff.nn.metric.Metric} accumulates one over batches.
 *
 * <p><b>Predictions come first, targets second</b>, as in PyTorch and in this library's losses; scikit-learn has them
 * the other way round. Sums are in double precision. Shapes that do not fit and empty arrays are refused.
 *
 * <p>Uses {@code dev.autodiff.array} only. To minimize such a measure in training, use a loss
 * ({@code dev.autodiff.nn.Losses}).
 */
@NullMarked
package dev.autodiff.nn.metric;

import org.jspecify.annotations.NullMarked;
