package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Regularizer;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adadelta;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Adamax;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Lion;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Nadam;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import dev.autodiff.nn.optimizer.Schedule;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import dev.autodiff.nn.train.Trainer;
import dev.autodiff.profile.Peak;
import dev.autodiff.profile.ProfileSettings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that prepared runs allocate nothing. Only with scalar kernels, because the Vector API itself allocates until
 * the virtual machine has compiled the loops, and a test cannot know when that is.
 */
class AllocationTest {
    @BeforeAll
    static void withScalarKernels() {
        assumeTrue(KernelProvider.kernels().name().equals("scalar"), "Vectors are objects until they are compiled");
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Returns the bytes that this thread and the team's threads allocate in 50 steps, in the best of several tries. */
    private static long allocated(Runnable step) {
        for (int i = 0; i < 100; i++) {
            step.run();
        }
        long[] threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread == Thread.currentThread() || thread.getName().startsWith("autodiff-"))
                .mapToLong(Thread::getId)
                .toArray();
        total(threads);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++) {
            long before = total(threads);
            for (int i = 0; i < 50; i++) {
                step.run();
            }
            least = Math.min(least, total(threads) - before);
        }
        return least;
    }

    private static long total(long[] threads) {
        long total = 0;
        for (long thread : threads) {
            total += THREADS.getThreadAllocatedBytes(thread);
        }
        return total;
    }

    @Test
    void theMeasurementSeesAllocations() {
        Object[] kept = new Object[1];
        assertTrue(allocated(() -> kept[0] = new long[1]) >= 50 * 16);
    }

    static Stream<Arguments> optimizersAndSizes() {
        return Stream.of(
                Arguments.of(new GradientDescent(0.1), 4),
                Arguments.of(new Momentum(0.1, 0.9), 4),
                Arguments.of(Momentum.nesterov(0.1, 0.9), 4),
                Arguments.of(new Adagrad(0.1), 4),
                Arguments.of(new RmsProp(0.01), 4),
                Arguments.of(new Adam(0.01), 4),
                Arguments.of(Adam.withDecay(0.01, 0.01), 4),
                Arguments.of(new Adam(0.01).amsgrad(), 4),
                Arguments.of(new Adadelta(1), 4),
                Arguments.of(new Adamax(0.01), 4),
                Arguments.of(new Nadam(0.01), 4),
                Arguments.of(
                        new Lion(Schedule.cosine(0.01, 0, 100).warmup(10))
                                .clipGlobalNorm(1)
                                .weightDecay(0.01)
                                .averaging(0.9),
                        4),
                Arguments.of(new GradientDescent(0.1), 300),
                Arguments.of(new Adam(0.01), 300));
    }

    /** The larger model is large enough for several threads; the batches are ragged. */
    @ParameterizedTest
    @MethodSource("optimizersAndSizes")
    void trainingAllocatesNothing(Optimizer optimizer, int hidden) {
        Classifier model = new Classifier(hidden);
        TrainOp train = optimizer.minimize(model.cost);
        NDArray x = Classifier.features(64, 1);
        NDArray labels = Classifier.labels(64, 1);
        NDArray half = NDArray.scalar(0.5f);
        NDArray tail = x.rows(0, 40);
        NDArray tailLabels = labels.rows(0, 40);
        NDArray three = NDArray.scalar(0.3f);
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(train, List.of(model.cost), model.x, model.labels, model.keep);
            double[] sum = new double[1];
            long bytes = allocated(() -> {
                step.run(x, labels, half);
                sum[0] += step.number(0);
                step.run(tail, tailLabels, three);
                sum[0] += step.number(0);
            });
            assertEquals(0, bytes);
            assertTrue(Double.isFinite(sum[0]));
        }
    }

    @Test
    void regressionAndInferenceAllocateNothing() {
        Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("w", NDArray.zeros(DType.FLOAT64, 3, 1));
        Tensor predicted = x.matmul(w).tanh();
        TrainOp train = new Momentum(0.01, 0.5).minimize(Losses.huber(predicted, y, 0.5));
        NDArray values = Classifier.features(30, 1).cast(DType.FLOAT64).reshape(60, 3);
        NDArray targets = NDArray.zeros(DType.FLOAT64, 60, 1);
        try (Session session = new Session()) {
            PreparedRun training = session.prepare(train, List.of(), x, y);
            PreparedRun inference = session.prepare(List.of(predicted.argmax(0), predicted.max()), x);
            assertEquals(0, allocated(() -> {
                training.run(values, targets);
                inference.run(values);
                inference.number(0);
                inference.number(1);
            }));
        }
    }

    @Test
    void stepsOfAModelAllocateNothing() {
        Layer layers = new Sequential(
                new Dense(8, Activation.RELU).kernelRegularizer(Regularizer.l2(0.01)),
                new BatchNorm(),
                Dropout.rate(0.5),
                new Dense(3).kernelConstraint(Constraint.maxNorm(1)));
        NDArray x = Classifier.features(64, 1);
        NDArray labels = Classifier.labels(64, 1);
        try (Model model = Model.of(layers).compile(new Adam(0.01), Loss.softmaxCrossEntropy())) {
            Trainer trainer = model.trainer();
            double[] sum = new double[1];
            assertEquals(0, allocated(() -> sum[0] += trainer.step(x, labels)));
            assertTrue(Double.isFinite(sum[0]));
        }
    }

    /** After a profile, runs allocate as little as before. */
    @Test
    void trainingAllocatesNothingAfterItWasProfiled() {
        Classifier model = new Classifier(4);
        NDArray x = Classifier.features(64, 1);
        NDArray labels = Classifier.labels(64, 1);
        NDArray half = NDArray.scalar(0.5f);
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(model.train, List.of(), model.x, model.labels, model.keep);
            ProfileSettings quick = ProfileSettings.standard()
                    .withWarmUp(Duration.ZERO)
                    .withRuns(10)
                    .withPeak(new Peak(1, 1));
            assertTrue(step.profile(quick, x, labels, half).total() > 0);
            assertEquals(0, allocated(() -> step.run(x, labels, half)));
        }
    }
}
