package dev.autodiff.io.onnx.load;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Recurrent layers, as loops over time whose weights can be trained further. Names of operands and formulas are those
 * of ONNX's descriptions of RNN, GRU and LSTM.
 */
final class RecurrentLoads {
    /** The kinds of layers, with the number of gates. */
    private enum Kind {
        RNN(1),
        GRU(3),
        LSTM(4);

        private final int gates;

        Kind(int gates) {
            this.gates = gates;
        }
    }

    private RecurrentLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        for (Kind kind : Kind.values()) {
            rules.put(kind.name(), n -> new RecurrentLoads.Layer(n, kind).load());
        }
    }

    /** The parameters of one direction, by gate. */
    private record Direction(
            List<Tensor> weights, List<Tensor> recurrent, List<Tensor> biases, List<Tensor> peepholes) {
        /** Returns x Wᵀ + Wb for a gate. */
        Tensor ofInput(int gate, Tensor x) {
            Tensor product = LinearAlgebra.matmul(x, weights.get(gate), false, true);
            return biases.isEmpty() ? product : product.add(biases.get(gate));
        }

        /** Returns h Rᵀ + Rb for a gate. */
        Tensor ofState(int gate, Tensor h) {
            Tensor product = LinearAlgebra.matmul(h, recurrent.get(gate), false, true);
            return biases.isEmpty() ? product : product.add(biases.get(recurrent.size() + gate));
        }

        Tensor of(int gate, Tensor x, Tensor h) {
            return ofInput(gate, x).add(ofState(gate, h));
        }

        /** Returns a sum with what a gate sees of the memory. */
        Tensor peep(int gate, Tensor sum, Tensor c) {
            return peepholes.isEmpty() ? sum : sum.add(c.mul(peepholes.get(gate)));
        }
    }

    /** A node. */
    private static final class Layer {
        private final LoadNode n;
        private final Kind kind;
        private final int directions;
        private final boolean batchFirst;
        private final int hidden;
        private final double clip;

        Layer(LoadNode n, Kind kind) {
            this.n = n;
            this.kind = kind;
            String direction = n.text("direction", "forward");
            if (!List.of("forward", "reverse", "bidirectional").contains(direction)) {
                throw new CannotLoad("has the direction \"" + direction + "\", which is none of ONNX's");
            }
            this.directions = direction.equals("bidirectional") ? 2 : 1;
            this.batchFirst = n.flag("layout", false);
            this.clip = n.number("clip", 0);
            Shape weights = n.shape(1);
            Shape recurrent = n.shape(2);
            this.hidden = recurrent.rank() == 3 ? recurrent.dim(2) : -1;
            if (n.rank(0) != 3 || hidden < 1 || weights.dim(0) != directions || recurrent.dim(0) != directions) {
                throw new CannotLoad("has operands of shapes " + n.shape(0) + ", " + weights + " and " + recurrent
                        + " for " + directions + " directions");
            }
        }

        List<Item> load() {
            Tensor x = batchFirst ? n.in(0).transpose(1, 0, 2) : n.in(0);
            boolean reverse = n.text("direction", "forward").equals("reverse");
            List<Tensor> outputs = new ArrayList<>();
            List<List<Tensor>> last = new ArrayList<>();
            for (int d = 0; d < directions; d++) {
                Recurrence.Step all = run(x, d, reverse || d == 1);
                outputs.add(all.outputs().get(0).expandDims(1)); // [steps, 1, batch, hidden]
                for (int i = 0; i < all.states().size(); i++) {
                    if (d == 0) {
                        last.add(new ArrayList<>());
                    }
                    last.get(i).add(all.states().get(i).expandDims(0)); // [1, batch, hidden]
                }
            }
            List<Item> items = new ArrayList<>();
            Tensor y = joined(outputs, 1);
            items.add(Item.of(batchFirst ? y.transpose(2, 0, 1, 3) : y));
            for (List<Tensor> state : last) {
                Tensor states = joined(state, 0);
                items.add(Item.of(batchFirst ? states.transpose(1, 0, 2) : states));
            }
            return items;
        }

        private static Tensor joined(List<Tensor> parts, int axis) {
            return parts.size() == 1 ? parts.get(0) : Indexing.concat(axis, parts.toArray(Tensor[]::new));
        }

        private Recurrence.Step run(Tensor x, int d, boolean reverse) {
            Direction direction = new Direction(
                    gates(1, d, kind.gates),
                    gates(2, d, kind.gates),
                    n.has(3) ? gates(3, d, 2 * kind.gates) : List.of(),
                    kind == Kind.LSTM && n.has(7) ? gates(7, d, 3) : List.of());
            Recurrence.Cell cell = cell(direction, activations(d));
            List<Tensor> initial = new ArrayList<>(List.of(initial(x, 5, d)));
            if (kind == Kind.LSTM) {
                initial.add(initial(x, 6, d));
            }
            if (!n.has(4)) {
                return Recurrence.scan(cell, List.of(x), initial, reverse);
            }
            Tensor steps = Recurrence.stepNumbers(x).expandDims(1);
            Tensor lengths = n.in(4).cast(x.dtype()).expandDims(0);
            Tensor counts = Comparisons.less(steps, lengths).expandDims(2); // [steps, batch, 1]
            return Recurrence.scan(masked(cell), List.of(x, counts), initial, reverse);
        }

        /** Returns a cell that leaves states as they were, and gives 0, where a step does not count. */
        private static Recurrence.Cell masked(Recurrence.Cell cell) {
            return (inputs, states) -> {
                Recurrence.Step step = cell.apply(inputs.subList(0, 1), states);
                Tensor counts = inputs.get(1);
                List<Tensor> kept = new ArrayList<>();
                for (int i = 0; i < states.size(); i++) {
                    kept.add(Comparisons.where(counts, step.states().get(i), states.get(i)));
                }
                return new Recurrence.Step(List.of(step.outputs().get(0).mul(counts)), kept);
            };
        }

        /** Returns the parts of a parameter of one direction, along its first axis. */
        private List<Tensor> gates(int operand, int d, int parts) {
            Tensor own = part(n.in(operand), 0, d).squeeze(0);
            return parts == 1 ? List.of(own) : Arrangement.split(own, parts, 0);
        }

        private static Tensor part(Tensor x, int axis, int i) {
            if (x.shape().dim(axis) == 1) {
                return x;
            }
            int[] starts = new int[x.shape().rank()];
            int[] sizes = new int[starts.length];
            Arrays.fill(sizes, -1);
            starts[axis] = i;
            sizes[axis] = 1;
            return Indexing.slice(x, starts, sizes);
        }

        private Tensor initial(Tensor x, int operand, int d) {
            if (!n.has(operand)) {
                return Recurrence.zeroState(x, hidden);
            }
            int axis = batchFirst ? 1 : 0;
            return part(n.in(operand), axis, d).squeeze(axis);
        }

        private List<UnaryOperator<Tensor>> activations(int d) {
            List<String> usual = kind == Kind.RNN
                    ? List.of("Tanh")
                    : kind == Kind.GRU ? List.of("Sigmoid", "Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
            List<UnaryOperator<Tensor>> all = RecurrentActivations.of(n, usual, directions);
            List<UnaryOperator<Tensor>> functions = new ArrayList<>();
            for (int i = 0; i < usual.size(); i++) {
                UnaryOperator<Tensor> function = all.get(d * usual.size() + i);
                boolean ofGate = i < 2; // ONNX Runtime does not clip the memory, of which the third one is a function
                functions.add(clip == 0 || !ofGate ? function : x -> function.apply(Arithmetic.clip(x, -clip, clip)));
            }
            return functions;
        }

        // ---- cells ----

        private Recurrence.Cell cell(Direction p, List<UnaryOperator<Tensor>> f) {
            return switch (kind) {
                case RNN ->
                    (in, states) -> {
                        Tensor h = f.get(0).apply(p.of(0, in.get(0), states.get(0)));
                        return new Recurrence.Step(List.of(h), List.of(h));
                    };
                case GRU -> gru(p, f, n.flag("linear_before_reset", false));
                case LSTM -> lstm(p, f, n.flag("input_forget", false));
            };
        }

        private static Recurrence.Cell gru(Direction p, List<UnaryOperator<Tensor>> f, boolean resetAfter) {
            return (in, states) -> {
                Tensor x = in.get(0);
                Tensor h = states.get(0);
                Tensor z = f.get(0).apply(p.of(0, x, h));
                Tensor r = f.get(0).apply(p.of(1, x, h));
                Tensor seen = resetAfter ? r.mul(p.ofState(2, h)) : p.ofState(2, r.mul(h));
                Tensor fresh = f.get(1).apply(p.ofInput(2, x).add(seen));
                Tensor after = fresh.sub(z.mul(fresh)).add(z.mul(h));
                return new Recurrence.Step(List.of(after), List.of(after));
            };
        }

        /**
         * The gates of ONNX are in the order i, o, f, c; peepholes in the order i, o, f. A coupled gate forgets as much
         * as the gate of the input lets in.
         */
        private static Recurrence.Cell lstm(Direction p, List<UnaryOperator<Tensor>> f, boolean coupled) {
            return (in, states) -> {
                Tensor x = in.get(0);
                Tensor h = states.get(0);
                Tensor c = states.get(1);
                Tensor i = f.get(0).apply(p.peep(0, p.of(0, x, h), c));
                Tensor forget = coupled ? i.neg().add(1) : f.get(0).apply(p.peep(2, p.of(2, x, h), c));
                Tensor fresh = f.get(1).apply(p.of(3, x, h));
                Tensor memory = forget.mul(c).add(i.mul(fresh));
                Tensor o = f.get(0).apply(p.peep(1, p.of(1, x, h), memory));
                Tensor after = o.mul(f.get(2).apply(memory));
                return new Recurrence.Step(List.of(after), List.of(after, memory));
            };
        }
    }
}
