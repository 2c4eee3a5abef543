/**
 * The computation graph: tensors that record operations, and their gradients.
 *
 * <p>Derivatives at points that have none, one rule for all operations, of any order:
 *
 * <ul>
 *   <li>Where the operands of a maximum or minimum are equal, they share the gradient evenly. relu is not one: its
 *       derivative at 0 is 0, and so is that of the absolute value.
 *   <li>Every other function with a kink has a derivative of its own there, from one side: the slope of leakyRelu and
 *       alpha of elu at 0 (the second derivative is 0), 1 at both ends of clip, and 1 for Huber's loss at delta.
 *   <li>NaN goes through, forward and backward: where an operand is NaN, so is the derivative, unless it is the same
 *       everywhere, as that of a sum. An infinity has the limits of value and derivative.
 *   <li>The derivative of a^b by b is 0 where a is not positive.
 *   <li>Comparisons, signs and positions have none; a function made of straight lines has no second one.
 * </ul>
 *
 * <p>What is certainly wrong is an error when the graph is written. What is allowed but most often a mistake, such as a
 * column minus a vector, gives a {@linkplain dev.autodiff.graph.GraphWarnings warning}, once for each line of code; the
 * system property {@code autodiff.warnings} turns warnings {@code off} or makes them an {@code error}.
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
