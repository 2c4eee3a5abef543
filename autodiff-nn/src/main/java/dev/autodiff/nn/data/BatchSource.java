package dev.autodiff.nn.data;

import java.util.Iterator;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Batches that are made while they are used, of examples that need not fit into memory: one epoch (pass over all
 * examples) at a time. {@code Model.fit} takes it, as a lambda or {@code batches::epoch}; {@link Prefetch} prepares
 * batches on another thread.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("long", ".csv");
 * Files.writeString(file, "x,y\n1,2\n3,4\n5,6\n");
 * BatchSource source = BatchSource.ofStreams(epoch -> CsvTable.parts(file, CsvOptions.standard(), 2)
 *         .map(part -> part.dataset("y"))
 *         .map(part -> new Batch(part.features(), part.labels())));
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.01), Loss.meanSquaredError());
 * model.fit(source, FitOptions.epochs(3)).epochs().size(); // 3
 * model.close();
 * }</pre>
 */
@FunctionalInterface
public interface BatchSource {
    /**
     * Returns the batches of one epoch, beginning anew. If what is returned is {@link AutoCloseable}, it is closed when
     * the epoch ends, or training stops within it.
     *
     * @param number the number of the epoch, which the order of the examples may depend on: that of all epochs that a
     *     model was trained before
     * @return batches of the same types and shapes but for the number of examples; each is used before the next
     */
    Iterable<Batch> epoch(int number);

    /**
     * Returns a source of streams, which are closed after use.
     *
     * @param epochs opens a new stream for the epoch of a number
     */
    static BatchSource ofStreams(IntFunction<Stream<Batch>> epochs) {
        return number -> new StreamedEpoch(epochs.apply(number));
    }

    /** An epoch that is read from a stream. */
    record StreamedEpoch(Stream<Batch> batches) implements Iterable<Batch>, AutoCloseable {
        @Override
        public Iterator<Batch> iterator() {
            return batches.iterator();
        }

        @Override
        public void close() {
            batches.close();
        }
    }
}
