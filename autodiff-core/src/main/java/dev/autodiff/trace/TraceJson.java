package dev.autodiff.trace;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.formula.Summary;
import dev.autodiff.json.JsonWriter;
import dev.autodiff.trace.Trace.Flow;
import dev.autodiff.trace.Trace.Node;
import dev.autodiff.trace.Trace.Pass;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A trace as JSON; the format is described in {@code docs/trace-format.md}. */
final class TraceJson {
    /** The version of the format, which changes when a reader of the old form would misunderstand the new one. */
    static final int VERSION = 2;

    /** The number of rows and columns of the corner that is written of a large array. */
    private static final int CORNER = 4;

    /** The largest number of rows and columns of blocks into which a large array is divided for a picture of it. */
    private static final int BLOCKS = 32;

    private final JsonWriter json = new JsonWriter();
    private final int wholeUpTo;
    private final ReplayJson replay = new ReplayJson(json, this::write);

    private TraceJson(int wholeUpTo) {
        this.wholeUpTo = wholeUpTo;
    }

    /** Returns the JSON of a trace, with arrays up to a number of elements whole. */
    static String of(Trace trace, int wholeUpTo) {
        TraceJson writer = new TraceJson(wholeUpTo);
        writer.write(trace);
        return writer.json.toString();
    }

    private void write(Trace trace) {
        json.open('{').field("format", "autodiff-trace").field("version", VERSION);
        json.field("result", trace.result().id());
        json.name("nodes").open('[');
        trace.nodes().forEach(node -> write(node, trace.replay().operation(node.id())));
        json.close(']').name("passes").open('[');
        trace.passes().forEach(pass -> write(pass, trace.replay().pass(pass.number())));
        json.close(']').name("steps").open('[');
        for (Trace.Frame frame : trace.frames()) {
            json.open('{').field("pass", frame.pass());
            json.field("phase", frame.phase().name().toLowerCase(Locale.ROOT));
            json.field("index", frame.index()).close('}');
        }
        json.close(']');
        trace.firstNaN()
                .ifPresent(frame -> json.field("firstNaN", trace.frames().indexOf(frame)));
        json.close('}');
    }

    private void write(Node node, Replay.Operation operation) {
        json.open('{').field("id", node.id()).field("name", node.name()).field("label", node.label());
        json.field("symbol", node.symbol());
        json.field("kind", node.kind().name().toLowerCase(Locale.ROOT)).field("op", node.op());
        json.field("formula", node.formula());
        if (node.kind() == Trace.Kind.OPERATION) {
            replay.write(operation);
        }
        json.name("inputs").open('[');
        node.inputs().forEach(json::number);
        json.close(']').field("dtype", node.dtype().name());
        json.name("shape");
        write(node.shape());
        json.field("source", node.source()).close('}');
    }

    private void write(Shape shape) {
        json.open('[');
        for (int dim : shape.dims()) {
            if (dim == Shape.UNKNOWN) {
                json.nothing();
            } else {
                json.number(dim);
            }
        }
        json.close(']');
    }

    private void write(Pass pass, Replay.Pass again) {
        json.open('{').field("number", pass.number()).name("forward").open('[');
        for (Trace.Forward forward : pass.forward()) {
            json.open('{').name("value");
            write(forward.value());
            optional("numbers", forward.numbers());
            optional("example", forward.example());
            replay.writeMasks(again.masks().getOrDefault(forward.node().id(), List.of()));
            json.close('}');
        }
        json.close(']').name("backward").open('[');
        for (Trace.Backward backward : pass.backward()) {
            json.open('{').name("gradient");
            write(backward.gradient());
            optional("reason", backward.reason());
            if (!backward.given().isEmpty()) {
                json.name("gives").open('[');
                backward.given().forEach(this::write);
                json.close(']');
            }
            if (backward.received().size() > 1) {
                json.name("order").open('[');
                backward.received().forEach(flow -> json.number(flow.from().id()));
                json.close(']');
            }
            json.close('}');
        }
        json.close(']').name("updates").open('[');
        for (int i = 0; i < pass.updates().size(); i++) {
            write(
                    pass.updates().get(i),
                    i < again.updates().size() ? again.updates().get(i) : List.of());
        }
        json.close(']').close('}');
    }

