/**
 * Kernels on the incubating Vector API, loaded by name where it is present; the only package that may link to it. May
 * use {@code kernel}, {@code kernel.loop}, {@code kernel.math} and {@code parallel}.
 *
 * <p>A vector loop is a static method with one loop, or a few in a row, that calls the Vector API and nothing else; an
 * idle call, for a negative size, returns at once. {@link VectorLoop} has a short trial of it, by which
 * {@link Compilation} finds out when C2 has compiled it; until then a scalar loop with the same bits does the work.
 */
@NullMarked
package dev.autodiff.kernel.vector;

import org.jspecify.annotations.NullMarked;
