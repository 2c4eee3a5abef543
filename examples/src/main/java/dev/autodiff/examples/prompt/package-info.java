/** The JShell prompt with everything imported, for experiments with backpropagation. */
@NullMarked
package dev.autodiff.examples.prompt;

import org.jspecify.annotations.NullMarked;
