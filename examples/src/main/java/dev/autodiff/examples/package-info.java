/**
 * The command line of the examples: options, checks and messages. The examples themselves are in {@code linear},
 * {@code logistic} and {@code mlp}, one file each, which reads from top to bottom. Package {@code context} has what
 * they share: figures, progress, tables.
 */
@NullMarked
package dev.autodiff.examples;

import org.jspecify.annotations.NullMarked;
