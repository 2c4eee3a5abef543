/** Data sets. */
@NullMarked
package dev.autodiff.nn.data;

import org.jspecify.annotations.NullMarked;
