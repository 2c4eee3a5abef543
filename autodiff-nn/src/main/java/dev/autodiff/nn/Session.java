package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import dev.autodiff.profile.Profiler;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place where graphs are run: it computes tensors from what placeholders are fed, and makes training steps. Programs
 * are compiled at first use and kept, by what is fetched and by the shapes that are fed.
 *
 * <pre>{@code
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
 * Variable w = Variable.of("w", Shape.of(2, 1), Initializers.ones());
 * Tensor sum = x.matmul(w);
 * try (Session session = new Session(42)) {
 *     session.run(sum, Feed.feed(x, new float[][] {{1, 2}, {3, 4}})); // [[3.] [7.]]
 * }
 * }</pre>
 *
 * <p>One seed decides everything random: the initial values of the variables, by their names, and the masks of dropout.
 * What is run between two training steps, or fetched beside one, changes no random number of a later step. A variable
 * that already has a value, for example from another session, keeps it unless {@link #initialize()} is called.
 *
 * <p>Several threads and several sessions may use the same variables. Runs that only read a variable run side by side;
 * one that assigns it, such as a training step, has it for itself. Each waits for those that came before it, so that
 * training and inference get their turns. No result is of a state between two steps, and no update is lost. Code that a
 * run calls, such as that of an operation of your own, may run something itself if that reads what the run only reads,
 * or uses other variables; else it gets an {@link IllegalStateException}, as it would wait for itself.
 *
 * <p>All methods that run something throw a {@link dev.autodiff.graph.GraphException} if a placeholder that is needed
 * is not fed, is fed twice, or is fed a value that does not fit; and an {@link IllegalStateException} if the session
 * is closed.
 */
public final class Session implements AutoCloseable {
    private final RandomState random;
    private final VariableRegistry variables;
    private final SessionChecks checks = new SessionChecks();
    private final ProgramCache programs;
    private final ProgramRunner runner;
    private volatile boolean checkNumerics = Boolean.getBoolean("autodiff.checkNumerics");
    private volatile boolean closed;

    /** Makes a session with seed 0. */
    public Session() {
        this(0);
    }

    /**
     * Makes a session.
     *
     * @param seed the seed of all random numbers
     */
    public Session(long seed) {
        this.random = new RandomState(seed);
        this.variables = new VariableRegistry(random);
        this.programs = new ProgramCache(variables, checks);
        this.runner = new ProgramRunner(random);
    }

    // ---- running ----

    /**
     * Returns the value of a tensor.
     *
     * @param fetch the tensor to compute
     * @param feeds the values of the placeholders that it depends on
     */
    public NDArray run(Tensor fetch, Feed... feeds) {
        return run(null, List.of(Objects.requireNonNull(fetch, "fetch is null")), feeds)
                .get(0);
    }

    /**
     * Returns the values of several tensors, from one run: a random number that two of them use is the same for both.
     *
     * @param fetches the tensors to compute
     * @param feeds the values of the placeholders that they depend on
     * @return the values, in the order of the fetches
     */
    public List<NDArray> run(List<? extends Tensor> fetches, Feed... feeds) {
        return run(null, fetches, feeds);
    }

    /**
     * Makes a training step.
     *
     * <pre>{@code
     * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
     * Variable w = Variable.of("w", NDArray.scalar(1f));
     * // the gradient is 2 w mean(x²)
     * TrainOp train = new GradientDescent(0.1).minimize(x.mul(w).square().mean());
     * try (Session session = new Session()) {
     *     session.run(train, Feed.feed(x, new float[] {1, 1}));
     *     w.value(); // 0.8
     * }
     * }</pre>
     *
     * @param train the step, from an optimizer
     * @param feeds the values of the placeholders that the cost depends on
     */
    public void run(TrainOp train, Feed... feeds) {
        run(Objects.requireNonNull(train, "train is null"), List.of(), feeds);
    }

    /**
     * Makes a training step, and returns the values of several tensors as they were before its updates.
     *
     * @param train the step; null for none
     * @param fetches the tensors to compute, often the cost
     * @param feeds the values of the placeholders that the cost and the fetches depend on
     * @return the values, in the order of the fetches
     */
    public List<NDArray> run(@Nullable TrainOp train, List<? extends Tensor> fetches, Feed... feeds) {
        boolean checked = checkNumerics;
        for (int i = 0; checked && i < feeds.length; i++) {
            Feed.checkFinite(feeds[i].placeholder(), feeds[i].value());
        }
        Program program = program(ProgramKey.of(train, fetches, List.of(feeds), checked));
        Workspace workspace = acquire(program);
        for (int i = 0; i < feeds.length; i++) {
            checks.fed(feeds[i].placeholder(), feeds[i].value());
            workspace.feed(i, feeds[i].value());
        }
        execute(program, workspace, checked);
        List<NDArray> values = new ArrayList<>(program.outputs());
        for (int i = 0; i < program.outputs(); i++) {
            values.add(workspace.output(i));
        }
        program.release(workspace);
        if (train != null) {
            checks.progress(train).ran(train.cost(), fetches, values);
        }
        return values;
    }

    /**
     * Prepares a training step that is made many times: it runs with the least overhead and without allocating.
     *
     * <pre>{@code
     * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
     * Variable w = Variable.of("w", NDArray.scalar(1f));
     * Tensor cost = x.mul(w).square().mean();
     * TrainOp train = new GradientDescent(0.1).minimize(cost);
     * try (Session session = new Session()) {
     *     PreparedRun step = session.prepare(train, List.of(cost), x);
     *     for (int i = 0; i < 10; i++) {
     *         step.run(NDArray.of(1f, 1f));
     *     }
     *     // the cost falls to 0.64 of itself in each step, so that it is about 0.018 in the last one
     *     double last = step.number(0);
     * }
     * }</pre>
     *
     * @param train the step; null for none
     * @param fetches the tensors whose values are wanted after each step, as they were before its updates
     * @param inputs the placeholders that {@link PreparedRun#run} is given values for, in this order
     */
    public PreparedRun prepare(@Nullable TrainOp train, List<? extends Tensor> fetches, Placeholder... inputs) {
        ProgramKey.requireDistinct(List.of(inputs));
        return new PreparedRun(this, train, List.copyOf(fetches), List.of(inputs));
    }

    /**
     * Prepares the computation of several tensors that is done many times: it runs with the least overhead and
     * without allocating.
     *
     * @param fetches the tensors whose values are wanted after each run
     * @param inputs the placeholders that {@link PreparedRun#run} is given values for, in this order
     */
    public PreparedRun prepare(List<? extends Tensor> fetches, Placeholder... inputs) {
        return prepare(null, fetches, inputs);
    }

    Program program(ProgramKey key) {
        requireOpen();
        return programs.get(key);
    }

    /** Returns a workspace of a program, to be released to the program after a run that did not fail. */
    Workspace acquire(Program program) {
        return programs.acquire(program);
    }

    void execute(Program program, Workspace workspace, boolean checked) {
        requireOpen();
        runner.run(program, workspace, checked);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The session is closed. Run inside of its try (...) block, or open a new"
                    + " session: the variables keep their values");
        }
    }

    // ---- tracing ----

    /**
     * Computes a tensor and, if it is a scalar, its gradients, and returns every value and every step for a reader.
     *
     * @param fetch the tensor to compute
     * @param feeds the values of the placeholders that it depends on
     */
    public Trace trace(Tensor fetch, Feed... feeds) {
        return trace(fetch, null, List.of(List.of(feeds)));
    }

    /**
     * Makes a training step, and returns every value and every step of it for a reader.
     *
     * @param train the training step
     * @param feeds the values of the placeholders that the cost depends on
     */
    public Trace trace(TrainOp train, Feed... feeds) {
        return trace(train.cost(), train, List.of(List.of(feeds)));
    }

    /**
     * Makes several training steps, and returns everything. After {@link #initialize()} the same steps are made again.
     *
     * @param train the training step
     * @param batches the values of the placeholders, a list for each step
     */
    public Trace trace(TrainOp train, List<List<Feed>> batches) {
        return trace(train.cost(), train, batches);
    }

    private Trace trace(Tensor cost, @Nullable TrainOp train, List<List<Feed>> batches) {
        requireOpen();
        List<Tensor> roots = new ArrayList<>(List.of(Objects.requireNonNull(cost, "the tensor to trace is null")));
        if (train != null) {
            roots.addAll(train.assignments());
        }
        variables.register(Topology.orderOfMaking(roots));
        return SessionTrace.trace(runner, cost, train, batches);
    }

    /**
     * Draws the program that computes a tensor: what was fused, and which results share memory.
     *
     * @param fetch the tensor to compute
     * @param feeds values of the placeholders that it depends on; only their shapes count
     */
    public GraphDrawing drawProgram(Tensor fetch, Feed... feeds) {
        return drawProgram(null, List.of(Objects.requireNonNull(fetch, "fetch is null")), feeds);
    }

    /**
     * Draws the program that makes a training step: what was fused, and which results share memory.
     *
     * @param train the training step, which is not made
     * @param feeds values of the placeholders that the cost depends on; only their shapes count
     */
    public GraphDrawing drawProgram(TrainOp train, Feed... feeds) {
        return drawProgram(Objects.requireNonNull(train, "train is null"), List.of(), feeds);
    }

    private GraphDrawing drawProgram(@Nullable TrainOp train, List<Tensor> fetches, Feed... feeds) {
        return GraphDrawing.of(program(ProgramKey.of(train, fetches, List.of(feeds), false)));
    }

    // ---- profiling ----

    /** Measures the computation of a tensor, as {@link #profile(ProfileSettings, Tensor, Feed...)}. */
    public Profile profile(Tensor fetch, Feed... feeds) {
        return profile(ProfileSettings.standard(), fetch, feeds);
    }

    /** Measures a training step, as {@link #profile(ProfileSettings, TrainOp, Feed...)}. */
    public Profile profile(TrainOp train, Feed... feeds) {
        return profile(ProfileSettings.standard(), train, feeds);
    }

    /**
     * Measures where the time of computing a tensor goes: by instruction of the compiled program, and by node of
     * the graph.
     *
     * @param settings the number of runs, among others
     * @param fetch the tensor to compute
     * @param feeds the values of the placeholders that it depends on
     */
    public Profile profile(ProfileSettings settings, Tensor fetch, Feed... feeds) {
        return SessionProfile.of(
                this, null, List.of(Objects.requireNonNull(fetch, "fetch is null")), List.of(feeds), settings);
    }

    /**
     * Measures where the time of a training step goes: by instruction of the compiled program, and by node of the
     * graph. The step is made many times, but afterwards everything is as it was: variables, the optimizer's variables,
     * and the random numbers. Other threads that use the session wait meanwhile.
     *
     * @param settings the number of runs, among others
     * @param train the training step
     * @param feeds the values of the placeholders that the cost depends on
     */
    public Profile profile(ProfileSettings settings, TrainOp train, Feed... feeds) {
        return SessionProfile.of(
                this, Objects.requireNonNull(train, "train is null"), List.of(), List.of(feeds), settings);
    }

    Profile profile(Profiler profiler, Program program, Workspace workspace) {
        requireOpen();
        return runner.profile(profiler, program, workspace);
    }

    // ---- variables and random numbers ----

    /**
     * Sets every variable to its initial value and rewinds the random numbers, so that training repeats exactly. This
     * applies at once to the variables that the session has run; to any other when the session first runs it, unless it
     * is assigned a value in between.
     */
    public void initialize() {
        variables.initialize();
    }

    /**
     * Returns the variables that this session has run, an optimizer's included: in the order in which they first
     * occurred in a run, and within one run in the order in which they were made.
     */
    public List<Variable> variables() {
        return variables.variables();
    }

    /**
     * Returns the position of the random numbers: the number of random training steps so far, or a larger number if
     * random numbers were drawn since the last of them by runs that train nothing. A run that failed does not count.
     * Together with the variables' values and the seed it is all that a session needs to continue bit for bit.
     *
     * <pre>{@code
     * Tensor dropped = Dropout.rate(Tensors.constant(1f, 1f, 1f, 1f), 0.5);
     * try (Session session = new Session(42)) {
     *     session.run(dropped);
     *     long position = session.randomState();
     *     NDArray second = session.run(dropped);
     *     session.setRandomState(position);
     *     session.run(dropped).equals(second); // true
     * }
     * }</pre>
     */
    public long randomState() {
        return random.position();
    }

    /**
     * Sets the position of the random numbers.
     *
     * @param state a position that {@link #randomState()} returned
     */
    public void setRandomState(long state) {
        random.set(state);
    }

    // ---- settings ----

    /**
     * Sets whether runs check every value and stop with a {@link dev.autodiff.graph.NonFiniteException} that names the
     * first node that made a NaN or an infinity. Slow, because nothing is optimized then. The system property {@code
     * autodiff.checkNumerics=true} switches it on for every session.
     *
     * <pre>{@code
     * Placeholder x = Placeholder.of("x", Shape.scalar());
     * try (Session session = new Session().checkNumerics(true)) {
     *     session.run(x.log(), Feed.feed(x, 1)); // 0.0
     * }
     * }</pre>
     *
     * @param check whether to check
     * @return this session
     */
    public Session checkNumerics(boolean check) {
        this.checkNumerics = check;
        return this;
    }

    SessionChecks checks() {
        return checks;
    }

    boolean isChecked() {
        return checkNumerics;
    }

    /** Releases the compiled programs and their memory. The variables keep their values. */
    @Override
    public void close() {
        closed = true;
        programs.clear();
    }
}
