package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A writer of the parts of a trace's JSON with which its runs are computed again. */
final class ReplayJson {
    private final JsonWriter json;
    private final Consumer<NDArray> arrays;

    /** Makes a writer that adds to a text, and writes arrays in the form of the trace. */
    ReplayJson(JsonWriter json, Consumer<NDArray> arrays) {
        this.json = json;
        this.arrays = arrays;
    }

    /** Adds type, attributes and, where some are masks, operands to the object of a node. */
    void write(Replay.Operation operation) {
        json.field("type", operation.op().name());
        Attributes attributes = operation.op().attributes();
        if (!attributes.isEmpty()) {
            json.name("attributes").open('{');
            for (Attribute<?> key : attributes.keys()) {
                write(json.name(key.name()), attributes.get(key));
            }
            json.close('}');
        }
        if (!operation.operands().isEmpty()) {
            json.name("operands").open('[');
            operation.operands().forEach(json::number);
            json.close(']');
        }
    }

    private static void write(JsonWriter to, Object value) {
        if (value instanceof List<?> list) {
            to.open('[');
            list.forEach(element -> write(to, element));
            to.close(']');
        } else if (value instanceof Double number) {
            to.number(number, false);
        } else if (value instanceof Number number) {
            to.number(number.longValue());
        } else if (value instanceof Boolean flag) {
            to.truth(flag);
        } else {
            to.text(String.valueOf(value));
        }
    }

    /** Adds the values of masks to the object of a node's value. */
    void writeMasks(List<NDArray> masks) {
        if (!masks.isEmpty()) {
            json.name("masks").open('[');
            masks.forEach(arrays);
            json.close(']');
        }
    }

    /** Adds the words of an equation and what they stand for to its object. */
    void write(Replay.Equation equation) {
        if (equation.words().isEmpty()) {
            return;
        }
        json.field("words", equation.words());
        if (equation.memory() >= 0) {
            json.field("memory", equation.memory());
        }
        json.name("operands").open('{');
        equation.operands().forEach((word, operand) -> {
            json.name(word).open('{').field("from", operand.origin().name().toLowerCase(Locale.ROOT));
            String name = equation.names().get(word);
            if (name != null) {
                json.field("name", name);
            }
            if (operand.value() != null) {
                json.name("dtype").text(operand.value().dtype().name()).name("value");
                arrays.accept(operand.value());
            } else if (operand.origin() == Replay.Origin.MEMORY || operand.origin() == Replay.Origin.EQUATION) {
                json.field("index", operand.index());
            }
            json.close('}');
        });
        json.close('}');
    }
}
