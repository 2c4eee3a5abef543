package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.linear.D2lRegression;
import dev.autodiff.examples.linear.Diabetes;
import dev.autodiff.examples.linear.HousePrices;
import dev.autodiff.examples.linear.LineRegression;
import dev.autodiff.examples.linear.MadeWithMl;
import dev.autodiff.examples.linear.MakeRegression;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code linear}. */
@Command(
        name = "linear",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Linear regression: five tutorials, with their results beside ours, and a real data set.",
        footer = {
            "",
            "Cases:",
            "  d2l              Dive into Deep Learning: the weights of synthetic data",
            "  line             The Neural Perspective: a line, without and with scaled x",
            "  make-regression  Neural Networks with Numpy: training and test points",
            "  madewithml       Made With ML: gradients by hand and from the graph, Adam, L2",
            "  houses           PyCon 2017 talk: house prices, and a too large learning rate",
            "  diabetes         real data: cross-validation, and the closed-form solution"
        })
final class LinearCommand implements Callable<Integer> {
    /** The cases, in the order of {@code all}. */
    enum Case {
        D2L,
        LINE,
        MAKE_REGRESSION,
        MADEWITHML,
        HOUSES,
        DIABETES,
        ALL
    }

    @Option(
            names = "--case",
            paramLabel = "NAME",
            defaultValue = "all",
            description = "One of the cases below, or all (default: ${DEFAULT-VALUE}).")
    private String wanted = "all";

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Case chosen = new Options(spec.commandLine()).choice("case", Case.class, wanted);
        ExampleContext context = common.context(spec);
        for (Case each : Case.values()) {
            if (each != Case.ALL && (chosen == Case.ALL || chosen == each)) {
                run(each, context);
            }
        }
        context.writeFigures();
        return Main.FINE;
    }

    private void run(Case each, ExampleContext context) {
        switch (each) {
            case D2L -> D2lRegression.run(context, common.seed);
            case LINE -> LineRegression.run(context, common.seed);
            case MAKE_REGRESSION -> MakeRegression.run(context, common.seed);
            case MADEWITHML -> MadeWithMl.run(context, common.seed);
            case HOUSES -> HousePrices.run(context, common.seed);
            case DIABETES -> Diabetes.run(context, common.seed);
            case ALL -> throw new IllegalStateException("all is not one case");
        }
    }
}
