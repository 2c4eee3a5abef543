package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled program as data, for drawings and profiles: its leaves, its instructions in order, and the memory that
 * their results take turns in.
 *
 * @param copies the copies into states after the last instruction, of values that could not be computed in their place
 */
public record ProgramSummary(List<Leaf> leaves, List<Work> works, List<Operation> copies, List<Buffer> buffers) {
    /**
     * A value that is there before the first instruction.
     *
     * @param kind one of input, state, constant or random key
     * @param origin the object that it came from, see {@link dev.autodiff.ir.ProgramBuilder#origin}
     */
    public record Leaf(String kind, @Nullable Object origin, DType dtype, Shape shape) {}

    /**
     * An instruction.
     *
     * @param description the work in a few words
     * @param operations the operations fused into it, in order
     * @param reads the sources of its operands
     * @param results the values that it stores
     * @param threads the number of threads that share the work
     * @param bytesRead the bytes read at least: every operand once, however often the instruction comes back to it
     * @param bytesWritten the bytes written at least: every stored result once
     */
    public record Work(
            String description,
            List<Operation> operations,
            List<Source> reads,
            List<Result> results,
            int threads,
            long bytesRead,
            long bytesWritten) {
        /** Copies the lists. */
        public Work {
            operations = List.copyOf(operations);
            reads = List.copyOf(reads);
            results = List.copyOf(results);
        }

        /** Returns the origins of the operations, each once, in order. */
        public List<Object> origins() {
            return operations.stream()
                    .flatMap(operation -> Stream.ofNullable(operation.origin()))
                    .distinct()
                    .toList();
        }
    }

    /**
     * An operation inside of an instruction.
     *
     * @param name the name of the primitive
     * @param origin the object that it came from, see {@link dev.autodiff.ir.ProgramBuilder#origin}
     * @param dtype the type of its result
     * @param flop the floating-point operations in one run. A matrix product of m x k by k x n has 2mnk; an elementwise
     *     operation has one for each element, be it an addition or an exponential; a reduction one for each element but
     *     the first that goes into a result; a softmax 5 and a cross-entropy 7 for each element; what only moves,
     *     compares positions or converts has none, and plain Java code is not looked into
     * @param cost the rough amount of work, in units of an addition: an exponential is 25
     */
    public record Operation(String name, @Nullable Object origin, DType dtype, long flop, long cost) {}

    /**
     * The source of an operand.
     *
     * @param leaf true if the index is that of a leaf, false if it is that of an earlier instruction
     */
    public record Source(boolean leaf, int index) {}

    /**
     * A stored result.
     *
     * @param buffer the number of its buffer, or -1 if it is written into a state
     */
    public record Result(DType dtype, Shape shape, int buffer) {}

    /** A region of memory that values of one type take turns in. */
    public record Buffer(DType dtype, int length) {}

    /** Copies the lists. */
    public ProgramSummary {
        leaves = List.copyOf(leaves);
        works = List.copyOf(works);
        copies = List.copyOf(copies);
        buffers = List.copyOf(buffers);
    }
}
