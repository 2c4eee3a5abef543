package dev.autodiff.examples.rnn;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.SequenceInput;
import dev.autodiff.nn.layer.SequenceOutput;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Schedule;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A GRU that learns to say the next value of a wave, and then goes on by itself: what it says is what it reads next.
 * The state goes from one step to the next through the session.
 */
public final class Wave {
    private static final int UNITS = 32;
    private static final int BATCH = 32;
    private static final int WINDOW = 60;
    private static final int GIVEN = 100;
    private static final int CONTINUED = 150;

    private final Placeholder wave = Placeholder.of("wave", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 1));
    private final Placeholder next = Placeholder.of("next", Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 1));
    private final Placeholder state = Placeholder.of("state", Shape.of(Shape.UNKNOWN, UNITS));
    private final SequenceOutput memory =
            new GRU(UNITS).returnSequences().apply(SequenceInput.of(wave).initialState(state));
    private final Tensor said = new Dense(1).apply(memory.output());

    private Wave() {}

    /** Returns the wave at a time. */
    private static double value(double time) {
        return 0.8 * Math.sin(time / 4);
    }

    /** Trains for some steps, draws the continuation, and returns its mean distance from the wave. */
    public static double run(ExampleContext context, int steps, long seed) {
        return new Wave().trainAndContinue(context, steps, seed);
    }

    private double trainAndContinue(ExampleContext context, int steps, long seed) {
        context.heading("A sine wave, continued");
        context.print(
                "A GRU of %d units learns to say the next value from windows of %d, in %d steps of Adam, whose rate"
                        + " falls from 0.01 along a cosine.",
                UNITS, WINDOW, steps);
        TrainOp train = new Adam(Schedule.cosine(0.01, 0.0001, steps)).minimize(Losses.meanSquaredError(said, next));
        SplittableRandom random = new SplittableRandom(seed);
        NDArray zeros = NDArray.zeros(DType.FLOAT32, Shape.of(BATCH, UNITS));
        try (Session session = new Session(seed)) {
            PreparedRun step = session.prepare(train, List.of(), wave, next, state);
            for (int i = 0; i < steps; i++) {
                float[] before = new float[BATCH * WINDOW];
                float[] after = new float[BATCH * WINDOW];
                for (int row = 0; row < BATCH; row++) {
                    double start = 1000 * random.nextDouble();
                    for (int t = 0; t < WINDOW; t++) {
                        before[row * WINDOW + t] = (float) value(start + t);
                        after[row * WINDOW + t] = (float) value(start + t + 1);
                    }
                }
                step.run(NDArray.wrap(before, BATCH, WINDOW, 1), NDArray.wrap(after, BATCH, WINDOW, 1), zeros);
            }
            return draw(context, continued(session));
        }
    }

    /** Returns what the network says after the values that it is given. */
    private double[] continued(Session session) {
        float[] given = new float[GIVEN];
        for (int t = 0; t < GIVEN; t++) {
            given[t] = (float) value(t);
        }
        NDArray input = NDArray.wrap(given, 1, GIVEN, 1);
        NDArray remembered = NDArray.zeros(DType.FLOAT32, Shape.of(1, UNITS));
        double[] values = new double[CONTINUED];
        for (int t = 0; t < CONTINUED; t++) {
            List<NDArray> results =
                    session.run(List.of(said, memory.states().get(0)), feed(wave, input), feed(state, remembered));
            double[] all = results.get(0).toDoubles();
            values[t] = all[all.length - 1];
            input = NDArray.wrap(new float[] {(float) values[t]}, 1, 1, 1);
            remembered = results.get(1);
        }
        return values;
    }

    private static double draw(ExampleContext context, double[] values) {
        double[] times = new double[GIVEN + CONTINUED];
        double[] truth = new double[times.length];
        double[] later = new double[CONTINUED];
        double distance = 0;
        for (int t = 0; t < times.length; t++) {
            times[t] = t;
            truth[t] = value(t);
        }
        for (int t = 0; t < CONTINUED; t++) {
            later[t] = GIVEN + t;
            distance += Math.abs(values[t] - truth[GIVEN + t]) / CONTINUED;
        }
        Plot plot = new Plot("A sine wave, continued by a GRU from time " + GIVEN, "time", "value")
                .line("the wave", times, truth)
                .line("the network by itself", later, values);
        context.figure("wave", plot);
        context.print("mean distance from the wave over %d steps by itself: %s", CONTINUED, Numbers.brief(distance));
        return distance;
    }
}
