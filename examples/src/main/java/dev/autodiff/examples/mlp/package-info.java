/** Networks with hidden layers: handwritten digits, and points in the plane with drawings of the decision boundary. */
@NullMarked
package dev.autodiff.examples.mlp;

import org.jspecify.annotations.NullMarked;
