package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.digits.SmallDigits;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code digits}. */
@Command(
        name = "digits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "A classifier of digits in 8 x 8 pixels with all that a training usually has: dropout, L2, decay,"
                + " early stopping, and the best model in a file that another process loads.",
        footer = {"", "Try:", "  ./autodiff digits", "  ./autodiff digits --load out/digits.safetensors"})
final class DigitsCommand implements Callable<Integer> {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "100",
            description = "Largest number of passes over the training images (default: ${DEFAULT-VALUE}); training"
                    + " stops earlier when the validation gets no better.")
    private int epochs = 100;

    @Option(
            names = "--load",
            paramLabel = "FILE",
            description = "Instead of training, loads a saved model and tests it; with the seed of its training, so"
                    + " that the test images are the same.")
    private @Nullable Path load;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        check.atLeastOne("--epochs", epochs);
        if (load != null) {
            check.without("--load", "--epochs");
        }
        ExampleContext context = common.context(spec);
        if (load == null) {
            SmallDigits.run(context, epochs, common.seed);
        } else {
            SmallDigits.runLoaded(context, load, common.seed);
        }
        context.writeFigures();
        return Main.FINE;
    }
}
