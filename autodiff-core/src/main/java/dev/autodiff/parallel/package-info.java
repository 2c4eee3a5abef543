/**
 * Threads, and the division of work among them: {@link dev.autodiff.parallel.ThreadTeam} runs the parts of a task,
 * {@link dev.autodiff.parallel.Partition} says what belongs to which part.
 *
 * <p>Results must not depend on the number of threads, so tasks divide what they produce, never sums. Knows nothing of
 * numerics; may use {@code java.base} alone.
 */
@NullMarked
package dev.autodiff.parallel;

import org.jspecify.annotations.NullMarked;
