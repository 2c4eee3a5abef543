/**
 * Models in the Open Neural Network Exchange format: {@link dev.autodiff.io.onnx.OnnxExporter} writes a graph to a file
 * that ONNX Runtime and many other programs run; {@link dev.autodiff.io.onnx.OnnxModel} reads one as a graph, which is
 * run and trained further.
 *
 * <p>A file is data only; nothing in it is run that is not one of ONNX's operations.
 *
 * @see <a href="https://onnx.ai">ONNX</a>
 */
@NullMarked
package dev.autodiff.io.onnx;

import org.jspecify.annotations.NullMarked;
