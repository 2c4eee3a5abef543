package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is run many times, a training step or an inference, made by {@link Session#prepare}: a run looks
 * nothing up and, after the first one with the same shapes, allocates nothing: with scalar kernels from the second run
 * on, with vector kernels once the virtual machine has compiled them, which depends on the work of a run. Used by one
 * thread at a time, which also looks at the values of its run; prepare one for each thread.
 *
 * <pre>{@code
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
 * try (Session session = new Session()) {
 *     PreparedRun run = session.prepare(List.of(x.sum(), x.square()), x);
 *     run.run(NDArray.of(1f, 2f, 3f));
 *     run.number(0); // 6.0
 *     run.value(1); // [1. 4. 9.]
 * }
 * }</pre>
 *
 * <p>A run throws a {@link GraphException} if a value does not fit its placeholder, and an {@link
 * IllegalStateException} if the session is closed, or another thread is running it. So do the methods that return
 * values, if the last run was another thread's.
 */
public final class PreparedRun {
    /** The largest number of combinations of shapes that are kept: a full batch and the last, smaller one are two. */
    private static final int MOST_COMPILED = 16;

    private final Session session;
    private final @Nullable TrainOp train;
    private final List<Tensor> fetches;
    private final List<Placeholder> inputs;
    private final NDArray[] given;
    private @Nullable TrainingProgress progress;
    /** The position of the cost among the fetches, or -1. */
    private final int cost;

    private final List<Compiled> compiled = new ArrayList<>(2);
    /** The number of the thread that is running this; negative for the one that made the last run; 0 for none. */
    private final AtomicLong runner = new AtomicLong();
    /** The program of the last run, and its memory; that of the others is idle, and may be used by other runs. */
    private @Nullable Compiled current;

    private @Nullable Workspace workspace;
    private boolean hasValues;

    /** A program for some shapes. */
    private record Compiled(List<Shape> shapes, boolean checked, Program program) {}

    PreparedRun(Session session, @Nullable TrainOp train, List<Tensor> fetches, List<Placeholder> inputs) {
        this.session = session;
        this.train = train;
        this.fetches = fetches;
        this.inputs = inputs;
        this.given = new NDArray[inputs.size()];
        this.cost = train == null || !train.cost().shape().isScalar() ? -1 : fetches.indexOf(train.cost());
    }

    /**
     * Runs without inputs.
     *
     * @throws GraphException if the run was prepared for another number of inputs
     */
    public void run() {
        expect(0);
        begin();
        execute();
    }

    /**
     * Runs with a value for the one input.
     *
     * @param a the value of the input, used without copying
     * @throws GraphException if the run was prepared for another number of inputs, or the value does not fit
     */
    public void run(NDArray a) {
        expect(1);
        begin();
        given[0] = a;
        execute();
    }

    /**
     * Runs with values for the two inputs.
     *
     * @param a the value of the first input, used without copying
     * @param b the value of the second input, used without copying
     * @throws GraphException if the run was prepared for another number of inputs, or a value does not fit
     */
    public void run(NDArray a, NDArray b) {
        expect(2);
        begin();
        given[0] = a;
        given[1] = b;
        execute();
    }

    /**
     * Runs with values for the three inputs.
     *
     * @param a the value of the first input, used without copying
     * @param b the value of the second input, used without copying
     * @param c the value of the third input, used without copying
     * @throws GraphException if the run was prepared for another number of inputs, or a value does not fit
     */
    public void run(NDArray a, NDArray b, NDArray c) {
        expect(3);
        begin();
        given[0] = a;
        given[1] = b;
        given[2] = c;
        execute();
    }

    /**
     * Runs with values for any number of inputs. Java allocates the array of the arguments; only the methods for up to
     * three inputs allocate nothing.
     *
     * @param values the values of the inputs in order, used without copying
     * @throws GraphException if the run was prepared for another number of inputs, or a value does not fit
     */
    public void run(NDArray... values) {
        expect(values.length);
        begin();
        System.arraycopy(values, 0, given, 0, values.length);
        execute();
    }

    private void expect(int count) {
        if (count != given.length) {
            throw new GraphException("This run was prepared for "
                    + (given.length == 0 ? "no inputs" : given.length == 1 ? "1 input" : given.length + " inputs")
                    + inputs.stream().map(Tensor::describe).collect(Collectors.joining(", ", " (", ")"))
                    + ", but was given " + count + "\n    run at " + SourceLine.here());
        }
    }

    private void begin() {
        long last = runner.get();
        long thread = Thread.currentThread().getId();
        if (last > 0 || !runner.compareAndSet(last, thread)) {
            throw new IllegalStateException(
                    runner.get() == thread
                            ? "This prepared run is run by an operation of its own: prepare another one for that"
                            : "This prepared run is being run by another thread, whose values would be lost: prepare"
                                    + " one for each thread. They share the compiled program");
        }
    }

    private void execute() {
        hasValues = false;
        Workspace used = null;
        try {
            boolean checked = session.isChecked();
            Compiled known = find(checked);
            Compiled next = known != null ? known : compile(checked);
            used = take(next);
            for (int i = 0; i < given.length; i++) {
                if (checked) {
                    Feed.checkFinite(inputs.get(i), given[i]);
                }
                session.checks().fed(inputs.get(i), given[i]);
                used.feed(i, given[i]);
            }
            session.execute(next.program, used, checked);
            hasValues = true;
            note(used);
        } finally {
            if (!hasValues && used != null) {
                workspace = null; // a run that failed leaves it as it happens to be
            }
            runner.setRelease(-Thread.currentThread().getId());
        }
    }

    private void note(Workspace used) {
        if (progress == null) {
            return;
        }
        if (cost < 0) {
            progress.ran();
        } else {
            progress.ran(used.outputNumber(cost));
        }
    }

    /** Takes the memory for a program, and gives that of another program back. */
    @SuppressWarnings("ReferenceEquality")
    private Workspace take(Compiled next) {
        Workspace mine = workspace;
        if (mine != null && current == next) {
            return mine;
        }
        if (mine != null && current != null) {
            workspace = null;
            current.program.release(mine);
        }
        mine = session.acquire(next.program);
        current = next;
        workspace = mine;
        return mine;
    }

    private @Nullable Compiled find(boolean checked) {
        for (int k = 0; k < compiled.size(); k++) {
            if (compiled.get(k).checked == checked && fits(compiled.get(k))) {
                return compiled.get(k);
            }
        }
        return null;
    }

    private boolean fits(Compiled candidate) {
        for (int i = 0; i < given.length; i++) {
            if (!candidate.shapes.get(i).equals(given[i].shape())
                    || given[i].dtype() != inputs.get(i).dtype()) {
                return false;
            }
        }
        return true;
    }

    private Compiled compile(boolean checked) {
        for (int i = 0; i < given.length; i++) {
            Feed.check(inputs.get(i), given[i]);
        }
        List<Shape> shapes = new ArrayList<>(given.length);
        for (NDArray value : given) {
            shapes.add(value.shape());
        }
        Program program = session.program(new ProgramKey(fetches, train, inputs, shapes, checked));
        progress = train == null ? null : session.checks().progress(train);
        Compiled result = new Compiled(shapes, checked, program);
        if (compiled.size() == MOST_COMPILED) {
            compiled.remove(0);
        }
        compiled.add(result);
        return result;
    }

    /**
     * Returns the instructions of the last run, a line each: what was fused, how many threads share it, and which
     * results share memory; see {@link Program#describe()}.
     *
     * @throws IllegalStateException if there was no run yet, or the last one failed
     */
    public String describe() {
        if (current == null) {
            throw new IllegalStateException("The prepared run has no program yet: one is compiled for the shapes of its"
                    + " inputs when it is first run. Run it once, and describe it then");
        }
        return ran().program.describe();
    }

    /**
     * Measures where the time of a run goes. A training step is made many times, but afterwards everything is as it
     * was, see {@link Session#profile(ProfileSettings, TrainOp, Feed...)}; the fetched values are still those of the
     * last run.
     *
     * @param values the values of the inputs in order
     */
    public Profile profile(NDArray... values) {
        return profile(ProfileSettings.standard(), values);
    }

    /**
     * Measures where the time of a run goes, as {@link #profile(NDArray...)}, with other settings.
     *
     * @param settings the number of runs, among others
     * @param values the values of the inputs in order
     */
    public Profile profile(ProfileSettings settings, NDArray... values) {
        expect(values.length);
        List<Feed> feeds = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            feeds.add(Feed.feed(inputs.get(i), values[i]));
        }
        return SessionProfile.of(session, train, fetches, feeds, settings);
    }

    /**
     * Returns a copy of the value of a fetched tensor after the last run; of a placeholder, which is not copied when it
     * is fed, what its array holds now.
     *
     * @param fetch the position of the tensor among the fetches, from 0
     * @throws IllegalStateException if there was no run yet, or the last one failed
     * @throws IndexOutOfBoundsException if there is no such fetch
     */
    public NDArray value(int fetch) {
        return latest(fetch).output(fetch);
    }

    /**
     * Returns the value of a fetched scalar after the last run, without allocating.
     *
     * @param fetch the position of the tensor among the fetches, from 0
     * @throws IllegalStateException if the tensor has more than one element, there was no run yet, or the last
     *     one failed
     * @throws IndexOutOfBoundsException if there is no such fetch
     */
    public double number(int fetch) {
        return latest(fetch).outputNumber(fetch);
    }

    private Compiled ran() {
        long last = runner.get();
        if (last != 0 && last != -Thread.currentThread().getId()) {
            throw new IllegalStateException(
                    "The last run of this prepared run " + (last > 0 ? "is being made" : "was made")
                            + " by another thread, and so are its values: look at them there, or prepare one for each"
                            + " thread. They share the compiled program");
        }
        if (!hasValues || current == null) {
            throw new IllegalStateException(
                    "The prepared run has no values: it has not been run yet, or its last run failed");
        }
        return current;
    }

    private Workspace latest(int fetch) {
        if (fetch < 0 || fetch >= fetches.size()) {
            throw new IndexOutOfBoundsException(
                    "The prepared run fetches " + fetches.size() + " tensors, counted from 0, but number " + fetch
                            + " was asked for; name the tensors when it is prepared");
        }
        ran();
        return Objects.requireNonNull(workspace);
    }
}
