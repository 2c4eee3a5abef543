/** The prompt: a JShell with everything imported, to try out backpropagation by hand. */
@NullMarked
package dev.autodiff.examples.prompt;

import org.jspecify.annotations.NullMarked;
