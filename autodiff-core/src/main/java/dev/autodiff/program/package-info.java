/**
 * From operations to numbers: a small intermediate representation, the passes over it, and the compiled program.
 *
 * <p>{@link dev.autodiff.program.ProgramBuilder} takes operations on {@link dev.autodiff.program.Value}s with concrete
 * shapes, simplifying, folding and sharing as they come; building fuses elementwise operations, orders the instructions and
 * plans the memory. A {@link dev.autodiff.program.Program} is a flat list of instructions over buffers that are allocated
 * once; with several threads it runs in stages of what does not depend on each other, with the same bits. This layer has
 * never heard of tensors or gradients: where an operation came from is an opaque origin. May use
 * {@code dev.autodiff.kernel} and {@code dev.autodiff.array}.
 */
@NullMarked
package dev.autodiff.program;

import org.jspecify.annotations.NullMarked;
