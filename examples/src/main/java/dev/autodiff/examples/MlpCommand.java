package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.mlp.Activation;
import dev.autodiff.examples.mlp.MlpReport;
import dev.autodiff.examples.mlp.MlpSettings;
import dev.autodiff.examples.mlp.OptimizerChoice;
import dev.autodiff.examples.mlp.TalkTable;
import dev.autodiff.examples.mlp.Toy;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code mlp}. */
@Command(
        name = "mlp",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains a multilayer perceptron on the handwritten digits of MNIST: by default one"
                    + " hidden layer of 128 neurons, relu and Adam."
        },
        footer = {
            "",
            "Try:",
            "  ./autodiff mlp --hidden 256,128 --keep-prob 0.8",
            "  ./autodiff mlp --profile",
            "  ./autodiff mlp --toy spiral",
            "  ./autodiff mlp --compare"
        })
final class MlpCommand implements Callable<Integer> {
    /** The options that say how one network is trained, apart from --epochs. */
    private static final String[] OF_THE_NETWORK = {
        "--hidden", "--activation", "--l2", "--keep-prob", "--optimizer", "--learning-rate", "--final-rate", "--batch"
    };

    @Option(
            names = "--hidden",
            paramLabel = "N,..",
            defaultValue = "128",
            description = "Number of neurons of each hidden layer, or none (default: ${DEFAULT-VALUE}).")
    private String hidden = "128";

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "relu",
            description =
                    "Activation of the hidden layers: relu, leaky-relu, tanh, sigmoid, elu, gelu, softplus or none"
                            + " (default: ${DEFAULT-VALUE}).")
    private String activation = "relu";

    @Option(
            names = "--l2",
            paramLabel = "X",
            defaultValue = "0",
            description = "Adds X * sum(w^2)/2 over all weights to the cost (default: ${DEFAULT-VALUE}).")
    private double l2;

    @Option(
            names = "--keep-prob",
            paramLabel = "P",
            defaultValue = "1",
            description = "Probability with which dropout keeps a hidden neuron in training (default: 1).")
    private double keepProb = 1;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "adam",
            description = "sgd, momentum, nesterov, adagrad, rmsprop, adam or adamw (default: ${DEFAULT-VALUE}).")
    private String optimizer = "adam";

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Learning rate (default: depends on the optimizer).")
    private @Nullable Double learningRate;

    @Option(
            names = "--final-rate",
            paramLabel = "P",
            defaultValue = "0.1",
            description = "Fraction of the learning rate that is left in the last epoch; 1 keeps it constant"
                    + " (default: ${DEFAULT-VALUE}).")
    private double finalRate = 0.1;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Number of passes over the training images (default: 8; with --compare 20).")
    private @Nullable Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "Images per step (default: ${DEFAULT-VALUE}).")
    private int batch = 128;

    @Option(
            names = "--profile",
            description =
                    "Instead of training, profiles a training step: prints the time of each operation, and writes a"
                            + " trace for the viewers of Chrome and Perfetto.")
    private boolean profile;

    @Option(
            names = "--compare",
            description = "Trains the six networks of M. Fullwood's PyCon 2017 talk and prints its results beside ours."
                    + " Takes minutes; of the options above, --epochs alone goes with it.")
    private boolean compare;

    @Option(
            names = "--toy",
            paramLabel = "NAME",
            description = "Instead of MNIST, points in the plane: xor, circles, spiral or moons; draws the"
                    + " decision boundaries of networks with 0, 2, 3, 5 and more hidden neurons. None of the options"
                    + " above goes with it.")
    private @Nullable String toy;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        MlpSettings settings = settings(check);
        Toy.Points points = toy == null ? null : check.choice("toy", Toy.Points.class, toy);
        if (compare && toy != null) {
            throw check.wrong("--compare and --toy cannot be combined; choose one.");
        }
        if (profile && (compare || toy != null)) {
            throw check.wrong(
                    "--profile measures one network on MNIST; it cannot be combined with --compare or --toy.");
        }
        if (compare || toy != null) {
            check.without(compare ? "--compare" : "--toy", OF_THE_NETWORK);
        }
        if (profile || toy != null) {
            check.without(profile ? "--profile" : "--toy", "--final-rate", "--epochs");
        }
        ExampleContext context = common.context(spec);
        if (points != null) {
            Toy.draw(context, points, common.seed);
        } else if (compare) {
            TalkTable.run(
                    context,
                    Mnist.load(context.data("mnist")),
                    epochs == null ? TalkTable.EPOCHS : epochs,
                    common.seed);
        } else if (profile) {
            MlpReport.profile(context, settings);
        } else {
            MlpReport.run(context, settings);
        }
        context.writeFigures();
        return Main.FINE;
    }

    private MlpSettings settings(Options check) {
        OptimizerChoice chosen = check.choice("optimizer", OptimizerChoice.class, optimizer);
        double rate = learningRate == null ? chosen.learningRate() : learningRate;
        int rounds = epochs == null ? MlpSettings.standard().epochs() : epochs;
        check.positive("--learning-rate", rate);
        check.notNegative("--l2", l2);
        if (!(finalRate > 0 && finalRate <= 1)) {
            throw check.wrong(
                    "--final-rate is a fraction of the learning rate, above 0 and up to 1, not " + finalRate + ".");
        }
        check.atLeastOne("--epochs", rounds);
        check.atLeastOne("--batch", batch);
        if (!(keepProb > 0 && keepProb <= 1)) {
            throw check.wrong("--keep-prob is a probability, above 0 and up to 1, not " + keepProb + ".");
        }
        return new MlpSettings(
                layers(check),
                check.choice("activation", Activation.class, activation),
                MlpSettings.Start.HE,
                l2,
                keepProb,
                chosen,
                rate,
                finalRate,
                rounds,
                batch,
                common.seed);
    }

    private List<Integer> layers(Options check) {
        List<Integer> sizes = new ArrayList<>();
        if (!hidden.equals("none")) {
            for (String size : hidden.split(",", -1)) {
                if (!size.strip().matches("[1-9][0-9]{0,4}")) {
                    throw check.wrong(
                            "--hidden is the number of neurons of each hidden layer, for example 128 or 256,128, or"
                                    + " none;"
                                    + " \"" + hidden + "\" is not.");
                }
                sizes.add(Integer.parseInt(size.strip()));
            }
        }
        return sizes;
    }
}
