/** Logistic regression: two classes, and ten with softmax. */
@NullMarked
package dev.autodiff.examples.logistic;

import org.jspecify.annotations.NullMarked;
