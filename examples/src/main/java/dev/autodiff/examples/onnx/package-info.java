/** Models that come as ONNX files and leave as ones: conversions, and training further what PyTorch has trained. */
@NullMarked
package dev.autodiff.examples.onnx;

import org.jspecify.annotations.NullMarked;
