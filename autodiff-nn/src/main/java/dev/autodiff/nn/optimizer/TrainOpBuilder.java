package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The updates of one training step while they are built: an optimizer's rule, and its options before and after it. */
final class TrainOpBuilder {
    private final Optimizer optimizer;
    private final UpdateOptions options;
    private final Optimizer.Context context;

    TrainOpBuilder(Optimizer optimizer, UpdateOptions options, Optimizer.Context context) {
        this.optimizer = optimizer;
        this.options = options;
        this.context = context;
    }

    /**
     * Builds the step.
     *
     * @throws GraphException if there is nothing to train, a variable is named twice, or a transform of the gradients
     *     does not return one for each
     */
    TrainOp build(Tensor cost, List<VariableGradient> gradients) {
        require(!gradients.isEmpty(), "There is nothing to train: no variable was given");
        Set<Variable> seen = new HashSet<>();
        for (VariableGradient pair : gradients) {
            require(
                    seen.add(pair.variable()),
                    "Variable " + pair.variable().describe() + " is to be updated twice in one step: name it once");
        }
        checkNames(cost);
        List<List<VariableGradient>> stages = stages(gradients);
        List<TrainOp.Update> updates = new ArrayList<>();
        for (int i = 0; i < gradients.size(); i++) {
            updates.add(update(i, stages));
        }
        Tensor rate = context.learningRate(); // before its counter is asked for
        List<Tensor> others = new ArrayList<>(context.assignments());
        others.addAll(Attachments.assignments(cost));
        return new TrainOp(cost, updates, others, optimizer.formula(), rate);
    }

    /** Checks the names in the options, which may be of variables that are not trained. */
    private void checkNames(Tensor cost) {
        if (options.decay() == null && options.factors().isEmpty()) {
            return;
        }
        List<Variable> used = new ArrayList<>();
        for (Tensor node : Topology.orderOfMaking(List.of(cost))) {
            if (node instanceof Variable variable) {
                used.add(variable);
            }
        }
        if (options.decay() != null) {
            options.decay().check(used);
        }
        options.factors().forEach(factor -> factor.check(used));
    }

    /** Returns the gradients before and after each of their changes. */
    private List<List<VariableGradient>> stages(List<VariableGradient> gradients) {
        List<List<VariableGradient>> stages = new ArrayList<>(List.of(gradients));
        for (UpdateOptions.Change change : options.changes()) {
            stages.add(change.transform().apply(stages.get(stages.size() - 1)));
            List<Variable> variables = variables(stages.get(stages.size() - 1));
            require(
                    variables.equals(variables(gradients)),
                    "A transform of gradients returns one for each of the variables " + variables(gradients)
                            + ", in this order, but this one returned those of " + variables);
        }
        return stages;
    }

