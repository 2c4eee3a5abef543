package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.data.OneHot;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Maxout;
import dev.autodiff.nn.layer.MultiHeadAttention;
import dev.autodiff.nn.layer.RNN;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.layer.TimeDistributed;
import dev.autodiff.nn.layer.UpSampling2D;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.GradientTransform;
import dev.autodiff.nn.optimizer.Schedule;
import dev.autodiff.nn.optimizer.WeightDecay;
import dev.autodiff.nn.train.Checkpoint;
import dev.autodiff.nn.train.CsvLog;
import dev.autodiff.nn.train.EarlyStopping;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import dev.autodiff.nn.train.Output;
import dev.autodiff.nn.train.PyTorchFile;
import dev.autodiff.nn.train.ReduceOnPlateau;
import dev.autodiff.nn.train.WeightsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Arguments that are missing or too large: each is refused where it is given, in words that name it. */
@SuppressWarnings({"NullAway", "DataFlowIssue"})
class ArgumentsTest {
    private static final int MOST = Integer.MAX_VALUE;

    private final NDArray rows = NDArray.zeros(DType.FLOAT32, 2, 2);
    private final Map<Executable, String> nulls = new LinkedHashMap<>();
    private final Map<Executable, String> sizes = new LinkedHashMap<>();

    @TestFactory
    Stream<DynamicTest> missing() {
        graphs();
        layers();
        training();
        return nulls.entrySet().stream()
                .map(call -> refusal(NullPointerException.class, call.getKey(), call.getValue() + " is null"));
    }

    private void graphs() {
        Shape pair = Shape.of(2);
        Tensor cost = Variable.of("w", NDArray.of(1f)).sum();
        nulls.put(() -> Placeholder.of("x", null), "shape");
        nulls.put(() -> Placeholder.of(null, pair), "name");
        nulls.put(() -> Placeholder.of("x", null, pair), "dtype");
        nulls.put(() -> Variable.of("w", pair, null), "initializer");
        nulls.put(() -> Variable.of(null, pair, Initializers.zeros()), "name");
        nulls.put(() -> Variable.of(null, NDArray.of(1f)), "name");
        nulls.put(() -> new TrainOp(null, List.of(), List.of()), "cost");
        nulls.put(() -> new TrainOp.Update(null, cost, List.of()), "variable");
        nulls.put(() -> new Session().run((Tensor) null), "fetch");
        nulls.put(() -> new Session().run((TrainOp) null), "train");
        nulls.put(() -> new Session().drawProgram((TrainOp) null), "train");
        nulls.put(() -> new Session().profile((TrainOp) null), "train");
        nulls.put(() -> new Session().trace((Tensor) null), "the tensor to trace");
        nulls.put(() -> new GradientDescent((Schedule) null), "learningRate");
        nulls.put(() -> new Adam(0.1).withLearningRate(null), "learningRate");
        nulls.put(() -> new Adam(0.1).transform((GradientTransform) null), "transform");
        nulls.put(() -> new Adam(0.1).weightDecay((WeightDecay) null), "decay");
        nulls.put(() -> new Adam(0.1).minimize(null), "cost");
        nulls.put(() -> Schedule.function(null), "rule");
        nulls.put(() -> Schedule.of("k", null), "rule");
    }

    private void layers() {
        nulls.put(() -> new Dense(2, null), "activation");
        nulls.put(() -> new Dense(2).kernelInitializer(null), "initializer");
        nulls.put(() -> new Dense(2).biasRegularizer(null), "regularizer");
        nulls.put(() -> new Dense(2).kernelConstraint(null), "constraint");
        nulls.put(() -> new Dense(2).apply(null), "the input of the layer");
        nulls.put(() -> new Conv2D(2, 3, null), "activation");
        nulls.put(() -> new Conv2D(2, 3).biasInitializer(null), "initializer");
        nulls.put(() -> new Embedding(2, 3).embeddingsInitializer(null), "initializer");
        nulls.put(() -> new LSTM(2).recurrentActivation(null), "function");
        nulls.put(() -> new GRU(2).kernelRegularizer(null), "regularizer");
        nulls.put(() -> new RNN(null), "cell");
        nulls.put(() -> new TimeDistributed(null), "layer");
        nulls.put(() -> new MultiHeadAttention(2).mask(null), "mask");
        nulls.put(() -> new UpSampling2D(2).interpolation(null), "interpolation");
        nulls.put(() -> new Sequential(new Dense(2), null), "layer 2 of a Sequential");
        nulls.put(() -> Layer.of(null), "function");
    }

