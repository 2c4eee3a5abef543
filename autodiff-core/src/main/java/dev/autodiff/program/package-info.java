/** Programs recorded once and run many times. */
@NullMarked
package dev.autodiff.program;

import org.jspecify.annotations.NullMarked;
