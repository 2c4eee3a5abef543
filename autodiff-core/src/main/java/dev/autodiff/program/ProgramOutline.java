package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a compiled program does, for drawings and profiles: its leaves, its instructions in order, and the memory that their
 * results take turns in.
 *
 * @param copies what is copied into states after the last instruction, because it could not be computed in their place
 */
public record ProgramOutline(List<Leaf> leaves, List<Work> works, List<Operation> copies, List<Buffer> buffers) {
    /**
     * A value that is there before the first instruction.
     *
     * @param kind input, state, constant or random key
     * @param origin where it came from, see {@link ProgramBuilder#origin}
     */
    public record Leaf(String kind, @Nullable Object origin, DType dtype, Shape shape) {}

    /**
     * An instruction.
     *
     * @param description what it does, in a few words
     * @param operations what was fused into it, in order
     * @param reads what it reads
     * @param results what it stores
     * @param threads how many share the work
     * @param bytesRead what it has to read at least: every operand once, however often the instruction comes back to it
     * @param bytesWritten what it has to write at least: every stored result once
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

        /** Where the operations came from, each once, in order. */
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
     * @param name what it does
     * @param origin where it came from, see {@link ProgramBuilder#origin}
     * @param dtype of its result
     * @param flop floating-point operations in one run. A matrix product of m x k by k x n has 2mnk; an elementwise operation
     *     has one for each element, be it an addition or an exponential; a reduction one for each element but the first that
     *     goes into a result; a softmax 5 and a cross-entropy 7 for each element; what only moves, compares positions or
     *     converts has none, and plain Java code is not looked into
     * @param cost roughly how much work it is, in units of an addition: an exponential is 25
     */
    public record Operation(String name, @Nullable Object origin, DType dtype, long flop, long cost) {}

    /**
     * Where an operand comes from.
     *
     * @param leaf whether the index is one of a leaf; else it is one of an earlier instruction
     */
    public record Source(boolean leaf, int index) {}

    /**
     * A stored result.
     *
     * @param buffer the number of its buffer, or -1 if it is written into a state
     */
    public record Result(DType dtype, Shape shape, int buffer) {}

    /** A piece of memory that values of one type take turns in. */
    public record Buffer(DType dtype, int length) {}

    /** Copies the lists. */
    public ProgramOutline {
        leaves = List.copyOf(leaves);
        works = List.copyOf(works);
        copies = List.copyOf(copies);
        buffers = List.copyOf(buffers);
    }
}
