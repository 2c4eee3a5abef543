package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.logistic.BreastCancer;
import dev.autodiff.examples.logistic.MnistSoftmax;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code logistic}. */
@Command(
        name = "logistic",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Logistic regression: two classes (breast cancer) and, as softmax regression, ten (MNIST).")
final class LogisticCommand implements Callable<Integer> {
    /** The cases, in the order of {@code all}. */
    enum Case {
        BREAST_CANCER,
        MNIST,
        ALL
    }

    @Option(
            names = "--case",
            paramLabel = "NAME",
            defaultValue = "all",
            description = "breast-cancer, mnist or all (default: ${DEFAULT-VALUE}).")
    private String wanted = "all";

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.2",
            description = "For mnist: learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate = 0.2;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "12",
            description = "For mnist: number of passes over the training images (default: ${DEFAULT-VALUE}).")
    private int epochs = 12;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "For mnist: images per step (default: ${DEFAULT-VALUE}).")
    private int batch = 128;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options check = new Options(spec.commandLine());
        Case chosen = check.choice("case", Case.class, wanted);
        check.positive("--learning-rate", learningRate);
        check.atLeastOne("--epochs", epochs);
        check.atLeastOne("--batch", batch);
        if (chosen == Case.BREAST_CANCER) {
            check.without("--case breast-cancer", "--learning-rate", "--epochs", "--batch");
        }
        ExampleContext context = common.context(spec);
        if (chosen != Case.MNIST) {
            BreastCancer.run(context, common.seed);
        }
        if (chosen != Case.BREAST_CANCER) {
            Mnist digits = Mnist.load(context.data("mnist"));
            MnistSoftmax.run(context, digits, new MnistSoftmax.Settings(learningRate, epochs, batch, common.seed));
        }
        context.writeFigures();
        return Main.FINE;
    }
}
