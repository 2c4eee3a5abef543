/**
 * The way from a graph to ONNX's operations: {@link dev.autodiff.io.onnx.export.ExportTable} has a rule for each type
 * of operation, {@link dev.autodiff.io.onnx.export.GraphWriter} applies them. Not exported. Uses
 * {@code dev.autodiff.io.onnx.schema}, nn and core.
 */
@NullMarked
package dev.autodiff.io.onnx.export;

import org.jspecify.annotations.NullMarked;
