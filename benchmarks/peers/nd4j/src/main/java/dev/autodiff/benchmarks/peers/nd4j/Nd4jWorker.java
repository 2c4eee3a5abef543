package dev.autodiff.benchmarks.peers.nd4j;

import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.worker.Framework;
import dev.autodiff.benchmarks.worker.Numbers;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.benchmarks.worker.Worker;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.common.config.ND4JSystemProperties;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** ND4J: graphs of SameDiff, trained by its own {@code fit}. */
final class Nd4jWorker implements Framework {
    private final String backend;

    private Nd4jWorker() {
        System.setProperty(ND4JSystemProperties.LOG_INITIALIZATION, "false");
        backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("blas.vendor");
    }

    public static void main(String[] args) throws IOException {
        Worker.serve(Nd4jWorker::new);
    }

    @Override
    public String name() {
        return "ND4J";
    }

    @Override
    public String version() {
        return "1.0.0-M2.1";
    }

    @Override
    public String about() {
        return "SameDiff, " + backend + ", threads: " + System.getProperty("peer.threads", "2") + ", Java "
                + Runtime.version();
    }

    @Override
    public Task prepare(String id) {
        Workload workload = Workload.valueOf(id);
        return switch (workload) {
            case W8 -> new Chain(workload.batch());
            case I1, I128 -> new Inference(workload);
            default -> new Training(workload);
        };
    }

    /** The layers of a workload on a placeholder named x. */
    private static SDVariable network(SameDiff sd, Workload workload) {
        int[] layers = workload.layers();
        SDVariable h = sd.placeHolder("x", DataType.FLOAT, -1, layers[0]);
        for (int i = 0; i < layers.length - 1; i++) {
            float[] first = Numbers.weights(layers[i] * layers[i + 1]);
            SDVariable w = sd.var("weights" + i, array(first, layers[i], layers[i + 1]));
            SDVariable b = sd.var("bias" + i, Nd4j.zeros(DataType.FLOAT, layers[i + 1]));
            boolean last = i == layers.length - 2;
            h = last ? h.mmul(w).add("z", b) : sd.nn().relu(h.mmul(w).add(b), 0);
            if (!last && workload.dropout() > 0) {
                // Its dropout has no gradient ("Not supported").
                double keep = 1 - workload.dropout();
                h = h.mul(sd.random().bernoulli(keep, DataType.FLOAT, workload.batch(), layers[i + 1]))
                        .div(keep);
            }
        }
        return h;
    }

    private static INDArray array(float[] values, int... shape) {
        return Nd4j.create(values, shape);
    }

    /** Training steps of a network. */
    private static final class Training implements Task {
        private final SameDiff sd = SameDiff.create();
        private final float[] features;
        private final float[] targets;
        private final int rows;
        private final int inputs;
        private final int outputs;

        Training(Workload workload) {
            int[] layers = workload.layers();
            rows = workload.batch();
            inputs = layers[0];
            outputs = layers[layers.length - 1];
            features = Numbers.uniform(rows * inputs);
            targets = workload.regression() ? Numbers.uniform(rows * outputs) : Numbers.classes(rows, outputs);
            SDVariable z = network(sd, workload);
            SDVariable y = sd.placeHolder("y", DataType.FLOAT, -1, outputs);
            SDVariable cost = workload.regression()
                    ? sd.loss().meanSquaredError("cost", y, z, null)
                    : sd.loss().softmaxCrossEntropy("cost", y, z, null);
            sd.setLossVariables(cost);
            sd.setTrainingConfig(TrainingConfig.builder()
                    .updater(workload.adam() ? new Adam(0.001) : new Sgd(0.01))
                    .dataSetFeatureMapping("x")
                    .dataSetLabelMapping("y")
                    .build());
        }

        @Override
        public void step() {
            sd.fit(new DataSet(array(features, rows, inputs), array(targets, rows, outputs)));
        }

        @Override
        public double result() {
            Map<String, INDArray> feeds =
                    Map.of("x", array(features, rows, inputs), "y", array(targets, rows, outputs));
            return sd.outputSingle(feeds, "cost").sumNumber().doubleValue();
        }
    }

    /** Logits of a network. */
    private static final class Inference implements Task {
        private final SameDiff sd = SameDiff.create();
        private final float[] features;
        private final int rows;
        private final int inputs;
        private INDArray last = Nd4j.zeros(DataType.FLOAT, 1);

        Inference(Workload workload) {
            rows = workload.batch();
            inputs = workload.layers()[0];
            features = Numbers.uniform(rows * inputs);
            network(sd, workload);
        }

        @Override
        public void step() {
            last = sd.outputSingle(Map.of("x", array(features, rows, inputs)), "z");
        }

        @Override
        public double result() {
            return last.sumNumber().doubleValue();
        }
    }

    /** The chain of elementwise operations, and its gradient. */
    private static final class Chain implements Task {
        private final SameDiff sd = SameDiff.create();
        private final SDVariable x;
        private final float[] values;
        private INDArray last = Nd4j.zeros(DataType.FLOAT, 1);

        Chain(int size) {
            values = Numbers.uniform(size);
            x = sd.var("x", array(values, size));
            SDVariable v = x;
            for (int i = 0; i < 250; i++) {
                v = sd.math().tanh(sd.nn().relu(v.add(0.1).mul(0.99), 0));
            }
            sd.setLossVariables(v.sum("cost"));
        }

        @Override
        public void step() {
            x.setArray(array(values, values.length));
            last = Objects.requireNonNull(sd.calculateGradients(Map.of(), "x").get("x"), "the gradient");
        }

        @Override
        public double result() {
            return last.sumNumber().doubleValue();
        }
    }
}
