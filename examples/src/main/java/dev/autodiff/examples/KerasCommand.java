package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.keras.KerasTalk;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code keras}. */
@Command(
        name = "keras",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "The Keras network of M. Fullwood's PyCon 2017 talk, on the handwritten digits of MNIST: sequential,"
                        + " compile, fit and evaluate, with the talk's figures beside ours.")
final class KerasCommand implements Callable<Integer> {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of passes over the training images (default: ${DEFAULT-VALUE}, the talk's).")
    private int epochs = 100;

    @Option(names = "--by-hand", description = "Does the same with a loop by hand, of the parts that fit is made of.")
    private boolean byHand;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        new Options(spec.commandLine()).atLeastOne("--epochs", epochs);
        ExampleContext context = common.context(spec);
        KerasTalk.run(context, Mnist.load(context.data("mnist")), epochs, common.seed, byHand);
        return Main.FINE;
    }
}
