/**
 * Pictures as arrays and back: PNG and JPEG files, folders with a class each, and changes of pictures at random. What
 * reads pictures, and what writes JPEG, is Java's own {@code javax.imageio}. Uses nn.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.io.image;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
