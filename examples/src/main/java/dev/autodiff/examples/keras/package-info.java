/** A network in Keras's words, and the same one by hand. */
@NullMarked
package dev.autodiff.examples.keras;

import org.jspecify.annotations.NullMarked;
