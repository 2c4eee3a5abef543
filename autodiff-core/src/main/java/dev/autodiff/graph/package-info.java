/** Graphs of differentiable operations. */
@NullMarked
package dev.autodiff.graph;

import org.jspecify.annotations.NullMarked;
