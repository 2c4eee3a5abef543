package dev.autodiff.benchmarks.peers.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.worker.Framework;
import dev.autodiff.benchmarks.worker.Numbers;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.benchmarks.worker.Worker;
import java.io.IOException;

/** DJL with its PyTorch engine: blocks, a trainer, a gradient collector for each step. */
final class DjlWorker implements Framework {
    private final Engine engine;
    private final String threads;

    private DjlWorker() {
        threads = System.getProperty("peer.threads", "2");
        System.setProperty("ai.djl.pytorch.num_threads", threads);
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        engine = Engine.getEngine("PyTorch");
    }

    public static void main(String[] args) throws IOException {
        Worker.serve(DjlWorker::new);
    }

    @Override
    public String name() {
        return "DJL";
    }

    @Override
    public String version() {
        return Engine.getDjlVersion();
    }

    @Override
    public String about() {
        return "engine PyTorch " + engine.getVersion() + ", threads: " + threads + ", Java " + Runtime.version();
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

    private static SequentialBlock network(Workload workload) {
        int[] layers = workload.layers();
        SequentialBlock network = new SequentialBlock();
        for (int i = 1; i < layers.length; i++) {
            network.add(Linear.builder().setUnits(layers[i]).build());
            if (i < layers.length - 1) {
                network.add(Activation.reluBlock());
                if (workload.dropout() > 0) {
                    network.add(Dropout.builder()
                            .optRate((float) workload.dropout())
                            .build());
                }
            }
        }
        return network;
    }

    /** A trainer with initialized parameters. */
    private static Trainer trainer(Model model, Workload workload) {
        model.setBlock(network(workload));
        Optimizer optimizer = workload.adam()
                ? Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.001f)).build()
                : Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build();
        Trainer trainer = model.newTrainer(
                new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer).optDevices(new Device[] {Device.cpu()
                }));
        trainer.initialize(new Shape(workload.batch(), workload.layers()[0]));
        return trainer;
    }

    /** Training steps of a network. */
    private static final class Training implements Task {
        private final boolean regression;
        private final Model model = Model.newInstance("model", "PyTorch");
        private final Trainer trainer;
        private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss("cost", 1, -1, false, true);
        private final float[] features;
        private final float[] targets;
        private final Shape featuresShape;
        private final Shape targetsShape;
        private double last;

        Training(Workload workload) {
            int rows = workload.batch();
            int[] layers = workload.layers();
            int outputs = layers[layers.length - 1];
            regression = workload.regression();
            trainer = trainer(model, workload);
            features = Numbers.uniform(rows * layers[0]);
            targets = regression ? Numbers.uniform(rows * outputs) : Numbers.classes(rows, outputs);
            featuresShape = new Shape(rows, layers[0]);
            targetsShape = new Shape(rows, outputs);
        }

        @Override
        public void step() {
            run(false);
        }

        private void run(boolean read) {
            try (NDManager manager = trainer.getManager().newSubManager()) {
                NDArray x = manager.create(features, featuresShape);
                NDArray y = manager.create(targets, targetsShape);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList output = trainer.forward(new NDList(x));
                    NDArray cost = regression
                            ? output.singletonOrThrow().sub(y).square().mean()
                            : crossEntropy.evaluate(new NDList(y), output);
                    collector.backward(cost);
                    last = read ? cost.getFloat() : last;
                }
                trainer.step();
            }
        }

        @Override
        public double result() {
            run(true);
            return last;
        }

        @Override
        public void close() {
            trainer.close();
            model.close();
        }
    }

    /** Logits of a network. */
    private static final class Inference implements Task {
        private final Model model = Model.newInstance("model", "PyTorch");
        private final Trainer trainer;
        private final float[] features;
        private final Shape shape;
        private double last;

        Inference(Workload workload) {
            trainer = trainer(model, workload);
            shape = new Shape(workload.batch(), workload.layers()[0]);
            features = Numbers.uniform((int) shape.size());
        }

        @Override
        public void step() {
            run(false);
        }

        private void run(boolean read) {
            try (NDManager manager = trainer.getManager().newSubManager()) {
                NDList output = trainer.evaluate(new NDList(manager.create(features, shape)));
                last = read ? output.singletonOrThrow().sum().getFloat() : last;
            }
        }

        @Override
        public double result() {
            run(true);
            return last;
        }

        @Override
        public void close() {
            trainer.close();
            model.close();
        }
    }

    /** The chain of elementwise operations, and its gradient. */
    private static final class Chain implements Task {
        private final NDManager all = NDManager.newBaseManager("PyTorch");
        private final float[] values;
        private double last;

        Chain(int size) {
            values = Numbers.uniform(size);
        }

        @Override
        public void step() {
            run(false);
        }

        private void run(boolean read) {
            try (NDManager manager = all.newSubManager();
                    GradientCollector collector = all.getEngine().newGradientCollector()) {
                NDArray x = manager.create(values);
                x.setRequiresGradient(true);
                NDArray v = x;
                for (int i = 0; i < 250; i++) {
                    v = Activation.tanh(Activation.relu(v.add(0.1f).mul(0.99f)));
                }
                collector.backward(v.sum());
                last = read ? x.getGradient().sum().getFloat() : last;
            }
        }

        @Override
        public double result() {
            run(true);
            return last;
        }

        @Override
        public void close() {
            all.close();
        }
    }
}
