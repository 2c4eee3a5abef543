/** Dense arrays of numbers. */
@NullMarked
package dev.autodiff.array;

import org.jspecify.annotations.NullMarked;
