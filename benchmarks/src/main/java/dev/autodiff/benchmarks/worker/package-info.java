/**
 * What the worker process of a contender in the comparison is made of: it is asked for measurements on its standard input, and
 * replies on its standard output ({@link dev.autodiff.benchmarks.worker.Worker} has the protocol). Uses nothing but
 * {@code java.base}, so that the workers of other frameworks, whose class paths do not go together, can all use it. The workers
 * in Python speak the same protocol.
 */
@NullMarked
package dev.autodiff.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
