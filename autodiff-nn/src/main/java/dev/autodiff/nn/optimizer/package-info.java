/** Optimizers. */
@NullMarked
package dev.autodiff.nn.optimizer;

import org.jspecify.annotations.NullMarked;
