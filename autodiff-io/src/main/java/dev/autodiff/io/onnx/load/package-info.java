/**
 * The way from ONNX's operations to a graph: {@link dev.autodiff.io.onnx.load.LoadTable} has a rule for each operation,
 * {@link dev.autodiff.io.onnx.load.GraphLoader} applies them. Whole numbers that are known beforehand, as shapes are,
 * are computed while the graph is built. Not exported. Uses {@code dev.autodiff.io.onnx.schema}, nn and core.
 */
@NullMarked
package dev.autodiff.io.onnx.load;

import org.jspecify.annotations.NullMarked;
