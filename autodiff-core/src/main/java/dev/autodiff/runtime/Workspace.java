package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Constant;
import dev.autodiff.ir.Input;
import dev.autodiff.ir.Leaf;
import dev.autodiff.ir.RandomKey;
import dev.autodiff.ir.State;
import dev.autodiff.ir.StateRead;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Scratch;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The memory of one run of a {@link Program}: feed it, run it, read the outputs. For one thread at a time. */
public final class Workspace {
    /** For each slot the Java array that the value is in, and where it starts. */
    final Object[] arrays;

    final int[] offsets;

    private final Program program;
    private final SoftReference<Workspace> reference = new SoftReference<>(this);
    private final Value[] inputs;
    private final int[] inputSlots;
    private final int[] outputSlots;
    private final int[] keySlots;
    private final int[] keyNodes;
    private final int[] keyHalves;
    private final AtomicReferenceArray<@Nullable Scratch> scratches;
    private final PackedOperands packedOperands;
    private final boolean[] fed;
    private final IdentityHashMap<CallInstruction, Arguments> calls = new IdentityHashMap<>(0);
    private final IdentityHashMap<IterationInstruction, IterationFrames> frames = new IdentityHashMap<>(0);

    /** The arguments of a computation in plain Java. */
    record Arguments(List<NDArray> inputs, NDArray output) {}

    Workspace(Program program) {
        this(program, new PackedOperands(program.packings, program.stages.turns()));
    }

    /** Creates a workspace that shares its packed operands with others. */
    Workspace(Program program, PackedOperands packedOperands) {
        this.program = program;
        this.packedOperands = packedOperands;
        Slots slots = program.layout.slots();
        this.arrays = new Object[slots.count()];
        this.offsets = new int[slots.count()];
        this.scratches = new AtomicReferenceArray<>(program.team.threads());
        for (int i = 0; i < scratches.length(); i++) {
            scratches.set(i, new Scratch());
        }
        this.inputs = new Value[program.layout.inputs()];
        this.inputSlots = new int[inputs.length];
        this.fed = new boolean[inputs.length];
        Arrays.fill(inputSlots, -1);
        this.outputSlots = slots.of(program.outputs);
        List<Value> keys = new ArrayList<>();
        List<Buffer> planned = program.layout.buffers();
        Object[] buffers = new Object[planned.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = planned.get(i).dtype().newArray(planned.get(i).length());
        }
        for (int slot = 0; slot < arrays.length; slot++) {
            place(slots.valueAt(slot), slot, buffers, keys);
        }
        this.keySlots = slots.of(keys);
        this.keyNodes = new int[keys.size()];
        this.keyHalves = new int[keys.size()];
        for (int i = 0; i < keySlots.length; i++) {
            RandomKey key = (RandomKey) keys.get(i).primitive();
            keyNodes[i] = key.node();
            keyHalves[i] = key.half();
        }
    }

    /**
     * Returns the one reference by which the program keeps this while it is idle, so that keeping allocates nothing.
     */
    SoftReference<Workspace> reference() {
        return reference;
    }

    private void place(Value value, int slot, Object[] buffers, List<Value> keys) {
        if (value.primitive() instanceof Leaf leaf) {
            leaf.accept(new LeafPlacement(value, slot, keys));
            return;
        }
        State target = program.layout.inPlace().get(value);
        Buffer buffer = program.layout.home(value);
        if (target != null) {
            arrays[slot] = target.storage();
        } else if (buffer != null) {
            arrays[slot] = buffers[buffer.id()];
        } else {
            throw new IllegalStateException("No memory was planned for " + value);
        }
    }

    /** The memory of a leaf. */
    private final class LeafPlacement implements Leaf.Visitor<Void> {
        private final Value value;
        private final int slot;
        private final List<Value> keys;

        LeafPlacement(Value value, int slot, List<Value> keys) {
            this.value = value;
            this.slot = slot;
            this.keys = keys;
        }

        @Override
        public Void constant(Constant leaf) {
            arrays[slot] = leaf.value().storage();
            offsets[slot] = leaf.value().offset();
            return null;
        }

        @Override
        public Void input(Input leaf) {
            inputs[leaf.position()] = value;
            inputSlots[leaf.position()] = slot;
            return null;
        }

        @Override
        public Void stateRead(StateRead leaf) {
            arrays[slot] = leaf.state().storage();
            return null;
        }

