/**
 * Data on its way to a model: generated ({@link dev.autodiff.nn.data.Generators}) or read from files ({@code CsvTable}
 * in {@code dev.autodiff.nn.data.csv}, {@code Idx} and {@code Mnist} in {@code dev.autodiff.nn.data.idx}), preprocessed
 * ({@link dev.autodiff.nn.data.StandardScaler}, {@link dev.autodiff.nn.data.OneHot}), split ({@link
 * dev.autodiff.nn.data.Dataset}) and served in mini-batches ({@link dev.autodiff.nn.data.Batches}).
 *
 * <p>Everything random takes a seed and gives the same bits on every Java virtual machine. An error in a
 * file is thrown as a {@link dev.autodiff.nn.data.DataException} that names the file and the place in it.
 *
 * <p>Uses {@code dev.autodiff.array}, and {@code dev.autodiff.parallel} to gather batches; knows nothing of graphs,
 * sessions or optimizers, nor of the formats of files.
 */
@NullMarked
package dev.autodiff.nn.data;

import org.jspecify.annotations.NullMarked;
