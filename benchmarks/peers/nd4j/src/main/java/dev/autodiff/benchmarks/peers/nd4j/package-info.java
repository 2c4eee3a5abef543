/** ND4J and SameDiff in the comparison with other frameworks. */
@NullMarked
package dev.autodiff.benchmarks.peers.nd4j;

import org.jspecify.annotations.NullMarked;