        @Override
        public Void randomKey(RandomKey leaf) {
            arrays[slot] = value.dtype().newArray(1);
            keys.add(value);
            return null;
        }
    }

    /**
     * Provides an input for the next run, without copying.
     *
     * @throws IllegalArgumentException if type or shape are not what the program was compiled for
     */
    public void feed(int position, NDArray value) {
        int slot = inputSlots[position];
        fed[position] = true;
        if (slot < 0) {
            return; // nothing in the program needs it
        }
        Value input = inputs[position];
        if (value.dtype() != input.dtype() || !value.shape().equals(input.shape())) {
            throw new IllegalArgumentException("Input " + position + " was compiled for " + input.dtype() + " "
                    + input.shape() + ", but " + value.dtype() + " " + value.shape() + " was fed");
        }
        arrays[slot] = value.storage();
        offsets[slot] = value.offset();
    }

    /**
     * Runs the program, when no other run writes the states that it reads, or uses those that it writes.
     *
     * @param seed the seed of the random numbers
     * @param step the number of the run, with other random numbers for each
     * @param probe an observer, or null
     * @throws IllegalStateException if an input was not fed, a state that is read has no value yet, or this is called
     *     by a run that uses the same states in a way that excludes it
     */
    public void run(long seed, long step, @Nullable Probe probe) {
        program.access.acquire();
        try {
            runLocked(seed, step, probe);
        } finally {
            program.access.release();
        }
    }

    /** Runs the program, while the thread has access to its states. */
    void runLocked(long seed, long step, @Nullable Probe probe) {
        begin(seed, step);
        if (probe != null) {
            for (int i = 0; i < program.instructions.length; i++) {
                observe(program.instructions[i], program.parts[i], probe);
            }
        } else {
            runInstructions();
        }
        end();
    }

    /** Runs the instructions, and nothing before or after them. */
    void runInstructions() {
        if (packedOperands.isActive() || program.packings.isEmpty()) {
            program.stages.run(this, program.team);
        } else {
            for (int i = 0; i < program.instructions.length; i++) {
                program.instructions[i].runAll(this, program.team, program.parts[i]);
            }
        }
    }

    /**
     * Runs the program, while the thread has access to its states, and reads the clock before the first instruction,
     * after each of them, and after the copies into states at the end. Allocates nothing.
     *
     * @param readings the array for the readings of {@link System#nanoTime}: two more than there are instructions
     */
    void runTimed(long seed, long step, long[] readings) {
        begin(seed, step);
        Instruction[] instructions = program.instructions;
        int[] parts = program.parts;
        readings[0] = System.nanoTime();
        for (int i = 0; i < instructions.length; i++) {
            instructions[i].runAll(this, program.team, parts[i]);
            readings[i + 1] = System.nanoTime();
        }
        end();
        readings[instructions.length + 1] = System.nanoTime();
    }

    private void begin(long seed, long step) {
        check();
        for (State state : program.assigned) {
            state.markChanged(); // even if the run fails halfway
        }
        for (int i = 0; i < keySlots.length; i++) {
            setKey(arrays[keySlots[i]], RandomKeys.half(seed, step, keyNodes[i], keyHalves[i]));
        }
        packedOperands.begin(this, program.team);
    }

    private void end() {
        for (Program.Copy copy : program.copies) {
            System.arraycopy(
                    arrays[copy.slot()], offsets[copy.slot()], copy.state().storage(), 0, copy.size());
        }
        for (State state : program.assigned) {
            state.markWritten();
        }
    }

    private void check() {
        for (int i = 0; i < fed.length; i++) {
            if (!fed[i]) {
                throw new IllegalStateException("Input " + i + " was not fed");
            }
        }
        State[] read = program.read;
        for (int i = 0; i < read.length; i++) {
            if (!read[i].isInitialized()) {
                throw new IllegalStateException(program.readOrigins[i]
                        + " has no value yet: give it one with assign(value), or make it of one,"
                        + " Variable.of(name, value); or run it in a session first, session.run(variable), where it"
                        + " gets that of its initializer");
            }
        }
    }

    private static void setKey(Object array, int key) {
        if (array instanceof float[] floats) {
            floats[0] = key;
        } else {
            ((double[]) array)[0] = key;
        }
    }

