/**
 * Kernels on the incubating Vector API, loaded by name where it is present; the only package that may link to it. May
 * use {@code kernel}, {@code kernel.loop}, {@code kernel.math} and {@code parallel}.
 */
@NullMarked
package dev.autodiff.kernel.vector;

import org.jspecify.annotations.NullMarked;
