package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.List;

/** The rule of another optimizer with other options or another learning rate. */
final class ConfiguredOptimizer extends Optimizer {
    private final Optimizer rule;
    private final UpdateOptions options;

    ConfiguredOptimizer(Optimizer rule, Schedule learningRate, UpdateOptions options) {
        super(learningRate, options);
        this.rule = rule;
        this.options = options;
    }

    @Override
    Optimizer rule() {
        return rule;
    }

    @Override
    public String formula() {
        return options.formula(rule.formula());
    }

    @Override
    protected List<Tensor> update(Variable variable, Tensor gradient, Context context) {
        return rule.update(variable, gradient, context);
    }

    @Override
    protected List<Tensor> updateRows(Variable variable, RowUpdates rows, Context context) {
        return rule.updateRows(variable, rows, context);
    }

    @Override
    protected List<UpdateLine> explain(Variable variable, Tensor gradient, List<Tensor> assignments, Context context) {
        return rule.explain(variable, gradient, assignments, context);
    }
}
