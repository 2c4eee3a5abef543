/** The loops over arrays that everything else is made of. */
@NullMarked
package dev.autodiff.kernel;

import org.jspecify.annotations.NullMarked;
