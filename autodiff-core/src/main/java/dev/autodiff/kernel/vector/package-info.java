/** Kernels on the incubating Vector API, loaded by name where it is present. */
@NullMarked
package dev.autodiff.kernel.vector;

import org.jspecify.annotations.NullMarked;
