/**
 * Compiled programs and how they run: a flat list of instructions over buffers that each workspace allocates once, and
 * stages, in which threads share instructions that do not depend on each other. A run in steady state allocates
 * nothing, and has the same bits for any number of threads. Nothing here decides what is fused or where values live;
 * the compiler does. May use {@code dev.autodiff.ir}, {@code dev.autodiff.kernel}, and {@code dev.autodiff.array}.
 */
@NullMarked
package dev.autodiff.runtime;

import org.jspecify.annotations.NullMarked;
