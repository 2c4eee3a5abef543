/** Logistic regression: two classes, and with softmax ten. */
@NullMarked
package dev.autodiff.examples.logistic;

import org.jspecify.annotations.NullMarked;
