/**
 * Kernels, loops over arrays: the arithmetic that programs run.
 *
 * <p>{@link dev.autodiff.kernel.Kernels} is the whole interface. Two implementations stand behind it: plain Java here,
 * and one over the incubating Vector API in {@code dev.autodiff.kernel.vector}, which is loaded by name when the module
 * {@code jdk.incubator.vector} is resolved. A kernel knows arrays, offsets and sizes; it has never heard of tensors or
 * programs. May use {@code kernel.loop}, {@code kernel.math}, {@code parallel} and {@code array}.
 */
@NullMarked
package dev.autodiff.kernel;

import org.jspecify.annotations.NullMarked;
