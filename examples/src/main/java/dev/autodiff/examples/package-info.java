/**
 * The command line of the examples: options, checks and messages. The examples themselves are in {@code linear},
 * {@code logistic} and {@code mlp}, one file each, to be read from top to bottom; what they share (figures, progress, tables)
 * is in {@code context}.
 */
@NullMarked
package dev.autodiff.examples;

import org.jspecify.annotations.NullMarked;
