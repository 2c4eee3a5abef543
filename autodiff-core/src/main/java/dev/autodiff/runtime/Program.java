package dev.autodiff.runtime;

import dev.autodiff.array.NDArray;
import dev.autodiff.ir.State;
import dev.autodiff.ir.StateAccess;
import dev.autodiff.ir.StateRead;
import dev.autodiff.ir.Value;
import dev.autodiff.parallel.ThreadTeam;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A compiled program: a flat list of instructions over buffers that each {@link Workspace} allocates once. Immutable
 * and safe to run from several threads at once, each with a workspace of its own. A run locks the states that it reads
 * or assigns, so that it neither sees nor leaves half an update, whoever else uses them.
 */
public final class Program {
    /** Idle workspaces kept for the next run; more threads than this at once allocate anew. */
    private static final int IDLE_WORKSPACES = 16;

    /**
     * A value that goes into a state after the last instruction.
     *
     * @param slot the place where the value lives
     */
    public record Copy(int slot, State state, Value value) {
        int size() {
            return value.size();
        }
    }

    final Layout layout;
    final List<Value> live;
    final Instruction[] instructions;
    final int[] parts;
    final Stages stages;
    final List<Packing> packings;
    final Copy[] copies;
    final List<Value> outputs;
    final State[] assigned;
    final State[] read;
    final StateAccess access;
    final @Nullable Object[] readOrigins;
    final ThreadTeam team;
    private final long workspaceBytes;
    /** Softly referenced: rather than run out of memory, the virtual machine takes that of idle workspaces. */
    private final AtomicReferenceArray<@Nullable SoftReference<Workspace>> idle =
            new AtomicReferenceArray<>(IDLE_WORKSPACES);

