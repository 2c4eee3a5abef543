package dev.autodiff.benchmarks.peers.tensorflow;

import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.worker.Numbers;
import dev.autodiff.benchmarks.worker.Task;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A workload as a graph with one session. */
final class GraphTask implements Task {
    private final Workload workload;
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Session session;
    private final List<Variable<TFloat32>> variables = new ArrayList<>();
    private final List<Op> updates = new ArrayList<>();
    private final Placeholder<TFloat32> x;
    private final Placeholder<TFloat32> y;
    private final Operand<TFloat32> outcome;
    private final float[] features;
    private final float[] targets;
    private final Shape featuresShape;
    private final Shape targetsShape;

    GraphTask(Workload workload, ConfigProto config) {
        this.workload = workload;
        int rows = workload.batch();
        int[] layers = workload == Workload.W8 ? new int[] {1, 1} : workload.layers();
        int outputs = layers[layers.length - 1];
        featuresShape = workload == Workload.W8 ? Shape.of(rows) : Shape.of(rows, layers[0]);
        targetsShape = Shape.of(rows, outputs);
        features = Numbers.uniform(rows * layers[0]);
        targets = workload.regression() ? Numbers.uniform(rows * outputs) : Numbers.classes(rows, outputs);
        x = tf.placeholder(TFloat32.class, Placeholder.shape(featuresShape));
        y = tf.placeholder(TFloat32.class, Placeholder.shape(targetsShape));
        outcome = switch (workload) {
            case W8 -> chain();
            case I1, I128 -> model();
            default -> training();
        };
        session = new Session(graph, config);
        session.initialize();
    }

    private Operand<TFloat32> model() {
        int[] layers = workload.layers();
        Operand<TFloat32> h = x;
        for (int i = 0; i < layers.length - 1; i++) {
            Operand<TFloat32> first = tf.constant(
                    Shape.of(layers[i], layers[i + 1]), DataBuffers.of(Numbers.weights(layers[i] * layers[i + 1])));
            Variable<TFloat32> w = variable(first);
            Variable<TFloat32> b = variable(zeros(Shape.of(layers[i + 1])));
            h = tf.math.add(tf.linalg.matMul(h, w), b);
            if (i < layers.length - 2) {
                h = tf.nn.relu(h);
                h = workload.dropout() > 0 ? dropout(h, Shape.of(workload.batch(), layers[i + 1])) : h;
            }
        }
        return h;
    }

    private Variable<TFloat32> variable(Operand<TFloat32> first) {
        Variable<TFloat32> variable = tf.variable(first);
        variables.add(variable);
        return variable;
    }

    private Operand<TFloat32> zeros(Shape shape) {
        return tf.zeros(tf.constant(shape), TFloat32.class);
    }

    private Operand<TFloat32> dropout(Operand<TFloat32> h, Shape shape) {
        float rate = (float) workload.dropout();
        Operand<TFloat32> random = tf.random.randomUniform(tf.constant(shape), TFloat32.class);
        Operand<TFloat32> kept = tf.dtypes.cast(tf.math.greaterEqual(random, tf.constant(rate)), TFloat32.class);
        return tf.math.mul(tf.math.mul(h, tf.constant(1 / (1 - rate))), kept);
    }

    private Operand<TFloat32> training() {
        Operand<TFloat32> z = model();
        Operand<TFloat32> costs = workload.regression()
                ? tf.math.squaredDifference(z, y)
                : tf.nn.softmaxCrossEntropyWithLogits(z, y).loss();
        Operand<TInt32> axes = workload.regression() ? tf.array(0, 1) : tf.array(0);
        Operand<TFloat32> cost = tf.math.mean(costs, axes);
        List<Variable<TFloat32>> parameters = List.copyOf(variables);
        Gradients gradients = tf.gradients(cost, parameters);
        if (workload.adam()) {
            adam(parameters, gradients);
        } else {
            for (int i = 0; i < parameters.size(); i++) {
                updates.add(tf.train.applyGradientDescent(
                        parameters.get(i), tf.constant(0.01f), gradients.<TFloat32>dy(i)));
            }
        }
        return cost;
    }

    private void adam(List<Variable<TFloat32>> parameters, Gradients gradients) {
        Variable<TFloat32> power1 = variable(tf.constant(0.9f));
        Variable<TFloat32> power2 = variable(tf.constant(0.999f));
        List<Op> all = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Variable<TFloat32> parameter = parameters.get(i);
            Operand<TFloat32> zeros = zeros(parameter.shape());
            all.add(tf.train.applyAdam(
                    parameter,
                    variable(zeros),
                    variable(zeros),
                    power1,
                    power2,
                    tf.constant(0.001f),
                    tf.constant(0.9f),
                    tf.constant(0.999f),
                    tf.constant(1e-8f),
                    gradients.<TFloat32>dy(i)));
        }
        Ops after = tf.withControlDependencies(all);
        updates.addAll(all);
        updates.add(after.assign(power1, after.math.mul(power1, tf.constant(0.9f))));
        updates.add(after.assign(power2, after.math.mul(power2, tf.constant(0.999f))));
    }

    private Operand<TFloat32> chain() {
        Operand<TFloat32> v = x;
        for (int i = 0; i < 250; i++) {
            v = tf.math.mul(tf.math.add(v, tf.constant(0.1f)), tf.constant(0.99f));
            v = tf.math.tanh(tf.nn.relu(v));
        }
        ReduceSum<TFloat32> sum = tf.reduceSum(v, tf.array(0));
        return tf.gradients(sum, List.of(x)).<TFloat32>dy(0);
    }

    @Override
    public void step() {
        run(updates.isEmpty());
    }

    /** Runs the session once; computes the outcome, and returns a number of it, only if asked to. */
    private double run(boolean outcomeToo) {
        try (TFloat32 features0 = TFloat32.tensorOf(featuresShape, DataBuffers.of(features))) {
            Session.Runner runner = session.runner().feed(x, features0);
            updates.forEach(runner::addTarget);
            if (outcomeToo) {
                runner.fetch(outcome);
            }
            if (updates.isEmpty()) {
                return first(runner);
            }
            try (TFloat32 targets0 = TFloat32.tensorOf(targetsShape, DataBuffers.of(targets))) {
                return first(runner.feed(y, targets0));
            }
        }
    }

    private static double first(Session.Runner runner) {
        try (Result result = runner.run()) {
            return result.size() == 0
                    ? 0
                    : ((TFloat32) result.get(0)).scalars().iterator().next().getFloat();
        }
    }

    @Override
    public double result() {
        return run(true);
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
