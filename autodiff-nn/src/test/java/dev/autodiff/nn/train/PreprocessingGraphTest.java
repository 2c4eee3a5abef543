package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.data.Imputer;
import dev.autodiff.nn.data.MinMaxScaler;
import dev.autodiff.nn.data.OneHotEncoder;
import dev.autodiff.nn.data.Pipeline;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.data.RobustScaler;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.layer.Dense;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Preprocessing as operations, which gives the same bits as on arrays. */
class PreprocessingGraphTest {
    private static final NDArray RAW = NDArray.of(
            new float[][] {{2019.3f, 7, Float.NaN}, {2021.7f, 5, 2.1f}, {1999.9f, 7, 4.3f}, {2020, 6, 0.7f}});

    private static void checkSame(NDArray raw, Preprocessing... steps) {
        NDArray expected = raw;
        for (Preprocessing step : steps) {
            expected = step.transform(expected);
        }
        int[] dims = expected.shape().dims();
        dims[0] = Shape.UNKNOWN;
        try (Model model = Model.sequential(new Dense(2)).preprocessing(steps).build(raw.dtype(), Shape.of(dims))) {
            Placeholder input = model.inputs().get(0);
            Tensor prepared = Objects.requireNonNull(model.preprocessed().get(input));
            Placeholder there = (Placeholder) Topology.order(List.of(prepared)).stream()
                    .filter(Placeholder.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            assertEquals(input.name(), there.name());
            assertEquals(raw.shape().with(0, Shape.UNKNOWN), there.shape());
            assertEquals(expected, model.session().run(prepared, Feed.feed(there, raw)), List.of(steps)::toString);
        }
    }

    @Test
    void eachStepAndAllOfThem() {
        NDArray known = Imputer.median(RAW).transform(RAW);
        List<Function<NDArray, Preprocessing>> fits = List.of(
                StandardScaler::fit,
                MinMaxScaler::fit,
                x -> MinMaxScaler.fit(x, -1, 2),
                RobustScaler::fit,
                x -> OneHotEncoder.fit(x, 1),
                x -> OneHotEncoder.fit(x, 0, 2),
                x -> OneHotEncoder.fit(x, 0, 1, 2));
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            for (Function<NDArray, Preprocessing> fit : fits) {
                NDArray x = known.cast(dtype);
                checkSame(x, fit.apply(x));
            }
            NDArray x = RAW.cast(dtype);
            checkSame(x, Imputer.mean(x));
            checkSame(
                    x,
                    Imputer.mean(x),
                    Pipeline.fit(known.cast(dtype), z -> OneHotEncoder.fit(z, 1), StandardScaler::fit));
        }
        checkSame(
                NDArray.of(new float[][] {{1, 8}, {2, 5}}),
                OneHotEncoder.fit(NDArray.of(new float[][] {{0, 5}, {0, 7}}), 1).ignoringUnknown());
    }

    @Test
    void withoutStepsTheInputIsWhatTheLayersTake() {
        assertEquals(Map.of(), Model.sequential(new Dense(1)).build(2).preprocessed());
    }

    private record Doubled() implements Preprocessing {
        @Override
        public NDArray transform(NDArray x) {
            return x;
        }

        @Override
        public Config config() {
            return Config.of("Doubled");
        }
    }

    @Test
    void stepsOfOnesOwnAndOtherWidthsAreRefused() {
        Model own = Model.sequential(new Dense(1)).preprocessing(new Doubled()).build(2);
        String message = String.valueOf(
                assertThrows(GraphException.class, own::preprocessed).getMessage());
        assertTrue(message.contains("Doubled cannot be said in operations"), message);
        assertTrue(message.contains("model.network().outputs(Mode.INFERENCE)"), message);
        NDArray known = Imputer.median(RAW).transform(RAW);
        Model wrong = Model.sequential(new Dense(1))
                .preprocessing(OneHotEncoder.fit(known, 1))
                .build(2);
        message = String.valueOf(
                assertThrows(GraphException.class, wrong::preprocessed).getMessage());
        assertTrue(message.contains("[?, 5]") && message.contains("[?, 2]"), message);
    }
}
