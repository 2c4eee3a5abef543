/**
 * Generated loops: {@link dev.autodiff.kernel.loop.LoopCompiler} turns a chain of elementwise operations
 * ({@link dev.autodiff.kernel.loop.LoopCode}) into byte code that computes it over arrays
 * ({@link dev.autodiff.kernel.loop.Loop}), once in a scalar and, where there are vectors, once in a vector form.
 *
 * <p>Generated classes are hidden classes of this package. They call {@code kernel.math.ScalarMath}, and hold copies of
 * the methods of {@code kernel.vector.VectorMath}, which is known here by the name of its class file alone. Where no
 * classes can be defined, {@link dev.autodiff.kernel.loop.InterpretedLoop} computes the same. May use {@code
 * kernel.math}, {@code bytecode} and {@code array}.
 */
@NullMarked
package dev.autodiff.kernel.loop;

import org.jspecify.annotations.NullMarked;
