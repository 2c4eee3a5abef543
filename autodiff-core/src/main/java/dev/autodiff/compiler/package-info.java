/**
 * From a computation to a program, by passes: simplification, folding and sharing while operations are added; then the
 * pruning of what nothing needs, fusion of elementwise operations into loops, the order of the instructions, their
 * memory, and the stages in which threads share them. Verifiers state what each pass must give; tests run them on every
 * program. May use {@code dev.autodiff.ir}, {@code dev.autodiff.runtime} and what these may use.
 */
@NullMarked
package dev.autodiff.compiler;

import org.jspecify.annotations.NullMarked;
