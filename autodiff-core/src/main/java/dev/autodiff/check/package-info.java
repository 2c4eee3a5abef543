/** Checks of gradients against finite differences. */
@NullMarked
package dev.autodiff.check;

import org.jspecify.annotations.NullMarked;
