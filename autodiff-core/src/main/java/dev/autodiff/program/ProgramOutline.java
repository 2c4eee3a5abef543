package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a compiled program does, for drawings: its leaves, its instructions in order, and the memory that their results take
 * turns in.
 */
public record ProgramOutline(List<Leaf> leaves, List<Work> works, List<Buffer> buffers) {
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
     * @param origins where the operations came from that were fused into it, in order
     * @param reads what it reads
     * @param results what it stores
     * @param threads how many share the work
     */
    public record Work(
            String description, List<Object> origins, List<Source> reads, List<Result> results, int threads) {
        /** Copies the lists. */
        public Work {
            origins = List.copyOf(origins);
            reads = List.copyOf(reads);
            results = List.copyOf(results);
        }
    }

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
        buffers = List.copyOf(buffers);
    }
}
