/**
 * Data on its way to a model: reading it (CSV, IDX, MNIST), making it ({@link dev.autodiff.nn.data.Generators}), preparing
 * it ({@link dev.autodiff.nn.data.StandardScaler}, {@link dev.autodiff.nn.data.OneHot}), dividing it
 * ({@link dev.autodiff.nn.data.Dataset}) and handing it out in mini-batches ({@link dev.autodiff.nn.data.Batches}).
 *
 * <p>Everything random takes a seed and gives the same bits on every Java virtual machine. Everything that can be wrong with
 * a file is told by a {@link dev.autodiff.nn.data.DataException} in words that name the file and the place in it.
 *
 * <p>Uses {@code dev.autodiff.array} and FastCSV; knows nothing of graphs, sessions or optimizers.
 */
@NullMarked
package dev.autodiff.nn.data;

import org.jspecify.annotations.NullMarked;