    private void write(Flow flow) {
        json.open('{').field("to", flow.to().id()).field("operand", flow.operand());
        if (flow.local().isPresent()) {
            Trace.Derivative local = flow.local().get();
            json.name("local").open('{').field("formula", local.formula());
            optional("numbers", local.numbers());
            json.name("value");
            write(local.value());
            json.close('}');
        }
        json.field("rule", flow.rule());
        optional("numbers", flow.numbers());
        optional("example", flow.example());
        if (flow.isSummed()) {
            json.name("share");
            write(flow.contribution());
        }
        json.name("value");
        write(flow.reduced());
        json.close('}');
    }

    private void write(Trace.Update update, List<Replay.Equation> again) {
        json.open('{').field("variable", update.variable()).field("node", update.node());
        json.name("before");
        write(update.before());
        json.name("gradient");
        write(update.gradient());
        json.field("rule", update.rule());
        optional("numbers", update.numbers());
        optional("example", update.example());
        json.name("after");
        write(update.after());
        json.name("equations").open('[');
        for (int i = 0; i < update.equations().size(); i++) {
            Trace.Equation equation = update.equations().get(i);
            json.open('{').field("symbol", equation.symbol()).field("formula", equation.formula());
            optional("numbers", equation.numbers());
            optional("example", equation.example());
            json.name("value");
            write(equation.value());
            if (i < again.size()) {
                replay.write(again.get(i));
            }
            json.close('}');
        }
        json.close(']').name("memory").open('[');
        for (Trace.Memory memory : update.memory()) {
            json.open('{').field("name", memory.name()).name("before");
            write(memory.before());
            json.name("after");
            write(memory.after());
            json.close('}');
        }
        json.close(']').close('}');
    }

    private void optional(String name, String text) {
        if (!text.isEmpty()) {
            json.field(name, text);
        }
    }

    private void write(Optional<NDArray> array) {
        if (array.isPresent()) {
            write(array.get());
        } else {
            json.nothing();
        }
    }

    /** Writes the elements in row-major order, or a summary and a corner. */
    private void write(NDArray array) {
        boolean single = array.dtype() == DType.FLOAT32;
        json.open('{').name("shape");
        write(array.shape());
        if (array.size() <= wholeUpTo) {
            json.name("data").open('[');
            for (int i = 0; i < array.size(); i++) {
                json.number(array.at(i), single);
            }
            json.close(']');
        } else {
            Summary summary = Summary.of(array);
            json.name("min").number(summary.min(), single).name("max").number(summary.max(), single);
            json.name("norm").number((float) summary.norm(), true);
            json.name("largest").number(summary.largest(), single);
            json.name("mean").number((float) summary.mean(), true);
            json.field("nonFinite", summary.nonFinite()).field("nan", summary.nan());
            json.name("first").number(array.at(0), single);
            corner(array, single);
            blocks(array, summary.largest());
        }
        json.close('}');
    }

    /** Writes the first rows and columns of the first matrix. */
    private void corner(NDArray array, boolean single) {
        int rank = array.shape().rank();
        int columns = array.dim(-1);
        int rows = rank == 1 ? 1 : array.dim(-2);
        json.name("corner").open('[');
        for (int i = 0; i < Math.min(rows, CORNER); i++) {
            json.open('[');
            for (int j = 0; j < Math.min(columns, CORNER); j++) {
                json.number(array.at(i * columns + j), single);
            }
            json.close(']');
        }
        json.close(']');
    }

    /**
     * Writes for each block of a large array the element that is farthest from 0, as a percentage of the largest
     * magnitude, or nothing if an element of the block is not finite.
     */
    private void blocks(NDArray array, double largest) {
        int columns = array.dim(-1);
        int rows = array.size() / columns;
        int height = Math.min(rows, BLOCKS);
        int width = Math.min(columns, BLOCKS);
        double[] extremes = new double[height * width];
        for (int i = 0; i < array.size(); i++) {
            long row = i / columns;
            long column = i % columns;
            int block = (int) (row * height / rows) * width + (int) (column * width / columns);
            double value = array.at(i);
            if (!Double.isFinite(value)) {
                extremes[block] = Double.NaN;
            } else if (Math.abs(value) > Math.abs(extremes[block])) {
                extremes[block] = value; // never true of a block that is NaN
            }
        }
        json.name("blocks").open('{').field("rows", height).field("columns", width);
        json.name("extremes").open('[');
        for (double extreme : extremes) {
            if (Double.isNaN(extreme)) {
                json.nothing();
            } else {
                json.number(largest > 0 ? Math.round(100 * extreme / largest) : 0);
            }
        }
        json.close(']').close('}');
    }
}
