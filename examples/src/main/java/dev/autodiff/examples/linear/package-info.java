/** Linear regression: the models of five tutorials, each in a file of its own, and one on real data. */
@NullMarked
package dev.autodiff.examples.linear;

import org.jspecify.annotations.NullMarked;
