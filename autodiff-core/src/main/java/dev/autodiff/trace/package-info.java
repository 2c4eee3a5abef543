/**
 * Traces of backpropagation: records of a run of a graph, shown step by step.
 *
 * <p>A {@link dev.autodiff.trace.Trace} holds the forward phase, the backward phase and the updates as data, with each
 * rule in the textbook's symbols and with the numbers in it, and writes itself as text, JSON, Graphviz DOT, SVG or a
 * web page that needs nothing but a browser. It traces the graph as the user wrote it, with a program that is compiled
 * without passes. May use {@code dev.autodiff.draw}, {@code dev.autodiff.formula}, {@code dev.autodiff.graph},
 * {@code dev.autodiff.runtime}, {@code dev.autodiff.ir}, {@code dev.autodiff.json} and {@code dev.autodiff.array}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.trace;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
