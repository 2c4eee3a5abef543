/** Images of digits that are compressed by a network, and drawn again from what is left. */
@NullMarked
package dev.autodiff.examples.autoencoder;

import org.jspecify.annotations.NullMarked;
