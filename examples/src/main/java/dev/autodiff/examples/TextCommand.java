package dev.autodiff.examples;

import dev.autodiff.examples.text.SentenceTopics;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code text}. */
@Command(
        name = "text",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Topics of sentences: a vector for each word, the mean of the vectors, and softmax; with the"
                + " nearest neighbours of words.",
        footer = {"", "Try:", "  ./autodiff text", "  ./autodiff text --sentence \"she beat the old team\""})
final class TextCommand implements Callable<Integer> {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Number of passes over the training sentences (default: ${DEFAULT-VALUE}).")
    private int epochs = 20;

    @Option(
            names = "--sentence",
            paramLabel = "TEXT",
            description = "A sentence of your own, whose topic is predicted as well.")
    private @Nullable String sentence;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        new Options(spec.commandLine()).atLeastOne("--epochs", epochs);
        SentenceTopics.run(common.context(spec), epochs, sentence, common.seed);
        return Main.FINE;
    }
}
