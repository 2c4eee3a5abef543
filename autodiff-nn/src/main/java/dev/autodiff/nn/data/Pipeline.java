package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Steps of preprocessing, one after the other. Fitted as a whole to the training data alone, so that nothing of the
 * test data leaks into the model:
 *
 * <pre>{@code
 * NDArray train = NDArray.of(new double[][] {{1}, {Double.NaN}, {3}});
 * Pipeline pipeline = Pipeline.fit(train, Imputer::mean, StandardScaler::fit);
 * pipeline.transform(NDArray.of(new double[][] {{2}, {Double.NaN}})); // [[0.] [0.]]
 * }</pre>
 *
 * @param steps the steps in their order
 */
public record Pipeline(List<Preprocessing> steps) implements Preprocessing {
    /** Makes a pipeline of fitted steps. */
    public Pipeline {
        steps = List.copyOf(steps);
    }

    /**
     * Fits each step to what the steps before it make of an array.
     *
     * @param x the training data, {@code [rows, columns]}
     * @param fits the functions that fit a step, such as {@code StandardScaler::fit} or
     *     {@code x -> OneHotEncoder.fit(x, 3)}
     */
    @SafeVarargs
    public static Pipeline fit(NDArray x, Function<NDArray, ? extends Preprocessing>... fits) {
        List<Preprocessing> steps = new ArrayList<>();
        NDArray changed = x;
        for (Function<NDArray, ? extends Preprocessing> fit : fits) {
            Preprocessing step = fit.apply(changed);
            steps.add(step);
            changed = step.transform(changed);
        }
        return new Pipeline(steps);
    }

    @Override
    public NDArray transform(NDArray x) {
        NDArray changed = x;
        for (Preprocessing step : steps) {
            changed = step.transform(changed);
        }
        return changed;
    }

    @Override
    public Config config() {
        return Config.of("Pipeline").with("steps", steps);
    }

    static Pipeline read(Config config) {
        return new Pipeline(config.objects("steps", Preprocessing.class));
    }
}
