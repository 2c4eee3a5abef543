/** DJL with its PyTorch engine in the comparison with other frameworks. */
@NullMarked
package dev.autodiff.benchmarks.peers.djl;

import org.jspecify.annotations.NullMarked;
