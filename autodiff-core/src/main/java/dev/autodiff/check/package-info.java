/**
 * Checks of gradients against finite differences: {@link dev.autodiff.check.GradientCheck}, for a user's operations
 * and for whole models. Uses {@code dev.autodiff.graph} and what stands below it.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.check;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
