/** A convolutional network on images of digits, with pictures of what it has learned to see. */
@NullMarked
package dev.autodiff.examples.cnn;

import org.jspecify.annotations.NullMarked;
