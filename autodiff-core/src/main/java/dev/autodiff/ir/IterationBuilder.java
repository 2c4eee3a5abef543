package dev.autodiff.ir;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is to be repeated, and its way into a program. The body is written for one step; only what a step
 * needs of the step before it is repeated. Everything else is moved out of the repetition and computed for all steps
 * at once: before it, what depends on the sequences alone, such as the product of inputs and weights, and after it,
 * what no later step needs, such as the gradients of weights, a single product over all steps.
 */
public final class IterationBuilder {
    /** The part of what a step computes that is wanted. */
    public enum Part {
        /** The value of every step, along a new first axis. */
        ALL,
        /** The sum over the steps. */
        SUM
    }

    /**
     * A result that is wanted.
     *
     * @param value a value of the body
     */
    public record Wanted(Part part, Value value) {}

    private final ProgramBuilder ir;
    private final ProgramBuilder body;
    private final int steps;
    private final boolean reverse;
    private final List<Value> operands = new ArrayList<>();
    private final List<Value> leaves = new ArrayList<>();
    private final List<Value> states = new ArrayList<>();
    private final Set<Value> sequences = new HashSet<>();

    /**
     * Creates a builder without operands.
     *
     * @param ir the program that gets the computation
     * @param steps the number of steps, at least one
     * @param reverse true if the last slices come first
     */
    public IterationBuilder(ProgramBuilder ir, int steps, boolean reverse) {
        this.ir = ir;
        this.body = ir.another();
        this.steps = steps;
        this.reverse = reverse;
    }

    /** Returns the builder of the computation of one step. */
    public ProgramBuilder body() {
        return body;
    }

    /** Adds a sequence, and returns the slice of it that a step gets. */
    public Value sequence(Value sequence) {
        Shape shape = Shapes.without(sequence.shape(), List.of(0));
        Value slice = leaf(sequence, shape);
        sequences.add(slice);
        return slice;
    }

    /** Adds a state by its value before the first step, and returns its value before a step. */
    public Value state(Value initial) {
        Value state = leaf(initial, initial.shape());
        states.add(state);
        return state;
    }

    /** Adds a value that all steps read, and returns it as they see it. */
    public Value captured(Value value) {
        NDArray constant = value.constant();
        return constant != null ? body.constant(constant) : leaf(value, value.shape());
    }

    private Value leaf(Value operand, Shape shape) {
        Value leaf = body.input(operand.dtype(), shape);
        operands.add(operand);
        leaves.add(leaf);
        return leaf;
    }

    /**
     * Adds the computation to the program.
     *
     * @param nextStates the values of the states after a step, in the order in which they were added
     * @param wanted values of the body that are wanted of every step
     * @param finals the numbers of the states that are wanted as they are after the last step
     * @return what is wanted, followed by these states
     */
    public List<Value> build(List<Value> nextStates, List<Wanted> wanted, List<Integer> finals) {
        List<Value> roots = new ArrayList<>(nextStates);
        wanted.forEach(want -> roots.add(want.value));
        List<Value> values = body.build(roots).values();
        IterationDivision division = new IterationDivision(values, sequences, states, nextStates, wanted, finals);
        return new Emission(values, nextStates, division).results(wanted, finals);
    }

    /** The way of the divided body into the program. */
    private final class Emission {
        private final List<Value> values;
        private final List<Value> next;
        private final IterationDivision division;
        /** By value id: the value outside. */
        private final TimeBatching.@Nullable Batched[] batched;

        private final @Nullable Object origin = ir.origin();

        Emission(List<Value> values, List<Value> next, IterationDivision division) {
            this.values = values;
            this.next = next;
            this.division = division;
            this.batched = new TimeBatching.Batched[values.size()];
        }

