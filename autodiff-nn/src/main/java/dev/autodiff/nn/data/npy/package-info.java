/**
 * NumPy's files: {@link dev.autodiff.nn.data.npy.Npy} reads and writes one array ({@code .npy}), {@link
 * dev.autodiff.nn.data.npy.Npz} several with names ({@code .npz}), {@link dev.autodiff.nn.data.npy.MappedNpy} reads
 * rows of an array that is larger than memory, and {@link dev.autodiff.nn.data.npy.TrainTest} the data sets that Keras
 * distributes. An error in a file is thrown as a {@link dev.autodiff.nn.data.DataException} that names it and the
 * place.
 *
 * <p>A file is data: nothing in it is run, and arrays of Python objects, which would be, are refused. Memory is taken
 * only for elements that are there.
 *
 * <p>Uses {@code dev.autodiff.nn.data} and {@code dev.autodiff.array}; knows nothing of graphs and sessions.
 */
@NullMarked
package dev.autodiff.nn.data.npy;

import org.jspecify.annotations.NullMarked;
