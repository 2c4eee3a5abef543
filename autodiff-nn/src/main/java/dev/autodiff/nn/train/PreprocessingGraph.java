package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import dev.autodiff.nn.data.Imputer;
import dev.autodiff.nn.data.MinMaxScaler;
import dev.autodiff.nn.data.OneHotEncoder;
import dev.autodiff.nn.data.Pipeline;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.data.RobustScaler;
import dev.autodiff.nn.data.StandardScaler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps of preprocessing as operations, in double precision as {@link Preprocessing#transform} computes them, so that
 * both give the same bits.
 */
final class PreprocessingGraph {
    private PreprocessingGraph() {}

    /**
     * Returns the features as the layers take them, computed from a placeholder of the features as the data has them.
     *
     * @param input the placeholder of the model
     */
    @SuppressWarnings("try") // the name scope is open while the operations are made
    static Tensor of(List<Preprocessing> steps, Placeholder input) {
        Shape shape = input.shape();
        int columns = columns(steps);
        Tensor x = Placeholder.of(
                input.name(),
                input.dtype(),
                columns > 0 && shape.rank() == 2 ? Shape.of(shape.dim(0), columns) : shape);
        try (NameScope scope = NameScope.open("preprocessing")) {
            x = applied(steps, x);
        }
        if (!x.type().equals(input.type())) {
            throw new GraphException("The preprocessing makes " + x.describe()
                    + " of the features, but the model takes " + input.describe() + "\n    at " + SourceLine.here());
        }
        return x;
    }

    private static Tensor applied(List<Preprocessing> steps, Tensor features) {
        Tensor x = features;
        for (Preprocessing step : steps) {
            x = step instanceof Pipeline pipeline
                    ? applied(pipeline.steps(), x)
                    : transform(step, x.cast(DType.FLOAT64)).cast(x.dtype());
        }
        return x;
    }

    private static Tensor transform(Preprocessing step, Tensor x) {
        Config config = step.config();
        if (step instanceof StandardScaler) {
            return x.sub(constant(config, "mean")).div(constant(config, "std"));
        }
        if (step instanceof RobustScaler) {
            return x.sub(constant(config, "median")).div(constant(config, "range"));
        }
        if (step instanceof MinMaxScaler) {
            double[] min = config.numbers("min");
            double[] range = config.numbers("max");
            Arrays.setAll(range, i -> range[i] == min[i] ? 1 : range[i] - min[i]);
            double low = config.number("low");
            return x.sub(Tensors.constant(min))
                    .div(Tensors.constant(range))
                    .mul(config.number("high") - low)
                    .add(low);
        }
        if (step instanceof Imputer) {
            return Comparisons.where(Comparisons.ne(x, x), constant(config, "values"), x);
        }
        if (step instanceof OneHotEncoder) {
            return oneHot(config, x);
        }
        throw new GraphException(
                "The preprocessing " + step.getClass().getSimpleName() + " cannot be said in operations"
                        + " of a graph: scalers, Imputer, OneHotEncoder and Pipelines of them can. Take the graph"
                        + " behind it, model.network().outputs(Mode.INFERENCE), and preprocess what it is fed\n    at "
                        + SourceLine.here());
    }

    private static Tensor constant(Config config, String name) {
        return Tensors.constant(config.numbers(name));
    }

    /** Returns the columns, of which those with categories are compared with them. */
    private static Tensor oneHot(Config config, Tensor features) {
        Map<Integer, double[]> categories = new TreeMap<>();
        for (Described one : config.objects("encoded", Described.class)) {
            categories.put(one.config().integer("column"), one.config().numbers("values"));
        }
        Tensor x = features.shape().rank() == 1 ? features.expandDims(1) : features;
        List<Tensor> parts = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Integer, double[]> entry : categories.entrySet()) {
            int column = entry.getKey();
            if (column > next) {
                parts.add(columns(x, next, column));
            }
            double[] values = entry.getValue();
            Tensor known = Tensors.constant(NDArray.of(values).reshape(1, values.length));
            parts.add(columns(x, column, column + 1).eq(known).cast(x.dtype()));
            next = column + 1;
        }
        if (config.integer("columns") > next) {
            parts.add(columns(x, next, config.integer("columns")));
        }
        return Indexing.concat(1, parts.toArray(new Tensor[0]));
    }

    private static Tensor columns(Tensor x, int from, int to) {
        return Indexing.slice(x, new int[] {0, from}, new int[] {-1, to - from});
    }

    /** Returns the number of columns that the data has; 0 if no step tells. */
    private static int columns(List<Preprocessing> steps) {
        for (Preprocessing step : steps) {
            Config config = step.config();
            int columns = step instanceof Pipeline pipeline
                    ? columns(pipeline.steps())
                    : config.has("columns")
                            ? config.integer("columns")
                            : config.arguments().values().stream()
                                    .mapToInt(value -> value instanceof List<?> numbers ? numbers.size() : 0)
                                    .max()
                                    .orElse(0);
            if (columns > 0) {
                return columns;
            }
        }
        return 0;
    }
}
