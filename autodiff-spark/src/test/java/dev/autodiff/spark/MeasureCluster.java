package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The program behind docs/scaling.md: the time of a step and the bytes that it sends, for models of three sizes, in one
 * thread without Spark, and on one and two executors of a core each. No test, as it measures time.
 */
final class MeasureCluster {
    private static final int FEATURES = 784;
    private static final int ROWS = 4096;
    private static final int BATCH = 2048;
    private static final int EPOCHS = 12;

    /** The sizes of the hidden layers of the models. */
    private static final int[][] HIDDEN = {{128}, {1024, 1024}, {2048, 2048}};

    private MeasureCluster() {}

    /** Runs all; the argument is an empty folder for the cluster. */
    public static void main(String[] args) throws Exception {
        Path home = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
        print(LocalCluster.run(Alone.class, home));
        for (int executors : new int[] {1, 2}) {
            print(LocalCluster.run(InCluster.class, home, Integer.toString(executors)));
        }
    }

    private static void print(String output) {
        output.lines().filter(line -> line.startsWith("|")).forEach(System.out::println);
    }

    /** Measures in one thread without Spark. */
    static final class Alone {
        public static void main(String[] args) {
            System.setProperty("autodiff.threads", "1"); // read when the first graph is run
            for (int[] hidden : HIDDEN) {
                try (Model model = model(hidden).build(FEATURES)) {
                    Random random = new Random(0);
                    float[] x = new float[BATCH * FEATURES];
                    int[] y = new int[BATCH];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = random.nextFloat();
                    }
                    Arrays.setAll(y, i -> random.nextInt(10));
                    NDArray[] batch = {NDArray.wrap(x, BATCH, FEATURES), NDArray.wrap(y, BATCH)};
                    List<Long> times = new ArrayList<>();
                    for (int i = 0; i < EPOCHS * ROWS / BATCH; i++) {
                        long start = System.nanoTime();
                        model.trainer().step(batch);
                        times.add(System.nanoTime() - start);
                    }
                    print(hidden, model, 0, times, 0, 0);
                }
            }
        }
    }

    /** Measures on some executors. */
    static final class InCluster {
        public static void main(String[] args) throws IOException {
            int executors = Integer.parseInt(args[0]);
            try (SparkSession spark = LocalCluster.start(executors)) {
                AtomicLong results = new AtomicLong();
                spark.sparkContext().addSparkListener(new SparkListener() {
                    @Override
                    public void onTaskEnd(SparkListenerTaskEnd end) {
                        if (end.taskMetrics() != null) {
                            results.addAndGet(end.taskMetrics().resultSize()
                                    + end.taskMetrics().shuffleWriteMetrics().bytesWritten());
                        }
                    }
                });
                Dataset<Row> data = data(spark, executors);
                for (int[] hidden : HIDDEN) {
                    measure(data, hidden, executors, results);
                }
            }
        }
    }

    private static void measure(Dataset<Row> data, int[] hidden, int executors, AtomicLong results) throws IOException {
        List<Long> times = new ArrayList<>();
        long[] before = {0, 0};
        SparkTrainer.Result result = SparkTrainer.of(() -> model(hidden))
                .features("x")
                .classes("y")
                .batch(BATCH)
                .epochs(EPOCHS)
                .listener((step, loss) -> {
                    long now = System.nanoTime();
                    if (step > 1) {
                        times.add(now - before[0]);
                    } else {
                        before[1] = results.get();
                    }
                    before[0] = now;
                })
                .fit(data);
        try (Model model = result.model()) {
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(state)) {
                out.writeObject(State.of(0, model.snapshot().toArrays()));
            }
            double returned = (double) (results.get() - before[1]) / (result.steps() - 1);
            print(hidden, model, executors, times, (double) state.size() * executors, returned);
        }
    }

    private static void print(
            int[] hidden, Model model, int executors, List<Long> times, double sent, double returned) {
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        long parameters = model.variables().values().stream()
                .mapToLong(variable -> variable.value().size())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "| 784%s10 | %.2f MB | %d | %.0f ms | %.0f ms | %.2f MB | %.2f MB |%n",
                Arrays.toString(hidden).replaceAll("[^0-9]+", "-"),
                parameters * 4e-6,
                executors,
                sorted[sorted.length / 2] * 1e-6,
                sorted[0] * 1e-6,
                sent * 1e-6,
                returned * 1e-6);
    }

    private static Model model(int... hidden) {
        Dense[] layers = new Dense[hidden.length + 1];
        for (int i = 0; i < hidden.length; i++) {
            layers[i] = new Dense(hidden[i], Activation.RELU);
        }
        layers[hidden.length] = new Dense(10, Activation.SOFTMAX);
        return Model.sequential(layers).compile(new GradientDescent(0.01), Loss.softmaxCrossEntropy());
    }

    private static Dataset<Row> data(SparkSession spark, int partitions) {
        List<Integer> seeds = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            seeds.add(i);
        }
        int rows = ROWS / partitions;
        return spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(seeds, partitions)
                        .flatMap(seed -> {
                            Random random = new Random(seed);
                            List<Row> made = new ArrayList<>();
                            for (int i = 0; i < rows; i++) {
                                double[] x = random.doubles(FEATURES).toArray();
                                made.add(RowFactory.create(x, random.nextInt(10)));
                            }
                            return made.iterator();
                        }),
                new StructType()
                        .add("x", DataTypes.createArrayType(DataTypes.DoubleType))
                        .add("y", DataTypes.IntegerType));
    }
}
