/**
 * Profiles: the time of a program, instruction by instruction and by the nodes of the graph as it was written.
 *
 * <p>A {@link dev.autodiff.profile.Profile} has, for each compiled instruction and for each node, the time of forward
 * pass, backward pass and update, the arithmetic and the memory traffic, and their share of what the machine can do,
 * which {@link dev.autodiff.profile.Peak} measures. It is written as tables, as JSON, and as a trace for the viewers of
 * Chrome and Perfetto. A {@link dev.autodiff.profile.Profiler} runs the same compiled program that training runs, with
 * a reading of the clock between instructions; where nothing is profiled, nothing is measured. May use {@code
 * dev.autodiff.graph}, {@code dev.autodiff.runtime}, {@code dev.autodiff.kernel}, {@code dev.autodiff.json} and {@code
 * dev.autodiff.array}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.profile;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
