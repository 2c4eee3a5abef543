package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.iris.IrisSpecies;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code iris}. */
@Command(
        name = "iris",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Species of irises, whose labels are text: cross-validation, a confusion matrix with names, and"
                + " preprocessing that is saved with the model.")
final class IrisCommand implements Callable<Integer> {
    private static final int MOST_FOLDS = 50;

    @Option(
            names = "--folds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of parts of the cross-validation (default: ${DEFAULT-VALUE}).")
    private int folds = 5;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "60",
            description = "Number of passes over the training flowers (default: ${DEFAULT-VALUE}).")
    private int epochs = 60;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        if (folds < 2 || folds > MOST_FOLDS) {
            throw check.wrong("--folds is from 2 to " + MOST_FOLDS + ", the flowers of a species, not " + folds + ".");
        }
        check.atLeastOne("--epochs", epochs);
        ExampleContext context = common.context(spec);
        IrisSpecies.run(context, folds, epochs, common.seed);
        return Main.FINE;
    }
}
