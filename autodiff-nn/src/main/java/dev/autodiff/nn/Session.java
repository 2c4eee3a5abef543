package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.FiniteCheck;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import dev.autodiff.profile.Profiler;
import dev.autodiff.program.CompileOptions;
import dev.autodiff.program.Probe;
import dev.autodiff.program.Program;
import dev.autodiff.program.Workspace;
import dev.autodiff.trace.Trace;
import dev.autodiff.trace.Tracer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs graphs: computes tensors from what placeholders are fed, and training steps. Programs are compiled at first use and
 * kept, by what is fetched and by the shapes that are fed.
 *
 * <p>One seed decides everything random: the first values of the variables and the masks of dropout. The same seed gives the
 * same bits, whatever the number of threads. A variable that has a value already (from another session, say) keeps it, unless
 * {@link #initialize()} is called.
 *
 * <p>Several threads may run inference on one session at the same time; a training step waits until it has the variables for
 * itself.
 */
public final class Session implements AutoCloseable {
    private final long seed;
    private final Map<ProgramKey, Program> programs = Collections.synchronizedMap(new RecentlyUsed());
    private final Map<Variable, Long> variableSeeds = new LinkedHashMap<>();
    private final Map<String, Integer> nameCounts = new HashMap<>();
    private final AtomicLong step = new AtomicLong();
    private final StampedLock variablesLock = new StampedLock();
    private long initializedAt;
    private volatile boolean checkNumerics = Boolean.getBoolean("autodiff.checkNumerics");
    private volatile boolean closed;

    /** Keeps those programs that were used last: memory is not to grow with every batch size that is ever fed. */
    private static final class RecentlyUsed extends LinkedHashMap<ProgramKey, Program> {
        private static final long serialVersionUID = 1L;
        private static final int MOST = 128;

        RecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ProgramKey, Program> eldest) {
            return size() > MOST;
        }
    }

    /** What a program is compiled for. Its equality is written out: that of records is made at run time, which takes long. */
    private record ProgramKey(
            List<Tensor> fetches,
            @Nullable TrainOp train,
            List<Placeholder> inputs,
            List<Shape> shapes,
            boolean checked) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ProgramKey key
                    && fetches.equals(key.fetches)
                    && Objects.equals(train, key.train)
                    && inputs.equals(key.inputs)
                    && shapes.equals(key.shapes)
                    && checked == key.checked;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * fetches.hashCode() + inputs.hashCode()) + shapes.hashCode() + Objects.hashCode(train);
        }
    }

    /** A session with seed 0. */
    public Session() {
        this(0);
    }

    /** A session whose random numbers come from the given seed. */
    public Session(long seed) {
        this.seed = seed;
    }

    // ---- running ----

    /** The value of a tensor. */
    public NDArray run(Tensor fetch, Feed... feeds) {
        return run(null, List.of(fetch), feeds).get(0);
    }

    /** The values of some tensors, from one run. */
    public List<NDArray> run(List<? extends Tensor> fetches, Feed... feeds) {
        return run(null, fetches, feeds);
    }

    /** Makes a training step. */
    public void run(TrainOp train, Feed... feeds) {
        run(train, List.of(), feeds);
    }

    /** Makes a training step, and returns the values of some tensors as they were before its updates. */
    public List<NDArray> run(@Nullable TrainOp train, List<? extends Tensor> fetches, Feed... feeds) {
        boolean checked = checkNumerics;
        List<Placeholder> inputs = new ArrayList<>(feeds.length);
        List<Shape> shapes = new ArrayList<>(feeds.length);
        for (Feed feed : feeds) {
            inputs.add(feed.placeholder());
            shapes.add(feed.value().shape());
            if (checked) {
                Feed.checkFinite(feed.placeholder(), feed.value());
            }
        }
        requireDistinct(inputs);
        Program program = program(train, fetches, inputs, shapes, checked);
        Workspace workspace = program.acquire();
        for (int i = 0; i < feeds.length; i++) {
            workspace.feed(i, feeds[i].value());
        }
        execute(program, workspace, checked);
        List<NDArray> values = new ArrayList<>(program.outputs());
        for (int i = 0; i < program.outputs(); i++) {
            values.add(workspace.output(i));
        }
        program.release(workspace);
        return values;
    }

    /**
     * A training step to be made many times, with the least overhead and without allocating.
     *
     * @param fetches tensors whose values are wanted after each step, as they were before its updates
     * @param inputs what {@link Step#run} is given, in this order
     */
    public Step prepare(@Nullable TrainOp train, List<? extends Tensor> fetches, Placeholder... inputs) {
        requireDistinct(List.of(inputs));
        return new Step(this, train, List.copyOf(fetches), List.of(inputs));
    }

    /** The computation of some tensors, to be done many times with the least overhead and without allocating. */
    public Step prepare(List<? extends Tensor> fetches, Placeholder... inputs) {
        return prepare(null, fetches, inputs);
    }

    static void requireDistinct(List<Placeholder> inputs) {
        for (int i = 1; i < inputs.size(); i++) {
            if (inputs.subList(0, i).contains(inputs.get(i))) {
                throw new GraphException("Placeholder " + inputs.get(i).describe()
                        + " is fed twice in one run: give it one value\n    made at "
                        + inputs.get(i).sourceLine() + ", fed at " + SourceLine.here());
            }
        }
    }

    Program program(
            @Nullable TrainOp train,
            List<? extends Tensor> fetches,
            List<Placeholder> inputs,
            List<Shape> shapes,
            boolean checked) {
        requireOpen();
        ProgramKey key = new ProgramKey(List.copyOf(fetches), train, inputs, shapes, checked);
        return programs.computeIfAbsent(key, this::compile);
    }

    private Program compile(ProgramKey key) {
        List<Tensor> updates = key.train == null ? List.of() : key.train.assignments();
        List<Tensor> roots = new ArrayList<>(key.fetches);
        roots.addAll(updates);
        List<Tensor> nodes = Topology.orderOfMaking(roots);
        MissingFeeds.check(nodes, key.inputs);
        meet(nodes);
        CompileOptions options = key.checked ? CompileOptions.PLAIN : CompileOptions.OPTIMIZED;
        return Lowering.compile(key.fetches, updates, key.inputs, key.shapes, options);
    }

    void execute(Program program, Workspace workspace, boolean checked) {
        requireOpen();
        Probe probe = checked ? new FiniteCheck() : null;
        long number = program.isRandom() ? step.getAndIncrement() : 0;
        boolean writes = program.assigns();
        long stamp = writes ? variablesLock.writeLock() : variablesLock.readLock();
        try {
            workspace.run(seed, number, probe);
        } finally {
            variablesLock.unlock(stamp);
        }
    }

    // ---- tracing ----

    /** Computes a tensor and, where it is a scalar, its gradients, and keeps every value and every step for a reader. */
    public Trace trace(Tensor fetch, Feed... feeds) {
        return trace(fetch, null, List.of(List.of(feeds)));
    }

    /** Makes a training step, and keeps every value and every step of it for a reader. */
    public Trace trace(TrainOp train, Feed... feeds) {
        return trace(train.cost(), train, List.of(List.of(feeds)));
    }

    /**
     * Makes several training steps, and keeps everything. After {@link #initialize()} the same steps are made again.
     *
     * @param batches what is fed to each step
     */
    public Trace trace(TrainOp train, List<List<Feed>> batches) {
        return trace(train.cost(), train, batches);
    }

    private Trace trace(Tensor cost, @Nullable TrainOp train, List<List<Feed>> batches) {
        requireOpen();
        List<Tensor> roots = new ArrayList<>(List.of(cost));
        if (train != null) {
            roots.addAll(train.assignments());
        }
        meet(Topology.orderOfMaking(roots));
        return SessionTrace.trace(this, cost, train, batches);
    }

    /** A picture of the program that computes a tensor: what was fused, and which results share memory. */
    public GraphDrawing drawProgram(Tensor fetch, Feed... feeds) {
        return drawProgram(null, List.of(fetch), feeds);
    }

    /** A picture of the program that makes a training step: what was fused, and which results share memory. */
    public GraphDrawing drawProgram(TrainOp train, Feed... feeds) {
        return drawProgram(train, List.of(), feeds);
    }

    private GraphDrawing drawProgram(@Nullable TrainOp train, List<Tensor> fetches, Feed... feeds) {
        List<Placeholder> inputs = Arrays.stream(feeds).map(Feed::placeholder).toList();
        List<Shape> shapes =
                Arrays.stream(feeds).map(feed -> feed.value().shape()).toList();
        return GraphDrawing.of(program(train, fetches, inputs, shapes, false));
    }

    // ---- profiling ----

    /** Where the time of computing a tensor goes, as {@link #profile(ProfileSettings, Tensor, Feed...)}. */
    public Profile profile(Tensor fetch, Feed... feeds) {
        return profile(ProfileSettings.standard(), fetch, feeds);
    }

    /** Where the time of a training step goes, as {@link #profile(ProfileSettings, TrainOp, Feed...)}. */
    public Profile profile(TrainOp train, Feed... feeds) {
        return profile(ProfileSettings.standard(), train, feeds);
    }

    /** Where the time of computing a tensor goes: by instruction of the compiled program, and by node of the graph. */
    public Profile profile(ProfileSettings settings, Tensor fetch, Feed... feeds) {
        return SessionProfile.of(this, null, List.of(fetch), List.of(feeds), settings);
    }

    /**
     * Where the time of a training step goes: by instruction of the compiled program, and by node of the graph. The step is
     * made many times, but afterwards everything is as it was: variables, what the optimizer remembers, and the random
     * numbers. Others who use the session wait meanwhile.
     */
    public Profile profile(ProfileSettings settings, TrainOp train, Feed... feeds) {
        return SessionProfile.of(this, train, List.of(), List.of(feeds), settings);
    }

    /** Profiles one step, which does not count. */
    Profile profile(Profiler profiler, Program program, Workspace workspace) {
        requireOpen();
        boolean writes = program.assigns();
        long stamp = writes ? variablesLock.writeLock() : variablesLock.readLock();
        try {
            return profiler.run(program, workspace, seed, step.get());
        } finally {
            variablesLock.unlock(stamp);
        }
    }

    /** Makes one step that is traced. */
    void run(Tracer tracer, boolean writes, Map<Tensor, NDArray> feeds) {
        long number = tracer.isRandom() ? step.getAndIncrement() : 0;
        long stamp = writes ? variablesLock.writeLock() : variablesLock.readLock();
        try {
            tracer.run(feeds, seed, number);
        } finally {
            variablesLock.unlock(stamp);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The session is closed. Run inside of its try (...) block, or open a new"
                    + " session: the variables keep their values");
        }
    }

    // ---- variables ----

    /**
     * Sets every variable to its initial value and rewinds the random numbers, so that training starts again exactly as it
     * started first: variables that this session has met at once, all others when it meets them, unless they are assigned a
     * value in between.
     */
    public void initialize() {
        synchronized (variableSeeds) {
            initializedAt = Variable.tick();
            long stamp = variablesLock.writeLock(); // for all at once: no run sees some new and some old
            try {
                variableSeeds.forEach(Session::initialize);
                step.set(0);
            } finally {
                variablesLock.unlock(stamp);
            }
        }
    }

    /** Gives variables that are new here their seeds, in the order of the nodes, and values if they have none. */
    private void meet(List<Tensor> nodes) {
        synchronized (variableSeeds) {
            for (Tensor node : nodes) {
                if (!(node instanceof Variable variable) || variableSeeds.containsKey(variable)) {
                    continue;
                }
                int ordinal = nameCounts.getOrDefault(variable.name(), 0);
                long variableSeed = CounterRandom.seed(seed, variable.name(), ordinal);
                if (!variable.isInitialized() || variable.assignedAt() < initializedAt) {
                    initialize(variable, variableSeed);
                }
                variableSeeds.put(variable, variableSeed);
                nameCounts.put(variable.name(), ordinal + 1);
            }
        }
    }

    private static void initialize(Variable variable, long variableSeed) {
        try {
            variable.assign(variable.initializer().initialize(variable.dtype(), variable.shape(), variableSeed));
        } catch (IllegalArgumentException e) {
            throw new GraphException("The initializer of variable " + variable.describe() + " does not fit it: "
                    + e.getMessage() + "\n    made at " + variable.sourceLine());
        }
    }

    /** The variables that this session has met, in the order in which it met them, of one run in the order of their making. */
    public List<Variable> variables() {
        synchronized (variableSeeds) {
            return List.copyOf(variableSeeds.keySet());
        }
    }

    // ---- settings ----

    /** How many random runs there have been: where the random numbers are, to be kept with the variables' values. */
    public long step() {
        return step.get();
    }

    /** Goes on with the random numbers from a place that {@link #step()} gave. */
    public void setStep(long newStep) {
        step.set(newStep);
    }

    /**
     * Whether runs look for values that are not finite, and stop with a {@link dev.autodiff.graph.NonFiniteException} that
     * names the first node that made one. Slow, as nothing is optimized then. The system property
     * {@code autodiff.checkNumerics=true} switches it on for every session.
     */
    public Session checkNumerics(boolean check) {
        this.checkNumerics = check;
        return this;
    }

    boolean isChecked() {
        return checkNumerics;
    }

    /** Lets go of the compiled programs and their memory. The variables keep their values. */
    @Override
    public void close() {
        closed = true;
        programs.clear();
    }
}
