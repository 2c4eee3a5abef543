package dev.autodiff.examples.iris;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Imputer;
import dev.autodiff.nn.data.LabelEncoder;
import dev.autodiff.nn.data.Pipeline;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Three species of irises by the sizes of their leaves. The labels of the file are names; cross-validation tells how
 * good a model is of which there are few examples; and the preprocessing is saved with the model, so that it predicts
 * from what is measured.
 */
public final class IrisSpecies {
    private static final int BATCH = 16;

    /** Two flowers that are not in the data, one measurement of which is missing. */
    private static final NDArray NEW_FLOWERS =
            NDArray.of(new float[][] {{5.0f, 3.4f, 1.5f, 0.2f}, {6.5f, Float.NaN, 5.5f, 2.0f}});

    private IrisSpecies() {}

    /** Returns a model that is trained; the steps of the preprocessing are fitted to its own training data alone. */
    static Model train(Dataset flowers, List<String> names, int epochs, long seed) {
        Model model = Model.sequential(new Dense(16, Activation.RELU), new Dense(names.size(), Activation.SOFTMAX));
        model.seed(seed).classNames(names.toArray(String[]::new));
        model.preprocessing(Pipeline.fit(flowers.features(), Imputer::mean, StandardScaler::fit));
        model.compile(new Adam(0.01), Loss.softmaxCrossEntropy(), Metric.accuracy());
        model.fit(flowers, epochs, BATCH);
        return model;
    }

    /** Returns what models predict of flowers that they were not trained on: each flower is left out once. */
    static ConfusionMatrix crossValidate(Dataset flowers, List<String> names, int folds, int epochs, long seed) {
        ConfusionMatrix all = null;
        for (Dataset.Fold fold : flowers.foldsStratified(folds, seed)) {
            try (Model model = train(fold.train(), names, epochs, seed)) {
                NDArray predicted = model.predict(fold.validation().features());
                ConfusionMatrix some =
                        ConfusionMatrix.of(predicted, fold.validation().labels(), names.size());
                all = all == null ? some : all.plus(some);
            }
        }
        return Objects.requireNonNull(all);
    }

    /** Cross-validates, saves a model that is trained on all flowers, and predicts with it. */
    public static ConfusionMatrix run(ExampleContext context, int folds, int epochs, long seed) {
        context.heading("Iris: three species by four measurements");
        CsvTable table = context.table("iris.csv");
        List<String> names = table.classNames("species");
        Dataset flowers = table.classDataset("species");

        ConfusionMatrix left = crossValidate(flowers, names, folds, epochs, seed);
        context.print("Cross-validation: %d folds, each flower predicted by a model that has not seen it.", folds);
        context.print("");
        context.print(Table.of(left, names).toString());
        context.print("");
        context.print("accuracy %s %% of %d flowers", Numbers.percent(left.accuracy(), 1), left.total());

        Path file = context.output("iris.safetensors");
        try (Model model = train(flowers, names, epochs, seed)) {
            model.save(file);
        }
        try (Model loaded = Model.load(file)) {
            LabelEncoder species = new LabelEncoder(loaded.classNames());
            NDArray predicted = loaded.predict(NEW_FLOWERS);
            List<String> answers = species.decode(predicted);
            context.print("");
            context.print("A model of all flowers, with preprocessing and names, is in %s.", file);
            context.print("Loaded, it predicts:");
            for (int i = 0; i < answers.size(); i++) {
                context.print(
                        "  %s is %s, with a probability of %s %%",
                        NEW_FLOWERS.row(i),
                        answers.get(i),
                        Numbers.percent(predicted.row(i).max(), 1));
            }
        }
        return left;
    }
}
