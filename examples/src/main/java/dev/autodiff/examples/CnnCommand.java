package dev.autodiff.examples;

import dev.autodiff.examples.cnn.CnnReport;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code cnn}. */
@Command(
        name = "cnn",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a convolutional network on the handwritten digits of MNIST, and draws its filters, its"
                + " feature maps of a digit, and the digits that it gets wrong.")
final class CnnCommand implements Callable<Integer> {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "" + CnnReport.EPOCHS,
            description = "Number of passes over the training images (default: ${DEFAULT-VALUE}).")
    private int epochs = CnnReport.EPOCHS;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        new Options(spec.commandLine()).atLeastOne("--epochs", epochs);
        ExampleContext context = common.context(spec);
        CnnReport.run(context, Mnist.load(context.data("mnist")), epochs, common.seed);
        context.writeFigures();
        return Main.FINE;
    }
}
