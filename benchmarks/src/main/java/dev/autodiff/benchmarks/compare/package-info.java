/**
 * The comparison with other frameworks: {@code benchmarks/compare} starts {@link dev.autodiff.benchmarks.compare.Compare}.
 *
 * <p>Every contender (this project with its variations, and each other framework) is a worker process that keeps warm and is
 * asked for one short measurement at a time ({@link dev.autodiff.benchmarks.worker}). {@code Comparison} interleaves them: in each
 * round everyone measures once, in rotating order, so that whatever the machine does in the meantime meets all of them; a ratio
 * is the median of the rounds' ratios. Processes are started afresh for each model, as compiled code depends on what ran
 * before, and several times, as compilers decide differently from start to start. {@code SingleShots} measures what happens once in
 * a process: its start, the building of a graph. {@code Results} is what {@code results.json} holds; {@code Targets} judges it,
 * {@code MarkdownReport} and {@code RatioChart} show it.
 */
@NullMarked
package dev.autodiff.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
