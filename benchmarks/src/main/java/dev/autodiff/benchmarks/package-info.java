/**
 * JMH benchmarks of training steps ({@link dev.autodiff.benchmarks.WorkloadBenchmark}) and of their parts, and in
 * {@code compare} the comparison with other frameworks, which {@code benchmarks/compare} starts. Both measure the same
 * models: {@link dev.autodiff.benchmarks.Workload}.
 */
@NullMarked
package dev.autodiff.benchmarks;

import org.jspecify.annotations.NullMarked;
