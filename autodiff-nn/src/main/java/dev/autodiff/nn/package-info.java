/** Neural networks. */
@NullMarked
package dev.autodiff.nn;

import org.jspecify.annotations.NullMarked;
