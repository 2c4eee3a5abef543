/** Small images of digits: a classifier that is trained, saved, and loaded by another process. */
@NullMarked
package dev.autodiff.examples.digits;

import org.jspecify.annotations.NullMarked;
