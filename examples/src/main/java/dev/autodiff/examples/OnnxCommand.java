package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.onnx.OnnxFiles;
import dev.autodiff.io.onnx.OnnxExporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code onnx}. */
@Command(
        name = "onnx",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Models in ONNX files: writes a saved model as one, describes and draws one, runs one.",
        subcommands = {OnnxCommand.Export.class, OnnxCommand.Import.class, OnnxCommand.RunFile.class},
        footer = {
            "",
            "Try:",
            "  ./autodiff iris && ./autodiff onnx export out/iris.safetensors",
            "  ./autodiff onnx import examples/data/digits_pytorch.onnx"
        })
final class OnnxCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "A command is missing, one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /** Returns the name of a file without its folder and the part behind the last dot. */
    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    /** The command {@code onnx export}. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Writes a model that was saved as ONNX, reads it back, and compares both.")
    static final class Export implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The model, a safetensors file as the examples save them.")
        private Path file = Path.of("");

        @Option(
                names = "--opset",
                paramLabel = "N",
                defaultValue = "" + OnnxExporter.USUAL_OPSET,
                description = "Version of ONNX's operations, " + OnnxExporter.OLDEST_OPSET + " to "
                        + OnnxExporter.NEWEST_OPSET + " (default: ${DEFAULT-VALUE}).")
        private int opset = OnnxExporter.USUAL_OPSET;

        @Mixin
        private CommonOptions common = new CommonOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (opset < OnnxExporter.OLDEST_OPSET || opset > OnnxExporter.NEWEST_OPSET) {
                throw new Options(spec.commandLine())
                        .wrong("--opset is from " + OnnxExporter.OLDEST_OPSET + " to " + OnnxExporter.NEWEST_OPSET
                                + ", not " + opset + ".");
            }
            ExampleContext context = common.context(spec);
            Path target = context.output(stem(file) + ".onnx");
            OnnxFiles.export(context, file, target, opset, common.seed);
            return Main.FINE;
        }
    }

    /** The command {@code onnx import}. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Reads an ONNX file: prints its inputs, outputs, weights and operations, draws its graph, and"
                    + " writes its weights as safetensors.")
    static final class Import implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The ONNX file.")
        private Path file = Path.of("");

        @Option(
                names = "--length",
                paramLabel = "NAME=N",
                description = "The length of a dimension that the file leaves open; may be given several times.")
        private Map<String, Integer> lengths = Map.of();

        @Mixin
        private CommonOptions common = new CommonOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            ExampleContext context = common.context(spec);
            OnnxFiles.describe(context, file, lengths);
            context.writeFigures();
            return Main.FINE;
        }
    }

    /** The command {@code onnx run}. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Runs an ONNX file on inputs from a NumPy file, and writes the outputs as one.")
    static final class RunFile implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "The ONNX file.")
        private Path file = Path.of("");

        @Parameters(
                index = "1",
                paramLabel = "INPUTS",
                description = "An .npz with an array for each input under its name, or an .npy for a single input.")
        private Path inputs = Path.of("");

        @Option(
                names = "--length",
                paramLabel = "NAME=N",
                description = "The length of a dimension that the file leaves open; may be given several times.")
        private Map<String, Integer> lengths = Map.of();

        @Option(
                names = "--to",
                paramLabel = "FILE",
                description = "The .npz to write (default: the name of the model in the folder of --out).")
        private @Nullable Path to;

        @Mixin
        private CommonOptions common = new CommonOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (to != null) {
                new Options(spec.commandLine()).without("--to", "--out");
            }
            ExampleContext context = common.context(spec);
            Path target = to == null ? context.output(stem(file) + "-outputs.npz") : to;
            OnnxFiles.run(context, file, lengths, inputs, target);
            return Main.FINE;
        }
    }
}
