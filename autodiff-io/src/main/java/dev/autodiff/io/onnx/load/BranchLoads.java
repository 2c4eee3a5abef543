package dev.autodiff.io.onnx.load;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Choices between graphs, and loops that are unrolled, as their number of steps is known beforehand. */
final class BranchLoads {
    /** The most steps of a loop. */
    private static final long MOST_STEPS = 1 << 10;

    private BranchLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("If", BranchLoads::choice);
        rules.put("Loop", BranchLoads::loop);
    }

    private static Optional<Boolean> truth(Item item) {
        return item.array().filter(array -> array.size() == 1).map(array -> array.at(0) != 0);
    }

    private static List<Item> choice(LoadNode n) {
        Optional<Boolean> condition = truth(n.item(0));
        if (condition.isPresent()) {
            return n.context().body(n.graph(condition.get() ? "then_branch" : "else_branch"), List.of());
        }
        List<Item> yes = n.context().body(n.graph("then_branch"), List.of());
        List<Item> no = n.context().body(n.graph("else_branch"), List.of());
        List<Item> chosen = new ArrayList<>();
        for (int i = 0; i < Math.min(yes.size(), no.size()); i++) {
            Tensor a = yes.get(i).tensor();
            Tensor b = no.get(i).tensor();
            if (!a.shape().equals(b.shape()) || a.dtype() != b.dtype()) {
                throw new CannotLoad("chooses, when the model is run, between " + a.shape() + " and " + b.shape());
            }
            chosen.add(Item.of(Comparisons.where(n.in(0).reshape(), a, b)));
        }
        return chosen;
    }

    private static List<Item> loop(LoadNode n) {
        GraphProto body = n.graph("body");
        int states = n.items().size() - 2;
        int results = body.outputs().size() - 1 - states;
        if (states < 0 || results < 0 || body.inputs().size() != states + 2) {
            throw new CannotLoad("has " + n.items().size() + " operands and a body of "
                    + body.inputs().size() + " with " + body.outputs().size() + " results");
        }
        long steps = n.has(0) ? (long) n.number(0) : MOST_STEPS + 1;
        Item condition = n.has(1) ? n.item(1) : Item.of(Longs.scalar(1));
        List<Item> state = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            state.add(n.item(2 + i));
        }
        List<List<Tensor>> made = new ArrayList<>();
        for (long step = 0; step < steps && goesOn(condition); step++) {
            if (step == MOST_STEPS) {
                throw new CannotLoad("goes on for more than " + MOST_STEPS + " steps");
            }
            List<Item> operands = new ArrayList<>(List.of(Item.of(Longs.scalar(step)), condition));
            operands.addAll(state);
            List<Item> all = n.context().body(body, operands);
            condition = all.get(0);
            state = all.subList(1, 1 + states);
            made.add(all.subList(1 + states, all.size()).stream()
                    .map(Item::tensor)
                    .toList());
        }
        List<Item> items = new ArrayList<>(state);
        for (int i = 0; i < results; i++) {
            int place = i;
            if (made.isEmpty()) {
                throw new CannotLoad("makes a sequence in no step");
            }
            items.add(Item.of(
                    Indexing.stack(0, made.stream().map(step -> step.get(place)).toArray(Tensor[]::new))));
        }
        return items;
    }

    private static boolean goesOn(Item condition) {
        return truth(condition)
                .orElseThrow(() -> new CannotLoad("goes on by a condition that is computed when the model is run,"
                        + " where a constant is needed"));
    }
}