        /** Adds everything to the program. */
        List<Value> results(List<Wanted> wanted, List<Integer> finals) {
            boolean[] late = new boolean[values.size()];
            for (Value value : values) {
                late[value.id()] = division.stateful[value.id()] || division.isKept(value);
                for (Value operand : value.inputs()) {
                    late[value.id()] |= late[operand.id()];
                }
            }
            computeOutside(late, false);
            List<Value> kept = values.stream()
                    .filter(value -> division.outside[value.id()] && division.isKept(value))
                    .toList();
            boolean any = !kept.isEmpty();
            for (boolean state : division.neededStates) {
                any |= state;
            }
            List<Value> last = any ? new Repetition(kept).emit(finals) : List.of();
            computeOutside(late, true);
            List<Value> results = new ArrayList<>();
            for (Wanted want : wanted) {
                ir.origin(want.value.origin());
                results.add(want.part == Part.SUM ? sum(want.value) : all(want.value));
            }
            ir.origin(origin);
            results.addAll(last);
            return results;
        }

        private void computeOutside(boolean[] late, boolean afterwards) {
            for (Value value : values) {
                int id = value.id();
                if (division.outside[id] && batched[id] == null && late[id] == afterwards) {
                    ir.origin(value.origin());
                    batched[id] = compute(value);
                }
            }
            ir.origin(origin);
        }

        private TimeBatching.Batched compute(Value value) {
            int leaf = leaves.indexOf(value);
            if (leaf >= 0) {
                return new TimeBatching.Batched(operands.get(leaf), sequences.contains(value));
            }
            if (value.primitive() instanceof Constant constant) {
                return new TimeBatching.Batched(ir.constant(constant.value()), false);
            }
            if (value.primitive() instanceof StateRead read) {
                return new TimeBatching.Batched(ir.state(read.state()), false);
            }
            if (division.timed[value.id()]) {
                return new TimeBatching.Batched(batching(value).compute(), true);
            }
            List<Value> in = value.inputs().stream()
                    .map(operand -> batched(operand).value())
                    .toList();
            return new TimeBatching.Batched(
                    ir.add((Operation) value.primitive(), value.dtype(), value.shape(), in), false);
        }

        private TimeBatching batching(Value value) {
            TimeBatching.Batched[] in = IterationDivision.isRandom(value)
                    ? new TimeBatching.Batched[0]
                    : value.inputs().stream().map(this::batched).toArray(TimeBatching.Batched[]::new);
            return new TimeBatching(ir, steps, value, in);
        }

        private TimeBatching.Batched batched(Value value) {
            return Objects.requireNonNull(batched[value.id()], () -> "Not computed outside: " + value);
        }

        /** Returns the value of every step. */
        private Value all(Value value) {
            TimeBatching.Batched known = batched(value);
            return known.stacked() ? known.value() : ir.broadcast(known.value(), Shapes.stacked(steps, value.shape()));
        }

