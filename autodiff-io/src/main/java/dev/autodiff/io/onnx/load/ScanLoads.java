package dev.autodiff.io.onnx.load;

import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Loops over the slices of sequences, whose body is a graph of its own. */
final class ScanLoads {
    private ScanLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Scan", ScanLoads::scan);
    }

    private static List<Item> scan(LoadNode n) {
        GraphProto body = n.graph("body");
        int count = n.whole("num_scan_inputs", 0);
        int states = n.items().size() - count;
        if (count < 1 || states < 0 || body.inputs().size() != n.items().size()) {
            throw new CannotLoad("has " + n.items().size() + " operands, " + count
                    + " of them sequences, and a body of " + body.inputs().size());
        }
        int results = body.outputs().size() - states;
        if (results < 0) {
            throw new CannotLoad("has a body with fewer results than its " + states + " states");
        }
        int[] inputDirections = each(n, "scan_input_directions", count);
        int[] inputAxes = each(n, "scan_input_axes", count);
        int[] outputDirections = each(n, "scan_output_directions", results);
        int[] outputAxes = each(n, "scan_output_axes", results);
        boolean reverse = IntStream.of(inputDirections).allMatch(direction -> direction == 1);
        List<Tensor> initial = IntStream.range(0, states).mapToObj(n::in).toList();
        List<Tensor> sequences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Tensor sequence = moved(n.in(states + i), inputAxes[i], 0);
            sequences.add(!reverse && inputDirections[i] == 1 ? Arrangement.flip(sequence, 0) : sequence);
        }
        Recurrence.Cell cell = (inputs, before) -> {
            List<Item> operands = Stream.concat(before.stream(), inputs.stream())
                    .map(Item::of)
                    .toList();
            List<Tensor> made =
                    n.context().body(body, operands).stream().map(Item::tensor).toList();
            return new Recurrence.Step(made.subList(states, made.size()), made.subList(0, states));
        };
        Recurrence.Step all = Recurrence.scan(cell, sequences, initial, reverse);
        List<Item> items = new ArrayList<>();
        all.states().forEach(state -> items.add(Item.of(state)));
        for (int i = 0; i < results; i++) {
            Tensor output = all.outputs().get(i); // where the inputs of the steps are
            boolean inOrder = reverse == (outputDirections[i] == 1);
            items.add(Item.of(moved(inOrder ? output : Arrangement.flip(output, 0), 0, outputAxes[i])));
        }
        return items;
    }

    /** Returns an attribute with a number for each of some, 0 if it is left out. */
    private static int[] each(LoadNode n, String name, int count) {
        int[] numbers = n.wholes(name).orElse(new int[count]);
        if (numbers.length != count) {
            throw new CannotLoad("has " + numbers.length + " numbers in " + name + " for " + count);
        }
        return numbers;
    }

    /** Moves an axis to another place. */
    private static Tensor moved(Tensor x, int from, int to) {
        int rank = x.shape().rank();
        int source = x.shape().axis(from);
        int target = x.shape().axis(to);
        List<Integer> order = new ArrayList<>();
        IntStream.range(0, rank).filter(axis -> axis != source).forEach(order::add);
        order.add(target, source);
        return source == target
                ? x
                : x.transpose(order.stream().mapToInt(Integer::intValue).toArray());
    }
}
