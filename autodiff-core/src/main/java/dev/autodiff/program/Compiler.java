package dev.autodiff.program;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Runs the passes over a whole program: prune, fuse, order, plan memory, choose instructions. */
final class Compiler {
    private final CompileOptions options;
    private final List<Value> values;
    private final List<Value> outputs;
    private final Map<State, Value> assigns;
    private final int inputs;
    private final int randomNodes;

    Compiler(
            CompileOptions options,
            List<Value> values,
            List<Value> outputs,
            Map<State, Value> assigns,
            int inputs,
            int randomNodes) {
        this.options = options;
        this.values = new ArrayList<>(values);
        this.assigns = assigns;
        this.inputs = inputs;
        this.randomNodes = randomNodes;
        this.outputs = new ArrayList<>(outputs.size());
        for (Value output : outputs) {
            this.outputs.add(snapshot(output));
        }
    }

    /** What is fetched is the value before the run's assignments: one that lives in an assigned state is copied out first. */
    private Value snapshot(Value output) {
        Value root = output.root;
        if (root.kind instanceof Kind.StateRead read && assigns.containsKey(read.state())) {
            Value copy = new Value(
                    values.size(),
                    new Kind.Map(Elementwise.COPY),
                    output.dtype(),
                    output.shape(),
                    output.origin,
                    output);
            values.add(copy);
            return copy;
        }
        return output;
    }

    Program compile() {
        Kernels kernels = KernelProvider.kernels();
        ThreadTeam team = ThreadTeam.shared();
        Liveness liveness = new Liveness(values, outputs, assigns.values());
        List<Step> steps = options.fuse() ? Fusion.fuse(liveness, values.size()) : Fusion.none(liveness);
        Schedule schedule = new Schedule(steps, liveness, assigns, new HashSet<>(outputs));
        MemoryPlan memory =
                new MemoryPlan(schedule, liveness, options.reuse(), team.threads() > 1 && isLarge(liveness));
        Slots slots = new Slots(values.size());
        List<Instruction> instructions = new ArrayList<>();
        for (Step step : schedule.steps) {
            if (!(step.last().kind instanceof Kind.Reshape)) {
                instructions.add(instruction(step, slots, kernels, team.threads()));
            }
        }
        List<Program.Copy> copies = new ArrayList<>();
        for (Map.Entry<State, Value> assign : assigns.entrySet()) {
            Value value = assign.getValue();
            if (schedule.inPlace.get(value) != assign.getKey()) {
                copies.add(new Program.Copy(slots.of(value), assign.getKey(), value));
            }
        }
        for (Value value : liveness.live) {
            if (value.isLeaf()) {
                slots.of(value);
            }
        }
        return new Program(
                new Program.Layout(slots, memory, schedule.inPlace, inputs, randomNodes),
                liveness.live,
                instructions,
                copies,
                outputs,
                List.copyOf(assigns.keySet()),
                team);
    }

    private static boolean isLarge(Liveness liveness) {
        long elements = 0;
        for (Value value : liveness.live) {
            elements += value.isLeaf() ? 0 : value.size();
        }
        return elements >= Instruction.WORK_PER_PART;
    }

    private Instruction instruction(Step step, Slots slots, Kernels kernels, int threads) {
        Kind kind = step.first().kind;
        if (kind instanceof Kind.Map) {
            return new LoopInstruction(step, slots, kernels);
        } else if (kind instanceof Kind.Matmul) {
            return new MatmulInstruction(step, slots, kernels, assigns.keySet(), threads);
        } else if (kind instanceof Kind.Reduce) {
            return new ReduceInstruction(step, slots, kernels);
        } else if (kind instanceof Kind.Softmax || kind instanceof Kind.CrossEntropy) {
            return new RowsInstruction(step, slots, kernels);
        } else if (kind instanceof Kind.Transpose
                || kind instanceof Kind.Slice
                || kind instanceof Kind.Pad
                || kind instanceof Kind.Concat) {
            return new CopyInstruction(step, slots);
        } else if (kind instanceof Kind.Gather || kind instanceof Kind.ScatterAdd || kind instanceof Kind.OneHot) {
            return new IndexInstruction(step, slots);
        } else if (kind instanceof Kind.Cast || kind instanceof Kind.ArgReduce) {
            return new ConvertInstruction(step, slots);
        } else if (kind instanceof Kind.Call) {
            return new CallInstruction(step, slots);
        }
        throw new IllegalStateException("No instruction computes " + kind);
    }
}
