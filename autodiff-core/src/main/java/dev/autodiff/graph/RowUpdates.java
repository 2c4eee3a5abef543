package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of a table of which only some rows are looked up, such as that of an embedding: it is 0 in all others.
 * The rows alone are computed and updated, at a cost that does not depend on the length of the table.
 *
 * <pre>{@code
 * Tensor table = Tensors.constant(new double[][] {{1, 2}, {3, 4}, {5, 6}});
 * Tensor looked = Indexing.gather(table, Tensors.constant(2, 0, 2), 0);
 * Tensor gradient = Tensors.gradients(looked.sum(), table).get(0);           // [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]]
 * RowUpdates updates = RowUpdates.of(gradient, table).orElseThrow();
 * Tensor rows = updates.gradient();                                          // [[2.0, 2.0], [1.0, 1.0], [0.0, 0.0]]
 * Tensor next = updates.put(table, updates.rows(table).sub(rows));           // [[0.0, 1.0], [3.0, 4.0], [3.0, 4.0]]
 * }</pre>
 *
 * <p>An index that occurs again has zeros for a gradient at its later places; what is put there does not count. No
 * gradient flows through an update.
 */
public final class RowUpdates {
    public static final OpType FIRST_PLACES = new OpType("firstPlaces", FirstPlaces::new);
    public static final OpType PUT_ROWS = new OpType("putRows", PutRows::new);
    public static final OpType SUM_EQUAL = new OpType("sumEqual", SumEqual::new);

    private final Tensor indices;
    private final Tensor gradient;

    private RowUpdates(Tensor indices, Tensor gradient) {
        this.indices = indices;
        this.gradient = gradient;
    }

    /**
     * Returns the rows of a gradient, or nothing if all rows of the table may have one: unless it is looked up along
     * its first axis, and used for nothing else.
     *
     * @param gradient the gradient with respect to the table, as {@link Gradients} makes it
     * @param table the table
     */
    @SuppressWarnings("ReferenceEquality")
    public static Optional<RowUpdates> of(Tensor gradient, Tensor table) {
        if (gradient.op().type() != IndexingGradients.SCATTER_ADD
                || gradient.inputs().get(2) != table
                || !table.shape().isKnown()
                || table.shape().axis(gradient.op().attributes().get(Indexing.AXIS)) != 0) {
            return Optional.empty();
        }
        int[] dims = table.shape().dims();
        dims[0] = -1;
        Tensor indices = gradient.inputs().get(1).reshape(-1);
        Tensor rows = gradient.inputs().get(0).reshape(dims);
        return Optional.of(new RowUpdates(indices, SUM_EQUAL.apply(rows, FIRST_PLACES.apply(indices))));
    }

    /** Returns the indices of the rows, an INT32 vector {@code [n]}; they may occur several times. */
    public Tensor indices() {
        return indices;
    }

    /** Returns the gradient of each row, {@code [n, ...]}, at the first place of its index; zeros at others. */
    public Tensor gradient() {
        return gradient;
    }

    /** Returns the rows of the table or of another of its shape, {@code [n, ...]}. */
    public Tensor rows(Tensor table) {
        return Indexing.gather(table, indices, 0);
    }

    /**
     * Returns a table with new rows. Assigned to a variable that is the table, it is made in the variable's memory.
     *
     * @param table the table, or another of its shape
     * @param rows the new rows, {@code [n, ...]}
     */
    public Tensor put(Tensor table, Tensor rows) {
        return PUT_ROWS.apply(table, indices, rows);
    }

    /** For each index, the place of the first that is equal. */
    private static final class FirstPlaces extends Op {
        FirstPlaces(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "place of the first element that is equal";
        }

        @Override
        public String rule(int input) {
            return "none: places are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.integers(in.get(0), "indices");
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Places are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.firstPlaces(in.get(0));
        }
    }

    /** The sums of the rows of each index, at the first place of the index. */
    private static final class SumEqual extends Op {
        SumEqual(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "places");
        }

        @Override
        public String formula() {
            return "Σ x over the rows of equal places, at that place, else 0";
        }

        @Override
        public String rule(int input) {
            return "none: an update is not differentiated";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("An update is not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.scatterAdd(in.get(0), in.get(1), 0, in.get(0).shape());
        }
    }

    /** A table with other rows. */
    private static final class PutRows extends Op {
        PutRows(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "indices", "rows");
        }

        @Override
        public String formula() {
            return "x with rows at indices";
        }

        @Override
        public String rule(int input) {
            return "none: an update is not differentiated";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape rows = in.get(2).shape();
            Shape table = in.get(0).shape();
            if (rows.rank() != table.rank()
                    || !table.with(0, 1).accepts(rows.with(0, 1))
                    || in.get(2).dtype() != in.get(0).dtype()) {
                throw new GraphException("rows of " + in.get(0).type() + " cannot be "
                        + in.get(2).type());
            }
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("An update is not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.putRows(in.get(0), in.get(1), in.get(2));
        }
    }
}
