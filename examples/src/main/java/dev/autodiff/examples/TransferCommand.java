package dev.autodiff.examples;

import dev.autodiff.examples.onnx.TransferLearning;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code transfer}. */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Transfer learning: a network from an ONNX file, which PyTorch has trained to read digits, gets a"
                + " new last layer and learns from a few images which digits are odd.")
final class TransferCommand implements Callable<Integer> {
    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of images of each digit to learn from (default: ${DEFAULT-VALUE}).")
    private int images = 1;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        check.atLeastOne("--images", images);
        if (images > 80) {
            throw check.wrong("--images is up to 80, not " + images + ": of some digits there are no more.");
        }
        TransferLearning.run(common.context(spec), images, common.seed);
        return Main.FINE;
    }
}