    /**
     * Creates a program; use the compiler.
     *
     * @param live the values that are computed or read, in order
     * @param instructions in an order in which they can run one after the other
     * @param stages the same instructions as threads share them
     * @param copies made after the last instruction
     * @param outputs the values to return
     * @param assigned states that are written
     */
    public Program(
            Layout layout,
            List<Value> live,
            List<Instruction> instructions,
            Stages stages,
            List<Copy> copies,
            List<Value> outputs,
            List<State> assigned,
            ThreadTeam team) {
        this.layout = layout;
        this.live = live;
        this.instructions = instructions.toArray(new Instruction[0]);
        this.stages = stages;
        this.copies = copies.toArray(new Copy[0]);
        this.outputs = outputs;
        this.assigned = assigned.toArray(new State[0]);
        this.team = team;
        this.parts = new int[this.instructions.length];
        this.packings = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            parts[i] = this.instructions[i].parts(team.threads());
            Packing packing = this.instructions[i].packing();
            if (packing != null && !packings.contains(packing)) { // several products may have one
                packings.add(packing);
            }
        }
        List<State> states = new ArrayList<>();
        List<@Nullable Object> origins = new ArrayList<>();
        for (Value value : live) {
            if (value.primitive() instanceof StateRead stateRead) {
                states.add(stateRead.state());
                origins.add(value.origin());
            }
        }
        this.read = states.toArray(new State[0]);
        this.access = StateAccess.ofRun(states, assigned);
        this.readOrigins = origins.toArray();
        this.workspaceBytes = workspaceBytes();
    }

    private long workspaceBytes() {
        long bytes = bufferBytes();
        for (Packing packing : packings) {
            Value operand = packing.operand();
            bytes += (long) operand.size() * operand.dtype().bytes();
        }
        for (Instruction instruction : instructions) {
            bytes += instruction instanceof IterationInstruction iteration ? iteration.bytes() : 0;
        }
        return bytes;
    }

    private long bufferBytes() {
        long bytes = 0;
        for (Buffer buffer : layout.buffers()) {
            bytes += (long) buffer.length() * buffer.dtype().bytes();
        }
        return bytes;
    }

    /** Runs once on the given inputs, without randomness, and returns the outputs. */
    public List<NDArray> run(NDArray... inputs) {
        Workspace workspace = acquire();
        for (int i = 0; i < inputs.length; i++) {
            workspace.feed(i, inputs[i]);
        }
        workspace.run(0, 0, null);
        List<NDArray> results = new ArrayList<>(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            results.add(workspace.output(i));
        }
        release(workspace);
        return results;
    }

    /** Returns whether the program writes any state. */
    public boolean assigns() {
        return assigned.length > 0;
    }

    /** Returns whether the program draws random numbers, so that its results depend on seed and step. */
    public boolean isRandom() {
        return layout.randomNodes() > 0;
    }

    /** Returns the number of outputs. */
    public int outputs() {
        return outputs.size();
    }

    /**
     * Returns a workspace for one run at a time; give it back with {@link #release} so that its memory is used again.
     */
    public Workspace acquire() {
        Workspace workspace = acquireIdle();
        return workspace != null ? workspace : new Workspace(this);
    }

    /** Returns a workspace that was released, or null if there is none; does not allocate. */
    public @Nullable Workspace acquireIdle() {
        for (int i = 0; i < IDLE_WORKSPACES; i++) {
            SoftReference<Workspace> reference = idle.get(i) == null ? null : idle.getAndSet(i, null);
            Workspace workspace = reference == null ? null : reference.get();
            if (workspace != null) {
                return workspace;
            }
        }
        return null;
    }

    /** Takes a workspace back. Not to be called for one whose run failed. */
    public void release(Workspace workspace) {
        workspace.forgetInputs();
        for (int i = 0; i < IDLE_WORKSPACES; i++) {
            if (idle.compareAndSet(i, null, workspace.reference())) {
                return;
            }
        }
    }

    /** Returns the memory of a workspace, in bytes. */
    public long bytes() {
        return workspaceBytes;
    }

    /** Returns the memory of the idle workspaces, in bytes. */
    public long idleBytes() {
        int count = 0;
        for (int i = 0; i < IDLE_WORKSPACES; i++) {
            SoftReference<Workspace> reference = idle.get(i);
            count += reference == null || reference.refersTo(null) ? 0 : 1;
        }
        return count * workspaceBytes;
    }

    /** Lets the idle workspaces go. */
    public void dropIdle() {
        for (int i = 0; i < IDLE_WORKSPACES; i++) {
            idle.set(i, null);
        }
    }

    /** Returns how many threads may share the work of an instruction. */
    int threads(int instruction) {
        return Math.min(parts[instruction], team.threads());
    }

    /**
     * Returns the instructions in order, a line each: what was fused, the size of the work, the threads that share it,
     * and the memory that results live in.
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instructions.length; i++) {
            Instruction instruction = instructions[i];
            text.append(String.format(java.util.Locale.ROOT, "%4d  %-40s", i, instruction.describe()));
            text.append(parts[i] > 1 ? " x" + threads(i) + " threads" : "           ");
            for (Value output : instruction.outputs()) {
                text.append("  -> ").append(place(output)).append(' ').append(output.shape());
            }
            text.append('\n');
        }
        for (Copy copy : copies) {
            text.append("      copy of ").append(copy.size()).append(" into a state\n");
        }
        return text.append(instructions.length)
                .append(" instructions, ")
                .append(layout.buffers().size())
                .append(" buffers of ")
                .append(bufferBytes())
                .append(" bytes in all\n")
                .toString();
    }

    /** Returns the same as data: what was fused, and which results share memory. */
    public ProgramSummary summary() {
        return new SummaryBuilder(this).build();
    }

    private String place(Value output) {
        Buffer buffer = layout.home(output);
        return buffer == null ? "state" : "buffer " + buffer.id();
    }

    /** Returns the number of instructions of each class. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        for (Instruction instruction : instructions) {
            counts.merge(instruction.getClass().getSimpleName(), 1, Integer::sum);
        }
        return counts;
    }
}