    private void observe(Instruction instruction, int parts, Probe probe) {
        long start = System.nanoTime();
        instruction.runAll(this, program.team, parts);
        long time = System.nanoTime() - start;
        probe.executed(
                instruction.origin(),
                instruction.describe(),
                instruction.group().inputs().stream().map(this::view).toList(),
                instruction.outputs().stream().map(this::view).toList(),
                time);
    }

    /** Returns a copy of an output of the last run. */
    public NDArray output(int i) {
        return view(outputSlots[i], program.outputs.get(i).shape()).copy();
    }

    /**
     * Returns an output of one element, without allocating.
     *
     * @throws IllegalStateException if it has more or none
     */
    public double outputNumber(int i) {
        Value output = program.outputs.get(i);
        if (output.size() != 1) {
            throw new IllegalStateException("Output " + i + " is not one number but has shape " + output.shape());
        }
        return number(arrays[outputSlots[i]], output.dtype(), offsets[outputSlots[i]]);
    }

    /** Returns an element of an array, which a double holds exactly. */
    static double number(Object array, DType dtype, int index) {
        return switch (dtype) {
            case FLOAT32 -> ((float[]) array)[index];
            case FLOAT64 -> ((double[]) array)[index];
            case INT32 -> ((int[]) array)[index];
        };
    }

    /** Sets the first elements of an array to 0. */
    static void clear(Object array, DType dtype, int length) {
        switch (dtype) {
            case FLOAT32 -> Arrays.fill((float[]) array, 0, length, 0);
            case FLOAT64 -> Arrays.fill((double[]) array, 0, length, 0);
            case INT32 -> Arrays.fill((int[]) array, 0, length, 0);
        }
    }

    private NDArray view(Value value) {
        return view(program.layout.slots().of(value), value.shape());
    }

    NDArray view(int slot, Shape shape) {
        return NDArray.view(arrays[slot], offsets[slot], shape);
    }

    boolean isAt(int slot, NDArray view) {
        return view.storage() == arrays[slot] && view.offset() == offsets[slot];
    }

    Arguments arguments(CallInstruction call) {
        Arguments now = call.arguments(this, calls.get(call));
        calls.put(call, now);
        return now;
    }

    /** Returns the memory of the steps of an iteration. */
    IterationFrames frames(IterationInstruction iteration) {
        IterationFrames known = frames.get(iteration);
        if (known == null) {
            known = new IterationFrames(iteration);
            frames.put(iteration, known);
        }
        return known;
    }

    /** Places an input in an array, if anything in the program needs it. */
    void putInput(int position, Object array, int start) {
        if (inputSlots[position] >= 0) {
            arrays[inputSlots[position]] = array;
            offsets[inputSlots[position]] = start;
        }
    }

    /** Moves an input within its array. */
    void moveInput(int position, int start) {
        if (inputSlots[position] >= 0) {
            offsets[inputSlots[position]] = start;
        }
    }

    /** Has an output written to an array, which only loops over elements do that start anywhere. */
    void putOutput(int position, Object array, int start) {
        arrays[outputSlots[position]] = array;
        offsets[outputSlots[position]] = start;
    }

    /** Moves an output within its array. */
    void moveOutput(int position, int start) {
        offsets[outputSlots[position]] = start;
    }

    /** Returns the packed operands of matrix products. */
    PackedOperands packedOperands() {
        return packedOperands;
    }

    /** Returns the number of threads that take part in the work. */
    int threads() {
        return program.team.threads();
    }

    /** Takes working memory for one part of an instruction: there is one for each thread. Give it back afterwards. */
    Scratch takeScratch() {
        for (int i = 0; ; i = (i + 1) % scratches.length()) {
            Scratch scratch = scratches.getAndSet(i, null);
            if (scratch != null) {
                return scratch;
            }
        }
    }

    /** Gives working memory back. */
    void giveBack(Scratch scratch) {
        for (int i = 0; ; i = (i + 1) % scratches.length()) {
            if (scratches.compareAndSet(i, null, scratch)) {
                return;
            }
        }
    }

    /** Drops the references to the arrays that were fed. */
    void forgetInputs() {
        for (int i = 0; i < inputSlots.length; i++) {
            fed[i] = false;
            if (inputSlots[i] >= 0) {
                arrays[inputSlots[i]] = NOTHING;
            }
        }
    }

    private static final Object NOTHING = new Object();
}