        /** Returns the sum over the steps, of linear operations as that of their operands. */
        private Value sum(Value value) {
            if (!division.timed[value.id()]) {
                return ir.map(Elementwise.MUL, batched(value).value(), ir.number(value.dtype(), steps));
            }
            if (value.isLeaf() || division.isKept(value)) {
                return ir.reduce(Reduction.SUM, all(value), 0);
            }
            if (value.primitive() instanceof Pointwise map
                    && map.op() == Elementwise.ADD
                    && value.input(0).shape().equals(value.shape())
                    && value.input(1).shape().equals(value.shape())) {
                return ir.map(Elementwise.ADD, sum(value.input(0)), sum(value.input(1)));
            }
            if (value.primitive() instanceof Reshape) {
                return ir.reshape(sum(value.input(0)), value.shape());
            }
            if (value.primitive() instanceof Transpose transpose) {
                return ir.transpose(
                        sum(value.input(0)),
                        transpose.permutation().stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
            }
            return batching(value).sum();
        }

        /** The part that is repeated, on its way into the program. */
        private final class Repetition {
            private final ProgramBuilder step = new ProgramBuilder(Rewriter.NONE, false);
            private final Map<Value, Value> inside = new HashMap<>();
            private final Set<Value> outputs = new HashSet<>();
            private final List<Value> in = new ArrayList<>();
            private final List<Integer> carried = new ArrayList<>();
            private final List<Value> kept;

            Repetition(List<Value> kept) {
                this.kept = kept;
                for (int i = 0; i < division.neededStates.length; i++) {
                    if (division.neededStates[i]) {
                        carried.add(i);
                    }
                }
            }

            /** Adds the iteration and what it keeps, and returns the states after the last step that are wanted. */
            List<Value> emit(List<Integer> finals) {
                Set<Value> read = readFromOutside();
                int slices = addInputs(read, true);
                for (int i : carried) {
                    Value state = states.get(i);
                    inside.put(state, step.input(state.dtype(), state.shape()));
                    in.add(operands.get(leaves.indexOf(state)));
                }
                addInputs(read, false);
                for (Value value : values) {
                    if (division.repeated[value.id()]) {
                        step.origin(value.origin());
                        inside.put(
                                value,
                                step.add(
                                        (Operation) value.primitive(),
                                        value.dtype(),
                                        value.shape(),
                                        value.inputs().stream()
                                                .map(this::inside)
                                                .toList()));
                    }
                }
                List<Value> results = new ArrayList<>();
                carried.forEach(i -> results.add(output(next.get(i))));
                kept.forEach(value -> results.add(output(value)));
                Iteration iteration = new Iteration(step.build(results), steps, reverse, slices, carried.size());
                return results(ir.add(iteration, in.get(0).dtype(), Shape.scalar(), in), finals);
            }

            private Set<Value> readFromOutside() {
                Set<Value> read = new LinkedHashSet<>();
                for (Value value : values) {
                    read.addAll(division.repeated[value.id()] ? value.inputs() : List.of());
                }
                carried.forEach(i -> read.add(next.get(i)));
                read.removeIf(value -> division.repeated[value.id()] || states.contains(value));
                return read;
            }

            /** Adds those inputs that have a slice for each step, or those that have not, and returns how many. */
            private int addInputs(Set<Value> read, boolean slices) {
                int count = 0;
                for (Value value : read) {
                    if (division.timed[value.id()] != slices) {
                        continue;
                    }
                    if (value.primitive() instanceof Constant constant) {
                        inside.put(value, step.constant(constant.value()));
                        continue;
                    }
                    step.origin(value.origin());
                    inside.put(value, step.input(value.dtype(), value.shape()));
                    in.add(batched(value).value());
                    count++;
                }
                return count;
            }

            private Value inside(Value value) {
                return Objects.requireNonNull(inside.get(value), () -> "Not computed in a step: " + value);
            }

            /** Returns an output of the body: a value of a loop of its own that is no other output. */
            private Value output(Value value) {
                Value computed = inside(value);
                boolean own = computed.primitive() instanceof Pointwise && outputs.add(computed);
                step.origin(value.origin());
                return own
                        ? computed
                        : step.add(new Pointwise(Elementwise.COPY), value.dtype(), value.shape(), List.of(computed));
            }

            private List<Value> results(Value iteration, List<Integer> finals) {
                for (int k = 0; k < kept.size(); k++) {
                    Value value = kept.get(k);
                    Value whole = result(
                            iteration, IterationResult.Kind.OUTPUT, k, value, Shapes.stacked(steps, value.shape()));
                    batched[value.id()] = new TimeBatching.Batched(whole, true);
                }
                for (int i = 0; i < carried.size(); i++) {
                    Value state = states.get(carried.get(i));
                    if (division.outside[state.id()]) {
                        Shape whole = Shapes.stacked(steps + 1, state.shape());
                        Value history = result(iteration, IterationResult.Kind.HISTORY, i, state, whole);
                        batched[state.id()] = new TimeBatching.Batched(before(history), true);
                    }
                }
                List<Value> last = new ArrayList<>();
                for (int i : finals) {
                    Value state = states.get(i);
                    last.add(result(iteration, IterationResult.Kind.FINAL, carried.indexOf(i), state, state.shape()));
                }
                return last;
            }

            /** Returns the states before the steps. */
            private Value before(Value history) {
                if (!reverse) {
                    return ir.prefix(history, steps);
                }
                int[] starts = new int[history.shape().rank()];
                starts[0] = 1;
                return ir.slice(history, starts, history.shape().with(0, steps));
            }

            private Value result(Value iteration, IterationResult.Kind kind, int i, Value value, Shape shape) {
                ir.origin(value.origin());
                return ir.add(new IterationResult(kind, i), value.dtype(), shape, List.of(iteration));
            }
        }
    }
}
