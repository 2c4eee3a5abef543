package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.program.Program;
import dev.autodiff.program.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is prepared to be run many times, from {@link Session#prepare}: looks nothing up and, once it has seen
 * the shapes that it is fed, allocates nothing. For one thread at a time; prepare one for each thread.
 */
public final class Step {
    private final Session session;
    private final @Nullable TrainOp train;
    private final List<Tensor> fetches;
    private final Placeholder[] inputs;
    private final List<Compiled> compiled = new ArrayList<>(2);
    private @Nullable Compiled current;

    /** The program for some shapes, with memory of its own. */
    private record Compiled(Shape[] shapes, Program program, Workspace workspace) {}

    Step(Session session, @Nullable TrainOp train, List<Tensor> fetches, List<Placeholder> inputs) {
        this.session = session;
        this.train = train;
        this.fetches = fetches;
        this.inputs = inputs.toArray(new Placeholder[0]);
    }

    /** Runs without inputs. */
    public void run() {
        select(0, null, null, null);
        execute();
    }

    /** Runs with a value for the one input. */
    public void run(NDArray a) {
        select(1, a, null, null);
        execute();
    }

    /** Runs with values for the two inputs, in order. */
    public void run(NDArray a, NDArray b) {
        select(2, a, b, null);
        execute();
    }

    /** Runs with values for the three inputs, in order. */
    public void run(NDArray a, NDArray b, NDArray c) {
        select(3, a, b, c);
        execute();
    }

    private void execute() {
        Compiled now = java.util.Objects.requireNonNull(current);
        session.execute(now.program, now.workspace);
    }

    private void select(int given, @Nullable NDArray a, @Nullable NDArray b, @Nullable NDArray c) {
        if (given != inputs.length) {
            throw new GraphException(
                    "This step was prepared for " + inputs.length + " inputs, but " + given + " were given");
        }
        Compiled match = find(given, a, b, c);
        if (match == null) {
            match = compile(given, a, b, c);
        }
        current = match;
        for (int i = 0; i < given; i++) {
            match.workspace.feed(i, pick(i, a, b, c));
        }
    }

    private @Nullable Compiled find(int given, @Nullable NDArray a, @Nullable NDArray b, @Nullable NDArray c) {
        for (int k = 0; k < compiled.size(); k++) {
            Compiled candidate = compiled.get(k);
            boolean same = true;
            for (int i = 0; same && i < given; i++) {
                same = candidate.shapes[i].equals(pick(i, a, b, c).shape());
            }
            if (same) {
                return candidate;
            }
        }
        return null;
    }

    private static NDArray pick(int i, @Nullable NDArray a, @Nullable NDArray b, @Nullable NDArray c) {
        NDArray value = i == 0 ? a : i == 1 ? b : c;
        if (value == null) {
            throw new GraphException("Input " + i + " is null");
        }
        return value;
    }

    private Compiled compile(int given, @Nullable NDArray a, @Nullable NDArray b, @Nullable NDArray c) {
        Shape[] shapes = new Shape[given];
        for (int i = 0; i < given; i++) {
            Feed.check(inputs[i], pick(i, a, b, c));
            shapes[i] = pick(i, a, b, c).shape();
        }
        Program program = session.program(train, fetches, List.of(inputs), List.of(shapes));
        Compiled result = new Compiled(shapes, program, program.acquire());
        compiled.add(result);
        return result;
    }

    /** A copy of the value of a fetched tensor after the last run. */
    public NDArray value(int fetch) {
        return latest().output(fetch);
    }

    /** The value of a fetched scalar after the last run, without allocating. */
    public double number(int fetch) {
        return latest().outputNumber(fetch);
    }

    private Workspace latest() {
        if (current == null) {
            throw new IllegalStateException("The step has not been run yet");
        }
        return current.workspace;
    }
}