    private static List<Variable> variables(List<VariableGradient> gradients) {
        return gradients.stream().map(VariableGradient::variable).toList();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new GraphException(message + "\n    at " + SourceLine.here());
        }
    }

    /**
     * Builds the update of one variable.
     *
     * @param number its place among the gradients
     * @param stages the gradients before and after each change
     */
    private TrainOp.Update update(int number, List<List<VariableGradient>> stages) {
        Variable w = stages.get(0).get(number).variable();
        Tensor g = stages.get(stages.size() - 1).get(number).gradient();
        List<Tensor> ofRows = ofRows(w, g);
        if (!ofRows.isEmpty()) {
            return new TrainOp.Update(w, g, ofRows);
        }
        List<Tensor> rule = optimizer.update(w, g, context);
        Tensor next = rule.get(0).inputs().get(0);
        Tensor decayed = decay(w).map(decay ->
                        next.sub(context.learningRate(w).mul(decay.factor()).mul(w)))
                .orElse(next);
        Tensor allowed = w.constraint().map(each -> each.apply(decayed)).orElse(decayed);
        List<Tensor> assignments = new ArrayList<>(rule);
        if (isAdjusted(w)) {
            assignments.set(0, Tensors.assign(w, allowed));
        }
        Double averaging = options.averaging();
        Variable average = averaging == null ? null : Optimizer.slot(w, "average");
        if (averaging != null && average != null) {
            assignments.add(Tensors.assign(average, averaged(average, w, allowed, averaging)));
        }
        Supplier<List<UpdateLine>> lines = () -> {
            List<UpdateLine> explained = explained(w, g, rule, decayed, allowed);
            if (!explained.isEmpty()) {
                explained.addAll(0, changes(number, stages));
                explained.addAll(0, context.lines());
            }
            return explained;
        };
        return new TrainOp.Update(w, g, assignments, lines, average);
    }

    /** Returns the update of the rows that a step looks up, if nothing changes others, and the rule has one. */
    private List<Tensor> ofRows(Variable w, Tensor g) {
        if (isAdjusted(w) || options.averaging() != null) {
            return List.of();
        }
        return RowUpdates.of(g, w)
                .map(rows -> optimizer.updateRows(w, rows, context))
                .orElse(List.of());
    }

    private Optional<WeightDecay> decay(Variable w) {
        return Optional.ofNullable(options.decay()).filter(decay -> decay.factor() > 0 && decay.applies(w));
    }

    /** Tells whether the rule's new value of a variable is not the last one. */
    private boolean isAdjusted(Variable w) {
        return decay(w).isPresent() || w.constraint().isPresent();
    }

    /** Returns the lines of the changes of one gradient. */
    private List<UpdateLine> changes(int number, List<List<VariableGradient>> stages) {
        List<UpdateLine> lines = new ArrayList<>();
        for (int i = 0; i < options.changes().size(); i++) {
            UpdateOptions.Change change = options.changes().get(i);
            Tensor before = stages.get(i).get(number).gradient();
            List<Tensor> normed = change.norm() == UpdateOptions.Norm.ALL
                    ? stages.get(i).stream().map(VariableGradient::gradient).toList()
                    : List.of(before);
            Map<String, Tensor> operands = change.norm() == UpdateOptions.Norm.NONE
                    ? Map.of("g₀", before)
                    : Map.of("g₀", before, "n", GradientNorm.of(normed));
            Tensor after = stages.get(i + 1).get(number).gradient();
            lines.add(new UpdateLine("g", change.formula(), operands, after));
        }
        return lines;
    }

    /** Returns the lines of the rule, and those of what follows it; none if the rule has none. */
    private List<UpdateLine> explained(Variable w, Tensor g, List<Tensor> rule, Tensor decayed, Tensor allowed) {
        List<Tensor> values = new ArrayList<>(rule);
        Tensor next = rule.get(0).inputs().get(0);
        if (isAdjusted(w)) {
            values.set(0, next);
        }
        List<UpdateLine> lines = new ArrayList<>(optimizer.explain(w, g, values, context));
        if (lines.isEmpty()) {
            return lines;
        }
        decay(w).ifPresent(decay -> {
            Map<String, Tensor> operands =
                    Map.of("w", next, "η", context.learningRate(w), "λ", Optimizer.number(decay.factor()), "w₀", w);
            lines.add(new UpdateLine(w.name(), "w - η · λ · w₀", operands, decayed));
        });
        if (w.constraint().isPresent()) {
            lines.add(new UpdateLine(w.name(), "constraint(w)", Map.of("w", decayed), allowed));
        }
        return lines;
    }

    /** Returns β a + (1 - β) w for the new value of w, which is that value itself in the first step. */
    private Tensor averaged(Variable average, Variable w, Tensor next, double decay) {
        Tensor isLater = context.stepNumber(w, "average").greater(1);
        Tensor kept = isLater.mul(decay);
        return average.mul(kept).add(next.mul(kept.neg().add(1)));
    }
}
