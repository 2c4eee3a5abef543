package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.parallel.Partition;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set in mini-batches, one epoch (pass over all examples) at a time.
 *
 * <pre>{@code
 * Dataset train = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 1000, 42);
 * Batches batches = Batches.shuffled(train, 128, 42);
 * batches.count(); // 8
 * int examples = 0;
 * for (int epoch = 0; epoch < 10; epoch++) {
 *     for (Batch batch : batches.epoch(epoch)) {
 *         examples += batch.rows();
 *     }
 * }
 * }</pre>
 *
 * <p>{@link #inOrder} gives views of the rows of the data set and copies nothing. {@link #shuffled} gives the examples
 * in an order that depends only on the seed and the number of the epoch, so that epoch 3 is the same whether or not
 * epochs 0 to 2 were run. Each batch is a copy that may be kept.
 *
 * <p>{@link #reusingMemory} makes batches that are gathered into the same memory each time, so that iterating allocates
 * nothing: such a batch is <b>valid until the next one is taken</b>; {@link Batch#copy} keeps it. For the same reason
 * one epoch of them is iterated at a time: starting another ends the one before, whose iterator then throws an {@link
 * IllegalStateException}; and threads that iterate at the same time need a {@code Batches} each.
 */
public final class Batches implements BatchSource {
    /** The number of elements of a batch from which gathering it by one thread takes longer than waking the others. */
    private static final int SHARED = 1 << 14;
    /** More than there are threads on most machines, as the rows of a part come from anywhere in memory. */
    private static final int PARTS = 8;

    private static final ThreadTeam.Task GATHER = (context, part, parts) -> ((Epoch) context).gather(part, parts);

    private final Dataset data;
    private final int size;
    private final boolean shuffled;
    private final long seed;
    private final int full;
    private final int rest;
    private final boolean dropRest;
    /** The views of all batches in order; or the one buffer and, for the last smaller batch, its first rows. */
    private final List<Batch> ready;
    /** The order of the rows in the epoch that is running, if it is written into the same array each time. */
    private final int[] order;

    private @Nullable Epoch running;

    private Batches(Dataset data, int size, boolean shuffled, long seed, boolean dropRest, boolean reuse) {
        if (size < 1) {
            throw new IllegalArgumentException("A batch has at least one row, but the batch size is " + size);
        }
        if (data.rows() == 0) {
            throw new IllegalArgumentException("There is nothing to batch: " + data + " has no rows");
        }
        if (dropRest && size > data.rows()) {
            throw new IllegalArgumentException("With the ragged batch dropped nothing would be left: the batch size is "
                    + size + " but there are only " + data.rows() + " rows");
        }
        this.data = data;
        this.size = size;
        this.shuffled = shuffled;
        this.seed = seed;
        this.full = data.rows() / size;
        this.rest = dropRest ? 0 : data.rows() % size;
        this.dropRest = dropRest;
        this.ready = !shuffled ? views() : reuse ? buffers() : List.of();
        this.order = new int[shuffled && reuse ? data.rows() : 0];
    }

    /**
     * Returns batches of the examples in their order, as views that copy nothing.
     *
     * @param data the examples
     * @param size the number of rows of a batch; the last batch has the rows that remain
     * @throws IllegalArgumentException if the size is less than 1 or the data set has no rows
     */
    public static Batches inOrder(Dataset data, int size) {
        return new Batches(data, size, false, 0, false, false);
    }

    /**
     * Returns batches of the examples in an order that is new each epoch, each with memory of its own.
     *
     * @param data the examples
     * @param size the number of rows of a batch; the last batch has the rows that remain
     * @param seed the seed of the orders; each depends on it and on the number of the epoch
     * @throws IllegalArgumentException if the size is less than 1 or the data set has no rows
     */
    public static Batches shuffled(Dataset data, int size, long seed) {
        return new Batches(data, size, true, seed, false, false);
    }

    /**
     * Returns the same batches without the last one if it has fewer rows than the others.
     *
     * @throws IllegalArgumentException if that would leave no batch at all
     */
    public Batches droppingRagged() {
        return new Batches(data, size, shuffled, seed, true, isReusing());
    }

    /**
     * Returns the same batches, shuffled ones in memory that is used again for the next batch: for loops that train
     * with a batch and forget it. Those in order are views in any case.
     */
    public Batches reusingMemory() {
        return new Batches(data, size, shuffled, seed, dropRest, true);
    }

    private boolean isReusing() {
        return shuffled && !ready.isEmpty();
    }

    private List<Batch> views() {
        return IntStream.range(0, count())
                .mapToObj(i -> data.rows(i * size, Math.min((i + 1) * size, data.rows())))
                .map(part -> new Batch(part.inputs(), part.targets()))
                .toList();
    }

    private List<Batch> buffers() {
        int rows = full > 0 ? size : rest;
        Batch whole = new Batch(buffers(data.inputs(), rows), buffers(data.targets(), rows));
        return rest == 0
                ? List.of(whole)
                : List.of(whole, new Batch(firstRows(whole.inputs(), rest), firstRows(whole.targets(), rest)));
    }

    private static List<NDArray> buffers(List<NDArray> like, int rows) {
        return like.stream().map(array -> buffer(array, rows)).toList();
    }

    private static List<NDArray> firstRows(List<NDArray> arrays, int rows) {
        return arrays.stream().map(array -> array.rows(0, rows)).toList();
    }

    private static NDArray buffer(NDArray like, int rows) {
        Shape shape = like.shape().with(0, rows);
        return NDArray.zeros(like.dtype(), shape);
    }

    /** Returns the number of batches in an epoch. */
    public int count() {
        return full + (rest > 0 ? 1 : 0);
    }

    /** Returns the number of rows of a batch; the last one may have fewer. */
    public int size() {
        return size;
    }

    /**
     * Returns the batches of one epoch, which may be iterated several times.
     *
     * @param number the number of the epoch, which determines the order of shuffled batches
     */
    @Override
    public Iterable<Batch> epoch(int number) {
        return () -> {
            running = new Epoch(number);
            return running;
        };
    }

    private final class Epoch implements Iterator<Batch> {
        private final int number;
        private final int[] rows;
        private int next;
        // Set before the threads gather: rows from this one on, out of one array into another.
        private int first;
        private NDArray source = data.inputs().get(0);
        private NDArray target = source;

        Epoch(int number) {
            this.number = number;
            this.rows = shuffled && !isReusing() ? new int[data.rows()] : order;
            if (shuffled) {
                new SeededRandom(seed, number).permutation(rows);
            }
        }

        @Override
        public boolean hasNext() {
            return next < count();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("Epoch " + number + " has " + count() + " batches, all taken");
            }
            int i = next++;
            if (!shuffled) {
                return ready.get(i);
            }
            int from = i * size;
            if (!isReusing()) {
                int[] taken = Arrays.copyOfRange(rows, from, Math.min(from + size, rows.length));
                Dataset part = data.take(taken);
                return new Batch(part.inputs(), part.targets());
            }
            if (running != this) {
                throw new IllegalStateException("Another epoch of these batches was started before epoch " + number
                        + " ended, and they share their memory: make a Batches for each loop");
            }
            Batch batch = ready.get(i < full ? 0 : ready.size() - 1);
            first = from;
            gather(data.inputs(), batch.inputs());
            gather(data.targets(), batch.targets());
            return batch;
        }

        private void gather(List<NDArray> all, List<NDArray> into) {
            for (int i = 0; i < into.size(); i++) {
                source = all.get(i);
                target = into.get(i);
                if (target.size() < SHARED) {
                    gather(0, 1);
                } else {
                    ThreadTeam.shared().run(GATHER, this, PARTS);
                }
            }
        }

        private void gather(int part, int parts) {
            int start = Partition.start(target.dim(0), part, parts);
            int end = Partition.start(target.dim(0), part + 1, parts);
            source.takeInto(rows, first + start, first + end, target, start);
        }
    }
}
