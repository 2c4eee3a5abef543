/**
 * Loops over arrays: the arithmetic that programs run, and the threads that they run it on.
 *
 * <p>{@link dev.autodiff.kernel.Kernels} is the whole interface. Two implementations stand behind it: plain Java here, and
 * one over the incubating Vector API in {@code dev.autodiff.kernel.vector}, which is loaded by name when the module
 * {@code jdk.incubator.vector} is resolved. A kernel knows arrays, offsets and sizes; it has never heard of tensors or
 * programs. May use {@code dev.autodiff.array} alone.
 */
@NullMarked
package dev.autodiff.kernel;

import org.jspecify.annotations.NullMarked;