    private void training() {
        Loss loss = Loss.meanSquaredError();
        Model model = Model.sequential(new Dense(1));
        nulls.put(() -> Model.of((Layer) null), "layer");
        nulls.put(() -> model.compile(null, loss), "optimizer");
        nulls.put(() -> model.compile(new Adam(0.1), (Loss) null), "loss");
        nulls.put(() -> model.freeze((Layer) null), "layer");
        nulls.put(() -> Output.of(loss).named(null), "name");
        nulls.put(() -> Metric.of("m", null), "start");
        nulls.put(() -> Metric.mean(null, (predictions, targets) -> 0), "name");
        nulls.put(() -> Metric.f1(null), "average");
        nulls.put(() -> Checkpoint.last(null), "file");
        nulls.put(() -> Checkpoint.smallest(null, Path.of("x")), "name");
        nulls.put(() -> new CsvLog(null), "file");
        nulls.put(() -> EarlyStopping.smallest(null), "name");
        nulls.put(() -> ReduceOnPlateau.largest(null), "name");
        nulls.put(() -> WeightsFile.of(null), "path");
        nulls.put(() -> WeightsFile.of(Path.of("x")).rename("a", null), "inModel");
        nulls.put(() -> PyTorchFile.of(null), "path");
        nulls.put(() -> PyTorchFile.of(Path.of("x")).rename(null, "a"), "module");
        nulls.put(() -> new Dataset(rows, (NDArray) null), "labels");
        nulls.put(() -> new Batch((NDArray) null, rows), "features");
    }

    @TestFactory
    Stream<DynamicTest> sizesThatNoArrayHas() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder steps = Placeholder.of("steps", Shape.of(Shape.UNKNOWN, 4, 3));
        String many = "An array of shape [%s] would have more than 2147483647 elements, the most that a Java array can"
                + " hold";
        sizes.put(() -> OneHot.encode(NDArray.of(1, 2, 3), MOST), many.formatted("3, 2147483647"));
        sizes.put(() -> Generators.moons(MOST, 0, 1), many.formatted("2147483647, 2"));
        sizes.put(() -> Generators.spiral(MOST, 3, 0, 1), many.formatted("2147483647, 3"));
        sizes.put(() -> Generators.blobs(MOST, 3, 2, 1, 1), many.formatted("2147483647, 2"));
        sizes.put(() -> Generators.blobs(2, 3, -1, 1, 1), "There is at least one coordinate, but features = -1");
        sizes.put(() -> ConfusionMatrix.of(NDArray.of(1), NDArray.of(1), 50_000), many.formatted("50000, 50000"));
        sizes.put(() -> new Maxout(MOST, MOST).apply(x), many.formatted("2147483647, 2147483647"));
        sizes.put(() -> new LSTM(MOST).apply(steps), many.formatted("4, 2147483647"));
        sizes.put(
                () -> new Dataset(rows, rows).repeat(MOST),
                "2 examples 2147483647 times are 4294967294 rows, but an array has at most 2147483647");
        return sizes.entrySet().stream()
                .map(call -> refusal(IllegalArgumentException.class, call.getKey(), call.getValue()));
    }

    private static <T extends RuntimeException> DynamicTest refusal(Class<T> kind, Executable code, String message) {
        return DynamicTest.dynamicTest(
                message, () -> assertEquals(message, assertThrows(kind, code).getMessage()));
    }
}
