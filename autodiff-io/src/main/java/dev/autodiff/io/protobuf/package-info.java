/**
 * The wire format of protocol buffers, in which ONNX models and TensorBoard's events are written. Not exported. Knows
 * nothing of what is written.
 */
@NullMarked
package dev.autodiff.io.protobuf;

import org.jspecify.annotations.NullMarked;
