package dev.autodiff.examples.mlp;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.profile.Profile;

/** The report of one network trained on MNIST. */
public final class MlpReport {
    private MlpReport() {}

    /** Trains with the given settings, prints and plots the results. */
    public static MnistMlp.Result run(ExampleContext context, MlpSettings settings) {
        long start = System.nanoTime();
        Mnist digits = Mnist.load(context.data("mnist"));
        context.print(
                "MNIST: %d training and %d test images, read in %.1f s",
                digits.train().rows(), digits.test().rows(), seconds(start));
        context.print("Network " + describe(settings));
        long begin = System.nanoTime();
        MnistMlp.Result result = MnistMlp.train(context, "epoch", digits, settings);
        ConfusionMatrix confusion =
                ConfusionMatrix.of(result.predicted(), digits.test().labels(), Mnist.CLASSES);
        context.print("");
        context.print(confusion.toString());
        context.print("");
        context.print("training accuracy %s %%", Numbers.percent(result.trainAccuracy(), 2));
        context.print("test accuracy     %s %%", Numbers.percent(result.testAccuracy(), 2));
        context.print("trained in %.1f s", seconds(begin));
        context.figure(
                "mnist-mlp",
                new Plot("Cost of each epoch", "epoch", "cross-entropy").perEpoch("training", result.costs(), 1),
                new Plot("Test accuracy", "epoch", "test accuracy in %")
                        .perEpoch(
                                "test",
                                result.testAccuracies().stream()
                                        .map(a -> 100 * a)
                                        .toList(),
                                1)
                        .legend(Plot.Corner.LOWER_RIGHT));
        return result;
    }

    /** Profiles a training step and prints the time of each operation. */
    public static Profile profile(ExampleContext context, MlpSettings settings) {
        Mnist digits = Mnist.load(context.data("mnist"));
        context.print("Network " + describe(settings));
        context.print("");
        Profile profile = MnistMlp.profile(digits, settings);
        context.print(profile.table().stripTrailing());
        context.file("mnist-mlp.trace.json", profile.toChromeTrace());
        return profile;
    }

    static String describe(MlpSettings settings) {
        StringBuilder text = new StringBuilder("784");
        settings.hidden().forEach(size -> text.append('-').append(size));
        text.append("-10");
        if (!settings.hidden().isEmpty()) {
            text.append(", activation ").append(lower(settings.activation()));
        }
        text.append(", ").append(lower(settings.optimizer()));
        text.append(" at learning rate ").append(Numbers.brief(settings.learningRate()));
        text.append(", ")
                .append(settings.epochs())
                .append(" epochs in batches of ")
                .append(settings.batch());
        if (settings.l2() > 0) {
            text.append(", L2 ").append(Numbers.brief(settings.l2()));
        }
        if (settings.keepProb() < 1) {
            text.append(", dropout keeps ")
                    .append(Numbers.percent(settings.keepProb(), 0))
                    .append(" %");
        }
        return text.append(", seed ").append(settings.seed()).toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
