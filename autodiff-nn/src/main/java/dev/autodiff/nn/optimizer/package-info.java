/**
 * Optimizers: builders of graphs that turn gradients into updates of variables. Their memory is variables, and their
 * rules are operations. May use {@code dev.autodiff.nn} and the core module.
 */
@NullMarked
package dev.autodiff.nn.optimizer;

import org.jspecify.annotations.NullMarked;
