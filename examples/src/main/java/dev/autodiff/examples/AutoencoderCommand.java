package dev.autodiff.examples;

import dev.autodiff.examples.autoencoder.Autoencoder;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code autoencoder}. */
@Command(
        name = "autoencoder",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "An autoencoder of the handwritten digits of MNIST: a network compresses an image to a few numbers"
                        + " and draws it again; a picture shows originals and reconstructions.",
        footer = {"", "Try:", "  ./autodiff autoencoder", "  ./autodiff autoencoder --code 2"})
final class AutoencoderCommand implements Callable<Integer> {
    @Option(
            names = "--code",
            paramLabel = "N",
            defaultValue = "32",
            description = "Number of numbers that an image is compressed to (default: ${DEFAULT-VALUE}).")
    private int code = 32;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "8",
            description = "Number of passes over the training images (default: ${DEFAULT-VALUE}).")
    private int epochs = 8;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        check.atLeastOne("--code", code);
        check.atLeastOne("--epochs", epochs);
        ExampleContext context = common.context(spec);
        Autoencoder.run(context, Mnist.load(context.data("mnist")), code, epochs, common.seed);
        context.writeFigures();
        return Main.FINE;
    }
}
