package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.VariableGradient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A training step in two halves, for examples that lie on several machines: each computes the gradients of its own
 * examples, and one of them makes the update with their mean, whose variables all go on with. {@link Trainer#divided}
 * makes it.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError());
 * DividedStep step = model.trainer().divided(features, labels);
 * DividedStep.Part part = step.compute(features, labels);
 * part.gradients().keySet(); // [dense1/weights, dense1/bias]
 * step.apply(part);
 * model.close();
 * }</pre>
 *
 * <p>With parts of n₁, n₂, ... examples, the mean weights each by its number of examples, and the step is, to rounding,
 * the one that a single machine makes with all of them. Moving averages, such as those of {@code BatchNorm}, follow the
 * examples of each part by itself, and their mean is what all go on with; so there the step is another one, as in
 * PyTorch's {@code DistributedDataParallel}. Gradients of embeddings are whole arrays here, so that an optimizer that
 * updates rows alone ({@code Adam.lazy()}) updates all.
 */
public final class DividedStep {
    private final TrainOp op;
    private final List<Placeholder> means;
    private final Map<String, Variable> variables;
    private final Set<String> gradients;
    private final Map<String, Variable> averages;
    private final PreparedRun compute;
    private final PreparedRun update;

    /**
     * The first half of a step, for some of the examples; or the mean of several.
     *
     * @param loss the mean loss of the examples, with the penalties of the layers
     * @param gradients its gradients by the names of the trained variables
     * @param averages the values of the moving averages after these examples, by name
     */
    public record Part(double loss, Map<String, NDArray> gradients, Map<String, NDArray> averages) {
        /** Makes the maps unmodifiable. */
        public Part {
            gradients = Collections.unmodifiableMap(gradients);
            averages = Collections.unmodifiableMap(averages);
        }
    }

    /**
     * Builds both halves.
     *
     * @param variables all variables of the network, by name
     * @param trained the gradients of the cost, by the names of the trained variables
     * @param fed the placeholders of a step
     * @param more returns what the second half fetches besides, such as its learning rate
     */
    DividedStep(
            Session session,
            Optimizer optimizer,
            Tensor cost,
            Map<String, Variable> variables,
            Map<String, Tensor> trained,
            Placeholder[] fed,
            BiConsumer<TrainOp, List<Tensor>> more) {
        this.variables = variables;
        gradients = trained.keySet();
        List<Tensor> assignments = Attachments.assignments(cost);
        Set<Tensor> assigned = assignments.stream()
                .map(assignment -> Tensors.assignedBy(assignment).orElseThrow())
                .collect(Collectors.toSet());
        averages = new LinkedHashMap<>(variables);
        averages.values().retainAll(assigned);
        List<Tensor> computed = new ArrayList<>(List.of(cost));
        computed.addAll(trained.values());
        compute = session.prepare(new TrainOp(cost, List.of(), assignments), computed, fed);

        Placeholder loss = Placeholder.of("loss", cost.dtype(), Shape.scalar());
        means = new ArrayList<>(List.of(loss));
        List<VariableGradient> pairs = new ArrayList<>();
        for (String name : gradients) {
            Variable variable = Objects.requireNonNull(variables.get(name));
            Placeholder mean = Placeholder.of(name + "/gradient", variable.dtype(), variable.shape());
            means.add(mean);
            pairs.add(new VariableGradient(variable, mean));
        }
        op = optimizer.apply(loss, pairs);
        List<Tensor> fetches = new ArrayList<>(List.of(loss));
        more.accept(op, fetches);
        update = session.prepare(op, fetches, means.toArray(new Placeholder[0]));
    }

    /** Returns the second half as a part of the graph. */
    TrainOp op() {
        return op;
    }

    /** Returns the second half. */
    PreparedRun update() {
        return update;
    }

    /** Returns a part of no examples, zeros, to which those of others are added. */
    public Part zero() {
        Map<String, NDArray> noGradients = new LinkedHashMap<>();
        gradients.forEach(name -> noGradients.put(name, zeros(Objects.requireNonNull(variables.get(name)))));
        Map<String, NDArray> noAverages = new LinkedHashMap<>();
        averages.forEach((name, variable) -> noAverages.put(name, zeros(variable)));
        return new Part(0, noGradients, noAverages);
    }

    private static NDArray zeros(Variable variable) {
        return NDArray.zeros(variable.dtype(), variable.shape());
    }

    /**
     * Computes the gradients of some examples. It changes no variables but the moving averages.
     *
     * @param values the inputs in their order, then the labels of each output
     * @throws GraphException if inputs or labels do not fit
     */
    public Part compute(NDArray... values) {
        compute.run(values);
        Map<String, NDArray> byName = new LinkedHashMap<>();
        for (String name : gradients) {
            byName.put(name, compute.value(1 + byName.size()));
        }
        Map<String, NDArray> after = new LinkedHashMap<>();
        averages.forEach((name, variable) -> after.put(name, variable.value()));
        return new Part(compute.number(0), byName, after);
    }

    /**
     * Makes the update of all variables.
     *
     * @param mean the mean of what {@link #compute} returned for all examples of the step
     * @throws GraphException if it is not of this model
     */
    public void apply(Part mean) {
        require(mean.gradients().keySet(), gradients, "gradients of");
        require(mean.averages().keySet(), averages.keySet(), "moving averages");
        List<NDArray> values = new ArrayList<>();
        values.add(NDArray.scalar(mean.loss()).cast(means.get(0).dtype()));
        gradients.forEach(
                name -> values.add(Objects.requireNonNull(mean.gradients().get(name))));
        update.run(values.toArray(new NDArray[0]));
        averages.forEach((name, variable) ->
                variable.assign(Objects.requireNonNull(mean.averages().get(name))));
    }

    private static void require(Set<String> given, Set<String> wanted, String things) {
        if (!given.equals(wanted)) {
            throw new GraphException("The step of this model has " + things + " " + wanted + ", but these are of "
                    + given + "\n    at " + SourceLine.here());
        }
    }
}
