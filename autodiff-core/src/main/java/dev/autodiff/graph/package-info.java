/**
 * The computation graph: tensors that record operations, and their gradients.
 *
 * <p>A {@link dev.autodiff.graph.Tensor} is an immutable node: an {@link dev.autodiff.graph.Op} applied to other
 * tensors, with type and shape checked when it is made. Operations stand in family classes
 * ({@link dev.autodiff.graph.Arithmetic}, {@link dev.autodiff.graph.Reductions}, ...), each with its identity,
 * attributes, formula, shape rule, gradient and lowering in one place. {@link dev.autodiff.graph.Gradients} walks a
 * graph back and builds its gradient from the same operations. May use {@code dev.autodiff.compiler},
 * {@code dev.autodiff.runtime}, {@code dev.autodiff.ir}, {@code dev.autodiff.kernel.math} (the names of elementwise
 * operations and reductions) and {@code dev.autodiff.array}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.graph;

import org.jspecify.annotations.NullMarked;
