/**
 * The messages of ONNX files that models are made of, as records that read and write themselves. Names and numbers of
 * fields are those of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>; what is not
 * needed (training, quantization, sequences, maps) is passed over. Not exported. Uses {@code dev.autodiff.io.protobuf}.
 */
@NullMarked
package dev.autodiff.io.onnx.schema;

import org.jspecify.annotations.NullMarked;
