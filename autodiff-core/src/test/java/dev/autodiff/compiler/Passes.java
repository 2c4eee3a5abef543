package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.Layout;
import dev.autodiff.runtime.PackedScalar;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.RowGroup;
import dev.autodiff.runtime.Slots;
import dev.autodiff.runtime.Stage;
import dev.autodiff.runtime.Stages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A computation taken through the passes one by one, so that a test can look at the result of each. */
final class Passes {
    final Computation computation;
    final Liveness liveness;
    final List<FusedGroup> groups;
    final Schedule schedule;
    final MemoryPlan memory;
    final Layout layout;
    final List<Instruction> instructions = new ArrayList<>();
    final List<Program.Copy> copies = new ArrayList<>();
    final Stages stages;

    /** Runs all passes for kernels that pack, and verifies the result. */
    Passes(ProgramBuilder builder, int threads, Value... outputs) {
        this(builder.build(List.of(outputs)), CompileOptions.OPTIMIZED, PackedScalar.kernels(), threads);
    }

    Passes(Computation computation, CompileOptions options, Kernels kernels, int threads) {
        this.computation = computation;
        Map<State, Value> assignments = computation.assignments();
        this.liveness = new Liveness(computation.values(), computation.outputs(), assignments.values());
        this.groups =
                options.fuse() ? Fusion.fuse(liveness, computation.values().size()) : Fusion.none(liveness);
        this.schedule = new Schedule(groups, liveness, assignments, new HashSet<>(computation.outputs()));
        this.memory = new MemoryPlan(schedule, liveness, options.reuse(), threads > 1);
        Slots slots = new Slots(computation.values().size());
        this.layout = new Layout(
                slots,
                memory.buffers,
                memory.homes(),
                schedule.inPlace,
                computation.inputs(),
                computation.randomNodes());
        InstructionSelector selector = new InstructionSelector(
                slots, kernels, assignments.keySet(), threads, body -> Compiler.compile(body, options));
        for (FusedGroup group : schedule.groups) {
            if (!group.isView()) {
                instructions.add(selector.select(group));
            }
        }
        assignments.forEach((state, value) -> {
            if (schedule.inPlace.get(value) != state) {
                copies.add(new Program.Copy(slots.of(value), state, value));
            }
        });
        this.stages = new StagePlanner(instructions, layout, threads).stages();
        verify();
    }

    /** Checks the plan and the stages as they are now. */
    void verify() {
        PlanVerifier.verify(computation, schedule.groups, layout, copies);
        StageVerifier.verify(instructions, stages, layout);
    }

    /** Returns a builder that adds everything as it is asked to. */
    static ProgramBuilder builder() {
        return new ProgramBuilder(dev.autodiff.ir.Rewriter.NONE, false);
    }

    static Value input(ProgramBuilder builder, int... dims) {
        return builder.input(DType.FLOAT32, Shape.of(dims));
    }

    static State state(int... dims) {
        return new State(DType.FLOAT32, Shape.of(dims));
    }

    /** Returns groups as text: the operations of each, and after an arrow the number of values that it stores. */
    static String text(List<FusedGroup> groups) {
        return groups.stream().map(Passes::text).collect(Collectors.joining("; "));
    }

    static String text(FusedGroup group) {
        String members =
                group.members().stream().map(value -> value.primitive().name()).collect(Collectors.joining(" "));
        return members
                + (group.outputs().size() == 1 ? "" : " -> " + group.outputs().size());
    }

    /** Returns the stages as text, a line each: what runs in order, or side by side in how many parts. */
    String stageText() {
        StringBuilder text = new StringBuilder();
        for (Stage stage : stages.list()) {
            if (stage instanceof Stage.InOrder inOrder) {
                text.append("in order:");
                for (Instruction instruction : inOrder.instructions()) {
                    text.append(' ').append(text(instruction)).append(';');
                }
            } else {
                text.append("side by side:");
                for (Stage.Share share : ((Stage.SideBySide) stage).shares()) {
                    text.append(' ').append(text(share.task())).append(" in ").append(share.parts());
                    text.append(';');
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    private String text(Instruction instruction) {
        return text(instruction.group());
    }

    private String text(dev.autodiff.parallel.ThreadTeam.Task task) {
        if (task instanceof RowGroup rows) {
            String members = rows.members().stream().map(this::text).collect(Collectors.joining(", "));
            String packed = rows.packings().stream().map(this::text).collect(Collectors.joining(", "));
            return rows.rows() + " rows {" + members + (packed.isEmpty() ? "" : ", " + packed) + "}";
        } else if (task instanceof Packing packing) {
            return "pack " + packing.operand().shape();
        } else if (task instanceof Stage.Batch batch) {
            return List.of(batch.tasks()).stream().map(this::text).collect(Collectors.joining(" + "));
        }
        for (Instruction instruction : instructions) {
            if (instruction == task || instruction.task() == task) {
                return text(instruction);
            }
        }
        throw new IllegalStateException("A task of no instruction");
    }
}
