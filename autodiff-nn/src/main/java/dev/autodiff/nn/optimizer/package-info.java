/**
 * Optimizers: builders of graphs that turn gradients into updates of variables. What they remember are variables, and their
 * rules are operations. May use {@code dev.autodiff.nn} and the core module.
 */
@NullMarked
package dev.autodiff.nn.optimizer;

import org.jspecify.annotations.NullMarked;
