/** TensorFlow Java in the comparison with other frameworks. */
@NullMarked
package dev.autodiff.benchmarks.peers.tensorflow;

import org.jspecify.annotations.NullMarked;
