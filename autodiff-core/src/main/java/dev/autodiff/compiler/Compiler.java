package dev.autodiff.compiler;

import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.StateRead;
import dev.autodiff.ir.Value;
import dev.autodiff.ir.Verifier;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Slots;
import dev.autodiff.runtime.Stages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Turns a computation into a program by a sequence of passes: prune, fuse, order, plan memory, choose instructions,
 * stage.
 */
public final class Compiler {
    /** The system property that has the result of every pass verified; for tests, as it takes as long as the passes. */
    public static final String VERIFY = "autodiff.verify";

    private static final boolean VERIFIES = Boolean.getBoolean(VERIFY);

    private final CompileOptions options;
    private final Computation computation;
    private final Kernels kernels;
    private final ThreadTeam team;

    private Compiler(Computation computation, CompileOptions options, Kernels kernels, ThreadTeam team) {
        this.options = options;
        this.computation = withSnapshots(computation);
        this.kernels = kernels;
        this.team = team;
    }

    /** Returns a builder that runs those passes that can be made while operations are added. */
    public static ProgramBuilder builder(CompileOptions options) {
        return new ProgramBuilder(Rewrites.of(options), options.share());
    }

    /** Compiles a computation. */
    public static Program compile(Computation computation, CompileOptions options) {
        return compile(computation, options, KernelProvider.kernels(), ThreadTeam.shared());
    }

    /** Compiles a computation for the given kernels and threads. */
    static Program compile(Computation computation, CompileOptions options, Kernels kernels, ThreadTeam team) {
        return new Compiler(computation, options, kernels, team).compile();
    }

    /**
     * Returns the computation with copies of those outputs that live in a state: an output is the value before the
     * run's assignments, whatever other runs assign before it is looked at.
     */
    private static Computation withSnapshots(Computation computation) {
        List<Value> values = new ArrayList<>(computation.values());
        List<Value> outputs = new ArrayList<>(computation.outputs().size());
        for (Value output : computation.outputs()) {
            if (output.root().primitive() instanceof StateRead) {
                outputs.add(new Value(
                        values.size(),
                        new Pointwise(Elementwise.COPY),
                        output.dtype(),
                        output.shape(),
                        output.origin(),
                        List.of(output)));
                values.add(outputs.get(outputs.size() - 1));
            } else {
                outputs.add(output);
            }
        }
        return new Computation(
                values, outputs, computation.assignments(), computation.inputs(), computation.randomNodes());
    }

    private Program compile() {
        Map<State, Value> assignments = computation.assignments();
        Liveness liveness = new Liveness(computation.values(), computation.outputs(), assignments.values());
        List<FusedGroup> groups =
                options.fuse() ? Fusion.fuse(liveness, computation.values().size()) : Fusion.none(liveness);
        Schedule schedule = new Schedule(groups, liveness, assignments, new HashSet<>(computation.outputs()));
        MemoryPlan memory =
                new MemoryPlan(schedule, liveness, options.reuse(), team.threads() > 1 && isLarge(liveness));
        Slots slots = new Slots(computation.values().size());
        Layout layout = new Layout(
                slots,
                memory.buffers,
                memory.homes(),
                schedule.inPlace,
                computation.inputs(),
                computation.randomNodes());
        InstructionSelector selector = new InstructionSelector(
                slots, kernels, assignments.keySet(), team.threads(), body -> compile(body, options, kernels, team));
        List<Instruction> instructions = new ArrayList<>();
        for (FusedGroup group : schedule.groups) {
            if (!group.isView()) {
                instructions.add(selector.select(group));
            }
        }
        List<Program.Copy> copies = new ArrayList<>();
        for (Map.Entry<State, Value> assignment : assignments.entrySet()) {
            Value value = assignment.getValue();
            if (schedule.inPlace.get(value) != assignment.getKey()) {
                copies.add(new Program.Copy(slots.of(value), assignment.getKey(), value));
            }
        }
        for (Value value : liveness.live) {
            if (value.isLeaf()) {
                slots.of(value);
            }
        }
        Stages stages = new StagePlanner(instructions, layout, team.threads()).stages();
        if (VERIFIES) {
            Verifier.verify(computation);
            PlanVerifier.verify(computation, schedule.groups, layout, copies);
            StageVerifier.verify(instructions, stages, layout);
        }
        return new Program(
                layout,
                liveness.live,
                instructions,
                stages,
                copies,
                computation.outputs(),
                List.copyOf(assignments.keySet()),
                team);
    }

    private static boolean isLarge(Liveness liveness) {
        long elements = 0;
        for (Value value : liveness.live) {
            elements += value.isLeaf() ? 0 : value.size();
        }
        return elements >= Instruction.WORK_PER_PART;
    }
}
