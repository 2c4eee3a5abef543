package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The batches of a source, as a model takes them, with messages that say which batch does not fit. */
final class SourceReader {
    private final ModelState model;

    /** The number of arrays of labels; -1 if labels are not used. */
    private final int targets;

    /** The labels of the first batch, whose types and shapes all others have. */
    private @Nullable List<NDArray> labels;

    SourceReader(ModelState model, int targets) {
        this.model = model;
        this.targets = targets;
    }

    /**
     * Begins a pass; the model is built for its first batch, unless it is built.
     *
     * @param source the function that returns the batches
     * @param pass the pass, for messages, such as {@code epoch 3}
     * @throws IllegalArgumentException if there is no batch, or the first does not fit
     * @throws IllegalStateException if the source fails
     */
    Pass read(Callable<Iterable<Batch>> source, String pass) {
        Pass begun = new Pass(source, pass);
        try {
            begun.begin();
        } catch (RuntimeException e) {
            begun.close();
            throw e;
        }
        return begun;
    }

    /** One pass over the batches. */
    final class Pass implements Iterator<Batch>, AutoCloseable {
        private final String name;
        private final Iterable<Batch> source;
        private Iterator<Batch> batches = Collections.emptyIterator();
        private @Nullable Batch first;
        private int number;

        private Pass(Callable<Iterable<Batch>> source, String name) {
            this.name = name;
            this.source = ofSource(source);
        }

        private void begin() {
            batches = ofSource(source::iterator);
            if (!ofSource(batches::hasNext)) {
                throw new IllegalArgumentException("The source has no batch in " + name
                        + ": it returns all batches anew for each epoch, and the first ones once more for a model that"
                        + " is not built, so that an iterator or a stream that is used up must not be returned again");
            }
            first = checked(ofSource(batches::next));
        }

        /** Returns the first batch, before it is taken. */
        Batch first() {
            return Objects.requireNonNull(first, "it is taken");
        }

        @Override
        public boolean hasNext() {
            return first != null || ofSource(batches::hasNext);
        }

        @Override
        public Batch next() {
            Batch ready = first;
            first = null;
            return ready == null ? checked(ofSource(batches::next)) : ready;
        }

        @Override
        public void close() {
            if (source instanceof AutoCloseable closeable) {
                ofSource(() -> {
                    closeable.close();
                    return true;
                });
            }
        }

        /** Returns what a source returns, or says that it failed. */
        private <T> T ofSource(Callable<T> call) {
            try {
                return Objects.requireNonNull(call.call(), "it returned null");
            } catch (Exception e) { // a source may be any code
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException(
                        "The source of batches failed in " + name + ", at batch " + (number + 1) + ": " + e, e);
            }
        }

        private Batch checked(Batch batch) {
            number++;
            checkRows(batch);
            List<NDArray> inputs = batch.inputs().stream().map(model::prepared).toList();
            if (!model.isBuilt()) { // or else the error says which batch does not fit
                model.buildFor(inputs.toArray(new NDArray[0]));
            }
            for (int i = 0; i < inputs.size(); i++) {
                Placeholder input = model.inputs().get(i);
                require("features", inputs.get(i), input.dtype(), input.shape());
            }
            List<NDArray> before = labels == null ? batch.targets() : labels;
            for (int i = 0; i < Math.max(0, targets); i++) {
                NDArray like = before.get(i);
                require("labels", batch.targets().get(i), like.dtype(), Objective.withOpenBatch(like));
            }
            labels = before;
            return new Batch(inputs, batch.targets());
        }

        private void checkRows(Batch batch) {
            int count = model.inputCount();
            if (batch.inputs().size() != count
                    || (targets >= 0 && batch.targets().size() != targets)) {
                throw new IllegalArgumentException(
                        place() + " has " + batch.inputs().size() + " arrays of features and "
                                + batch.targets().size() + " of labels, but the model has " + count + " inputs"
                                + (targets < 0 ? "" : " and " + targets + " losses"));
            }
            List<NDArray> all = new ArrayList<>(batch.inputs());
            all.addAll(batch.targets());
            for (NDArray array : all) {
                if (array.shape().isScalar() || array.dim(0) != batch.rows() || batch.rows() == 0) {
                    throw new IllegalArgumentException(place() + " has one example a row and at least one, the same"
                            + " number in all arrays, but their shapes are "
                            + all.stream().map(NDArray::shape).toList());
                }
            }
        }

        private void require(String what, NDArray array, DType dtype, Shape shape) {
            if (array.dtype() != dtype || !shape.accepts(array.shape())) {
                throw new IllegalArgumentException(place() + " has " + what + " " + array.dtype() + " " + array.shape()
                        + ", but the model takes " + dtype + " " + shape + ": batches differ in the number of examples"
                        + " alone. For sequences of other lengths, build the model first with an axis that is unknown,"
                        + " as in build(DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN))");
            }
        }

        private String place() {
            return "Batch " + number + " of " + name;
        }
    }
}
