/**
 * Models and their training: placeholders that are fed, variables that are learned, sessions that run, and what is built on
 * them: initializers, losses, dropout, layers' parts.
 *
 * <p>Everything here is made of {@code dev.autodiff.graph}'s tensors and operations, so it can be differentiated, drawn and
 * traced like any graph. May use the core module, and nothing of its sister packages but what it returns
 * ({@code dev.autodiff.nn.optimizer} stands above it).
 */
@FrameworkCode
@NullMarked
package dev.autodiff.nn;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
