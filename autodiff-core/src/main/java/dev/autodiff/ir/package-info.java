/**
 * The intermediate representation of a program: what is to be computed, with concrete shapes. People who write
 * operations of their own meet this package in {@link dev.autodiff.graph.Op#lower}.
 *
 * <p>A {@link dev.autodiff.ir.ProgramBuilder} takes {@link dev.autodiff.ir.Primitive primitives} on {@link
 * dev.autodiff.ir.Value values} one after the other; the {@link dev.autodiff.ir.Computation} that results is what the
 * compiler works on, and the {@link dev.autodiff.ir.Verifier} says what a legal one is. Nothing here knows how or when
 * a computation runs, or of tensors and gradients: where a value came from is an opaque origin. May use {@code
 * dev.autodiff.kernel} (the names of elementwise operations and reductions) and {@code dev.autodiff.array}.
 */
@NullMarked
package dev.autodiff.ir;

import org.jspecify.annotations.NullMarked;
