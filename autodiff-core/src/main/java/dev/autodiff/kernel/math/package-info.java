/**
 * The functions of single numbers that kernels apply: the lists of what a loop can compute for an element
 * ({@link dev.autodiff.kernel.math.Elementwise}) and of what a reduction combines elements with
 * ({@link dev.autodiff.kernel.math.Reduction}), and their arithmetic in plain Java
 * ({@link dev.autodiff.kernel.math.ScalarMath}, {@link dev.autodiff.kernel.math.DoubleMath}).
 *
 * <p>The two lists are what an operation of one's own lowers to, so this package is open to all users. May use
 * {@code java.base} alone.
 */
@NullMarked
package dev.autodiff.kernel.math;

import org.jspecify.annotations.NullMarked;
