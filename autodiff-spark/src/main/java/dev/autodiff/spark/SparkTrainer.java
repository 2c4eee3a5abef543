package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.train.DividedStep;
import dev.autodiff.nn.train.Model;
import dev.autodiff.nn.train.Snapshot;
import dev.autodiff.nn.train.StateFile;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Data-parallel training on Spark. Each partition of a data frame is kept as arrays where it is; in each step every
 * partition computes the gradients of its share of the batch, {@code treeAggregate} adds them up, the driver makes the
 * update, and a broadcast sends the new parameters.
 *
 * <pre>{@code
 * SparkTrainer.Result result = SparkTrainer.of(() -> Model.sequential(
 *                 new Dense(128, Activation.RELU), new Dense(10, Activation.SOFTMAX))
 *                 .seed(1)
 *                 .compile(new Adam(0.001), Loss.softmaxCrossEntropy()))
 *         .features("pixels")
 *         .classes("digit")
 *         .batch(1024)
 *         .epochs(5)
 *         .fit(images); // ...
 * result.model().save(Path.of("digits.safetensors"));
 * }</pre>
 *
 * <p><b>The same numbers.</b> The same seed and the same partitions give the same bits, on any number of executors and
 * after any of them is lost, since a task that is repeated computes the same, and sums are added up in a fixed order.
 * The result is, to rounding, that of one machine with the whole batch. There the order of the examples and the masks
 * of dropout are others; {@code BatchNorm} normalizes the share of each partition by itself.
 *
 * <p><b>Local steps.</b> With {@link #averagingEvery}, each partition makes several steps by itself before parameters
 * and the optimizer's variables are averaged (local SGD, Stich 2019): less is sent, and the result is another one.
 *
 * <p>An executor should run one thread for each of its tasks: {@code spark.executor.extraJavaOptions} has {@code
 * --add-modules jdk.incubator.vector -Dautodiff.threads=1}, and there is a partition for each core.
 */
public final class SparkTrainer {
    private final ModelBuilder builder;
    private List<String> features = List.of("features");
    private String label = "label";
    private boolean isClass;
    private int @Nullable [] shape;
    private long seed;
    private int batch = 1024;
    private int epochs = 1;
    private int localSteps;
    private @Nullable Path checkpoint;
    private int checkpointSteps = 1;
    private StepListener listener = (step, loss) -> {};

    /** A function that is told how training goes, on the driver. */
    @FunctionalInterface
    public interface StepListener {
        /**
         * Is called after each step, or after each average of local steps.
         *
         * @param step the number of steps that are done
         * @param loss the mean loss of the examples of the step, before its update
         */
        void onStep(long step, double loss);
    }

    /**
     * The outcome of a training.
     *
     * @param model the trained model, on the driver; close it when it is no longer used
     * @param losses the mean loss of each epoch that was trained
     * @param steps the number of steps, those before a resumption included
     * @param examples the number of examples of an epoch
     * @param partitions the number of partitions
     */
    public record Result(Model model, List<Double> losses, long steps, long examples, int partitions) {}

    private SparkTrainer(ModelBuilder builder) {
        this.builder = builder;
    }

    /**
     * Makes a trainer of a model.
     *
     * @param builder makes the compiled model, on the driver and in each executor: always the same one
     * @throws IllegalArgumentException if it refers to something that cannot be sent
     */
    public static SparkTrainer of(ModelBuilder builder) {
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(builder);
        } catch (NotSerializableException e) {
            throw new IllegalArgumentException(
                    "The function that makes the model refers to a " + e.getMessage()
                            + ", which cannot be sent to executors: make layers, optimizer and loss inside of it, and"
                            + " keep it free of fields of the class around it",
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The function that makes the model cannot be sent: " + e.getMessage(), e);
        }
        return new SparkTrainer(builder);
    }

    /** Sets the columns of the features: numbers, arrays of numbers, vectors; {@code features} if nothing is said. */
    public SparkTrainer features(String... columns) {
        features = List.of(columns);
        return this;
    }

    /** Sets the shape of the features of an example, such as 28, 28, 1; a vector if nothing is said. */
    public SparkTrainer shape(int... dims) {
        shape = dims.clone();
        return this;
    }

    /** Sets the column of labels that are numbers, {@code label} if nothing is said: FLOAT32 {@code [examples, n]}. */
    public SparkTrainer label(String column) {
        label = column;
        isClass = false;
        return this;
    }

    /** Sets the column of labels that are class numbers, from 0 on: INT32 {@code [examples]}. */
    public SparkTrainer classes(String column) {
        label = column;
        isClass = true;
        return this;
    }

    /** Sets the number of examples of a step, of all partitions together; 1024 if nothing is said. */
    public SparkTrainer batch(int examples) {
        batch = atLeastOne("A batch has", examples, "examples");
        return this;
    }

    /** Sets the seed of the order of the examples; 0 if nothing is said. That of the model is part of the model. */
    public SparkTrainer seed(long number) {
        seed = number;
        return this;
    }

    /** Sets the number of passes over the data; 1 if nothing is said. */
    public SparkTrainer epochs(int number) {
        epochs = atLeastOne("Training takes", number, "epochs");
        return this;
    }

    /** Sets that each partition makes this many steps by itself before the models are averaged. */
    public SparkTrainer averagingEvery(int steps) {
        localSteps = atLeastOne("Models are averaged every", steps, "steps");
        return this;
    }

    /**
     * Sets that the state is saved on the driver, and that training continues from it if the file is there: after the
     * driver was lost, or for more epochs. It continues with the same bits if partitions and options are the same.
     *
     * @param file the file, which {@link Model#load} reads as well
     * @param steps the number of steps after which it is saved; it is also at the end
     */
    public SparkTrainer checkpoint(Path file, int steps) {
        checkpoint = file;
        checkpointSteps = atLeastOne("A state is saved every", steps, "steps");
        return this;
    }

    /** Sets what is told how training goes. */
    public SparkTrainer listener(StepListener stepListener) {
        listener = stepListener;
        return this;
    }

    private static int atLeastOne(String what, int number, String unit) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " 1 or more " + unit + ", not " + number);
        }
        return number;
    }

    /**
     * Trains.
     *
     * @param data the rows, in the partitions in which they are trained; one for each core of the cluster is best
     * @throws DataException if columns are missing, of the wrong type or width, or have nulls; if there are no rows; or
     *     if the checkpoint is damaged or of another training
     */
    public Result fit(Dataset<Row> data) {
        StructType schema = data.schema();
        Columns x = Columns.of(schema, "features", features);
        Columns y = Columns.of(schema, "label", List.of(label));
        JavaRDD<PartitionData> examples = data.javaRDD()
                .mapPartitionsWithIndex(new Tasks.Read(x, y, isClass), true)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<PartitionData.Size> sizes = examples.map(PartitionData::size).collect();
            return new Run(examples, check(sizes, x, y)).train();
        } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
            throw unwrapped(e);
        } finally {
            examples.unpersist(false);
        }
    }

    /** Returns the message of this module in what Spark made of it, or else what Spark says. */
    private static RuntimeException unwrapped(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataException problem) {
                return new DataException(String.valueOf(problem.getMessage()), e);
            }
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e.getMessage(), e);
    }

    /** Checks that the partitions fit together, and returns them. */
    private List<PartitionData.Size> check(List<PartitionData.Size> sizes, Columns x, Columns y) {
        List<PartitionData.Size> filled =
                sizes.stream().filter(size -> size.rows() > 0).toList();
        if (filled.isEmpty()) {
            throw new DataException("There is nothing to train on: none of the " + sizes.size()
                    + " partitions has a row. Look at the filters before, or at the path of the data");
        }
        if (filled.size() < sizes.size()) {
            System.getLogger(SparkTrainer.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            (sizes.size() - filled.size()) + " of " + sizes.size() + " partitions have no rows, and"
                                    + " their cores nothing to do: repartition(" + filled.size()
                                    + ") divides the data evenly");
        }
        PartitionData.Size first = filled.get(0);
        for (PartitionData.Size size : filled) {
            if (size.width() != first.width() || size.labelWidth() != first.labelWidth()) {
                boolean isFeatures = size.width() != first.width();
                Columns columns = isFeatures ? x : y;
                throw new DataException(columns.described() + " " + columns.has() + " "
                        + (isFeatures ? size.width() : size.labelWidth()) + " numbers a row in partition "
                        + size.index()
                        + ", but " + (isFeatures ? first.width() : first.labelWidth()) + " in partition "
                        + first.index() + ": pad or cut them to one length");
            }
        }
        if (first.width() == 0) {
            throw new DataException(
                    x.described() + " " + x.has() + " no numbers in a row, so that there is nothing to learn from");
        }
        if (shape != null && Arrays.stream(shape).reduce(1, Math::multiplyExact) != first.width()) {
            throw new DataException("An example of shape " + Arrays.toString(shape) + " does not have the "
                    + first.width() + " numbers of " + x.described());
        }
        return sizes;
    }

    /** One call of fit. */
    private final class Run {
        private final JavaRDD<PartitionData> examples;
        private final JavaSparkContext spark;
        private final long rows;
        private final int stepsPerEpoch;
        private final Job job;
        private final Model model;
        private final NDArray[] example;
        private final List<Double> losses = new ArrayList<>();
        private long step;

        Run(JavaRDD<PartitionData> examples, List<PartitionData.Size> sizes) {
            this.examples = examples;
            this.spark = JavaSparkContext.fromSparkContext(examples.context());
            this.rows = sizes.stream().mapToLong(PartitionData.Size::rows).sum();
            this.stepsPerEpoch = (int) Math.min(Integer.MAX_VALUE, (rows + batch - 1) / batch);
            PartitionData.Size first =
                    sizes.stream().filter(size -> size.rows() > 0).findFirst().orElseThrow();
            int[] dims = shape == null ? new int[] {first.width()} : shape;
            this.model = Replica.build(builder, dims);
            this.job = new Job(UUID.randomUUID().toString(), builder, seed, sizes.size(), stepsPerEpoch, dims);
            this.example = new NDArray[] {
                Replica.example(model, dims),
                isClass ? NDArray.of(0) : NDArray.wrap(new float[first.labelWidth()], 1, first.labelWidth())
            };
        }

        Result train() {
            DividedStep halves = localSteps == 0 ? model.trainer().divided(example) : null;
            Packing.check(model.snapshot().toArrays());
            Path file = checkpoint;
            if (file != null && Files.exists(file)) {
                StateFile.load(model, file);
                step = model.session().randomState();
            }
            long last = Math.multiplyExact((long) epochs, stepsPerEpoch);
            double loss = 0;
            double weight = 0;
            while (step < last) {
                int count = halves == null ? (int) Math.min(localSteps, stepsPerEpoch - step % stepsPerEpoch) : 1;
                Contribution sum = halves == null ? local(count) : synchronous(halves);
                step += count;
                model.session().setRandomState(step); // the number of steps, for a checkpoint
                loss += sum.loss();
                weight += sum.weight();
                listener.onStep(step, sum.loss() / sum.weight());
                if (step % stepsPerEpoch == 0) {
                    losses.add(loss / weight);
                    loss = 0;
                    weight = 0;
                }
                boolean isDue = step == last || step / checkpointSteps > (step - count) / checkpointSteps;
                if (file != null && isDue) {
                    StateFile.save(model, file);
                }
            }
            Replica.forget(job);
            return new Result(model, List.copyOf(losses), step, rows, job.partitions());
        }

        /** Makes a step with the gradients of all partitions. */
        private Contribution synchronous(DividedStep halves) {
            Map<String, NDArray> values = new LinkedHashMap<>();
            model.variables().forEach((name, variable) -> values.put(name, variable.value()));
            Contribution sum = aggregate(State.of(step, values), 0);
            List<Packing.Spec> specs = Packing.specs(State.all(halves.zero()));
            model.session().setRandomState(step);
            halves.apply(State.part(sum.loss() / sum.weight(), Packing.mean(sum, specs)));
            return sum;
        }

        /** Lets each partition make steps by itself, and takes the mean of their states. */
        private Contribution local(int count) {
            State state = State.of(step, model.snapshot().toArrays());
            Contribution sum = aggregate(state, count);
            model.restore(Snapshot.of(Packing.mean(sum, specsAfter(state))));
            return sum;
        }

        /** Returns the specifications of a state after a step: that of the first has no variables of the optimizer. */
        private List<Packing.Spec> specsAfter(State before) {
            if (step > 0) {
                return before.specs();
            }
            try (Model other = Replica.build(builder, job.shape())) {
                other.trainer().step(example);
                return Packing.specs(other.snapshot().toArrays());
            }
        }

        private Contribution aggregate(State state, int local) {
            Broadcast<State> sent = spark.broadcast(state);
            try {
                Contribution sum = examples.treeAggregate(
                                new OrderedSum(job.partitions()),
                                new Tasks.Step(job, sent, local),
                                new Tasks.Merge(),
                                2)
                        .total();
                if (!(sum.weight() > 0)) {
                    throw new DataException("A step has no examples: make the batch larger than " + batch);
                }
                return sum;
            } finally {
                sent.destroy();
            }
        }
    }
}
