package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.gpt.GptReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code gpt}. */
@Command(
        name = "gpt",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a small GPT on the characters of Pride and Prejudice, lets it write, and shows what its"
                + " heads look at and one step of backpropagation through one of them.")
final class GptCommand implements Callable<Integer> {
    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "" + GptReport.STEPS,
            description = "Number of training steps (default: ${DEFAULT-VALUE}).")
    private int steps = GptReport.STEPS;

    @Option(
            names = "--load",
            paramLabel = "FILE",
            description = "Instead of training, reads what an earlier run has learned, such as out/gpt.safetensors.")
    private @Nullable Path load;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        new Options(spec.commandLine()).atLeastOne("--steps", steps);
        ExampleContext context = common.context(spec);
        GptReport.run(context, steps, common.seed, load);
        context.writeFigures();
        return Main.FINE;
    }
}
