/**
 * Arrays in IDX files, the format of the MNIST database: {@link dev.autodiff.nn.data.idx.Idx} reads one, {@link
 * dev.autodiff.nn.data.idx.Mnist} the four of MNIST or Fashion-MNIST as data sets. An error in a file
 * is thrown as a {@link dev.autodiff.nn.data.DataException} that names the file and the offset.
 *
 * <p>Uses {@code dev.autodiff.nn.data} and {@code dev.autodiff.array}; knows nothing of graphs and sessions.
 */
@NullMarked
package dev.autodiff.nn.data.idx;

import org.jspecify.annotations.NullMarked;
