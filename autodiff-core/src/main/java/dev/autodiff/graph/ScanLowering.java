package dev.autodiff.graph;

import dev.autodiff.ir.IterationBuilder;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The way of a loop over time into a program, together with those of its results that are needed. */
final class ScanLowering {
    private final ScanOp op;
    private final List<Value> in;
    private final Map<Tensor, Value> inside = new HashMap<>();

    private ScanLowering(ScanOp op, List<Value> in) {
        this.op = op;
        this.in = in;
    }

    /**
     * Adds a loop to a program.
     *
     * @param results the nodes of its results
     * @param in the operands
     * @return the values of the results
     * @throws IllegalArgumentException if shapes that were unknown before do not fit
     */
    static List<Value> lower(Tensor loop, List<Tensor> results, ProgramBuilder ir, List<Value> in) {
        return new ScanLowering((ScanOp) loop.op(), in).lower(ir, results);
    }

    private List<Value> lower(ProgramBuilder ir, List<Tensor> results) {
        RecurrenceBody body = op.body;
        IterationBuilder iteration = new IterationBuilder(ir, steps(), op.reverse);
        int position = 0;
        for (Tensor input : body.inputs()) {
            iteration.body().origin(input);
            inside.put(input, iteration.sequence(in.get(position++)));
        }
        for (Tensor state : body.states()) {
            iteration.body().origin(state);
            inside.put(state, iteration.state(in.get(position++)));
        }
        for (Tensor captured : body.captured()) {
            iteration.body().origin(captured);
            inside.put(captured, iteration.captured(in.get(position++)));
        }
        List<Tensor> roots = new ArrayList<>(body.next());
        for (Tensor result : results) {
            roots.add(((ScanResult) result.op()).of);
        }
        Lowering.lowerAll(roots, iteration.body(), inside);
        List<Value> next = new ArrayList<>();
        for (int i = 0; i < body.next().size(); i++) {
            next.add(next(i));
        }
        return build(iteration, next, results);
    }

    private List<Value> build(IterationBuilder iteration, List<Value> next, List<Tensor> results) {
        List<IterationBuilder.Wanted> wanted = new ArrayList<>();
        List<Integer> finals = new ArrayList<>();
        for (Tensor node : results) {
            ScanResult result = (ScanResult) node.op();
            if (result.part == Recurrence.Part.LAST) {
                finals.add(op.body.states().indexOf(result.of));
            } else {
                IterationBuilder.Part part =
                        result.part == Recurrence.Part.ALL ? IterationBuilder.Part.ALL : IterationBuilder.Part.SUM;
                wanted.add(new IterationBuilder.Wanted(part, valueOf(result.of)));
            }
        }
        List<Value> values = iteration.build(next, wanted, finals);
        List<Value> ordered = new ArrayList<>();
        int fromAll = 0;
        int fromLast = wanted.size();
        for (Tensor node : results) {
            boolean last = ((ScanResult) node.op()).part == Recurrence.Part.LAST;
            ordered.add(values.get(last ? fromLast++ : fromAll++));
        }
        return ordered;
    }

    private Value valueOf(Tensor tensor) {
        Value value = inside.get(tensor);
        if (value == null) {
            throw new IllegalStateException("Not lowered: " + tensor);
        }
        return value;
    }

    private int steps() {
        int steps = in.get(0).shape().dim(0);
        for (int i = 1; i < op.body.inputs().size(); i++) {
            if (in.get(i).shape().dim(0) != steps) {
                throw new IllegalArgumentException("the sequences have different numbers of steps: " + steps + " and "
                        + in.get(i).shape().dim(0));
            }
        }
        if (steps == 0) {
            throw new IllegalArgumentException("there are no steps: the axis of time must be at least 1 long");
        }
        return steps;
    }

    private Value next(int state) {
        Value before = valueOf(op.body.states().get(state));
        Value after = valueOf(op.body.next().get(state));
        if (!after.shape().equals(before.shape())) {
            throw new IllegalArgumentException("the cell makes shape " + after.shape() + " of state " + (state + 1)
                    + ", which was " + before.shape() + " before; a step must keep the shape of a state");
        }
        return after;
    }
}
