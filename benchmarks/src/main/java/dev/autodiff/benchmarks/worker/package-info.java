/**
 * The worker process of a contender in the comparison: it receives requests for measurements on its standard input, and
 * replies on its standard output ({@link dev.autodiff.benchmarks.worker.Worker} has the protocol). The package uses
 * nothing but {@code java.base}, so that the workers of all frameworks, whose class paths are incompatible with each
 * other, can use it. The workers in Python speak the same protocol.
 */
@NullMarked
package dev.autodiff.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
