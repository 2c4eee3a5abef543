package dev.autodiff.kernel.loop;

/** The form of a loop over vectors, which a generated class implements; see {@link LoopGenerator}. */
abstract class VectorForm {
    /**
     * Runs the loop as {@link Loop#run} does, for a number of columns that is a multiple of the vector length.
     *
     * @param spin the number of rounds of an empty loop that comes first. HotSpot compiles a method after 5000 calls,
     *     or 600 if they and the rounds of loops in them make 15,000: so with some empty rounds to each call it takes
     *     600. Compiled, the loop is gone
     */
    public abstract void run(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1,
            int spin);
}
