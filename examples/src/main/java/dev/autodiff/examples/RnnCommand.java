package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.rnn.RowByRow;
import dev.autodiff.examples.rnn.Wave;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code rnn}. */
@Command(
        name = "rnn",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Recurrent networks: an LSTM reads the handwritten digits of MNIST row by row, and a GRU learns"
                + " a wave and continues it, as a picture.")
final class RnnCommand implements Callable<Integer> {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "4",
            description = "Number of passes over the training images (default: ${DEFAULT-VALUE}).")
    private int epochs = 4;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of steps in which the wave is learned (default: ${DEFAULT-VALUE}).")
    private int steps = 1000;

    @Option(names = "--wave", description = "The wave alone, which takes seconds.")
    private boolean waveAlone;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        check.atLeastOne("--epochs", epochs);
        check.atLeastOne("--steps", steps);
        if (waveAlone) {
            check.without("--wave", "--epochs");
        }
        ExampleContext context = common.context(spec);
        if (!waveAlone) {
            RowByRow.run(context, Mnist.load(context.data("mnist")), epochs, common.seed);
        }
        Wave.run(context, steps, common.seed);
        context.writeFigures();
        return Main.FINE;
    }
}
