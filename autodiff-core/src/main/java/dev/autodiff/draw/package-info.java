/**
 * Pictures of graphs and of compiled programs, as SVG and in Graphviz' language.
 *
 * <p>{@link dev.autodiff.draw.GraphDrawing} draws a graph that need not have been run. A
 * {@link dev.autodiff.draw.Diagram} is the content of a picture, independent of how it is written. May use
 * {@code dev.autodiff.draw.layout}, {@code dev.autodiff.formula}, {@code dev.autodiff.graph},
 * {@code dev.autodiff.runtime} and {@code dev.autodiff.array}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.draw;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
