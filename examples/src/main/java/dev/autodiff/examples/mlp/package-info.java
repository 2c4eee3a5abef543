/** Networks with hidden layers: handwritten digits, and points in the plane whose decision boundary can be drawn. */
@NullMarked
package dev.autodiff.examples.mlp;

import org.jspecify.annotations.NullMarked;
