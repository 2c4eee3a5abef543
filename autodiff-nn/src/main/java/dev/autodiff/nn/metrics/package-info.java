/** Measures of how good a model is. */
@NullMarked
package dev.autodiff.nn.metrics;

import org.jspecify.annotations.NullMarked;
