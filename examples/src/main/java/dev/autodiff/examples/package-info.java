/** The examples. */
@NullMarked
package dev.autodiff.examples;

import org.jspecify.annotations.NullMarked;
