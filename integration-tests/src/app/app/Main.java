package app;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.metric.Regression;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.profile.Peak;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import java.time.Duration;

/** A user's program, which touches every package: trains a line and prints what came out, for the integration test. */
public final class Main {
    private Main() {}

    /**
     * Runs the program.
     *
     * @param args ignored
     */
    public static void main(String[] args) {
        Dataset line = Generators.noisyLine(100, 2, 1, 0, 1);
        NDArray labels = line.labels().reshape(100, 1);
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("w", Shape.of(1, 1), Initializers.zeros());
        Variable b = Variable.of("b", Shape.of(1), Initializers.zeros());
        Tensor cost = Losses.meanSquaredError(x.matmul(w).add(b), y);
        TrainOp train = new GradientDescent(1e-4).minimize(cost);
        try (Session session = new Session(1)) {
            for (int i = 0; i < 100; i++) {
                session.run(train, feed(x, line.features()), feed(y, labels));
            }
            NDArray prediction = session.run(x.matmul(w).add(b), feed(x, line.features()));
            System.out.println("module=" + Main.class.getModule().getName());
            System.out.println("kernels=" + kernels());
            System.out.println("line=" + cost.sourceLine());
            System.out.println("good=" + (Regression.r2(prediction, labels) > 0.99));
        }
    }

    /** The kernels that compute, as a profile of next to nothing tells. */
    private static String kernels() {
        ProfileSettings quick =
                ProfileSettings.standard().withWarmUp(Duration.ZERO).withRuns(1).withPeak(new Peak(1, 1));
        return Profile.of(Tensors.constant(1f).neg(), quick).summary().kernels();
    }
}
