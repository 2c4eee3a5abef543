/**
 * The comparison with other frameworks: {@code benchmarks/compare} starts
 * {@link dev.autodiff.benchmarks.compare.Compare}.
 *
 * <p>Every contender (this project with its variations, and each other framework) is a worker process that is kept
 * running and makes one short measurement per request ({@link dev.autodiff.benchmarks.worker}). {@code Comparison}
 * interleaves them: in each round every contender measures once, in rotating order, so that changes of the machine's
 * speed affect all contenders alike; a ratio is the median of the rounds' ratios. Processes are started again for each
 * model, because compiled code depends on what ran before, and several times, because compilers decide differently from
 * start to start. {@code SingleShots} measures what happens once in a process: its start, the building of a graph.
 * {@code Results} is the content of {@code results.json}; {@code Targets} judges it, {@code MarkdownReport} and
 * {@code RatioChart} show it.
 */
@NullMarked
package dev.autodiff.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
