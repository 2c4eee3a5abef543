package dev.autodiff.nn.train;

import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.VariableGradient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The graph of the steps of a {@link Trainer}, built at the first one, and the runs that make them.
 *
 * @param placeholders the placeholders in the order of a step's arguments
 * @param slots the variables that a step depends on besides those of the network, by name
 * @param step the step that changes parameters
 * @param collect the step that accumulates gradients
 * @param gradients the gradients by the names of the trained variables
 * @param gradientRun the run that returns them in this order
 * @param halves the divided step; null if steps are whole
 */
record TrainingGraph(
        Objective objective,
        List<Placeholder> placeholders,
        Map<String, Variable> slots,
        TrainOp op,
        Rate rate,
        PreparedRun step,
        PreparedRun collect,
        Map<String, Tensor> gradients,
        PreparedRun gradientRun,
        @Nullable DividedStep halves) {

    /**
     * The learning rate of the steps.
     *
     * @param fetch the place among what a step fetches; -1 if the rate is always the same
     * @param number the rate if it is always the same
     */
    record Rate(int fetch, double number) {}

    /**
     * Builds the graph of a compiled model.
     *
     * @param accumulated the number of steps whose gradients are accumulated
     * @param isDivided true for steps in two halves
     * @throws GraphException if there is nothing to train
     */
    static TrainingGraph build(
            ModelState model, ModelState.Compiled compiled, Objective objective, int accumulated, boolean isDivided) {
        return new Builder(model, compiled, objective).build(accumulated, isDivided);
    }

    private record Builder(ModelState model, ModelState.Compiled compiled, Objective objective) {
        TrainingGraph build(int accumulated, boolean isDivided) {
            List<Tensor> losses = objective.losses(Mode.TRAINING);
            Tensor cost = objective.cost(Mode.TRAINING, losses);
            Map<String, Variable> trained = trained(cost);
            Optimizer optimizer = compiled.optimizer();
            List<VariableGradient> gradients =
                    optimizer.gradients(cost, trained.values().toArray(new Variable[0]));
            if (isDivided) {
                requireKnown(trained);
                return divide(cost, byName(trained, gradients));
            }
            List<Tensor> collecting = new ArrayList<>(Attachments.assignments(cost));
            TrainOp op = accumulated == 1
                    ? optimizer.apply(cost, gradients)
                    : accumulate(accumulated, cost, gradients, collecting);
            List<Placeholder> placeholders = placeholders();
            Placeholder[] fed = placeholders.toArray(new Placeholder[0]);
            List<Tensor> fetches =
                    Running.fetches(compiled.outputs(), cost, losses, objective.network(), Mode.TRAINING);
            Rate rate = rate(op, fetches);
            Map<String, Tensor> byName = byName(trained, gradients);
            Session session = model.session();
            return new TrainingGraph(
                    objective,
                    placeholders,
                    slots(op),
                    op,
                    rate,
                    session.prepare(op, fetches, fed),
                    session.prepare(new TrainOp(cost, List.of(), collecting), fetches, fed),
                    byName,
                    session.prepare(List.copyOf(byName.values()), fed),
                    null);
        }

        private TrainingGraph divide(Tensor cost, Map<String, Tensor> gradients) {
            List<Placeholder> placeholders = placeholders();
            Placeholder[] fed = placeholders.toArray(new Placeholder[0]);
            Session session = model.session();
            Rate[] rate = new Rate[1];
            DividedStep divided = new DividedStep(
                    session,
                    compiled.optimizer(),
                    cost,
                    model.variables(),
                    gradients,
                    fed,
                    (op, fetches) -> rate[0] = rate(op, fetches));
            PreparedRun update = divided.update();
            PreparedRun run = session.prepare(List.copyOf(gradients.values()), fed);
            return new TrainingGraph(
                    objective,
                    placeholders,
                    slots(divided.op()),
                    divided.op(),
                    rate[0],
                    update,
                    update,
                    gradients,
                    run,
                    divided);
        }

        /** Refuses variables of the loss alone, as each machine gets the values of the network's. */
        private void requireKnown(Map<String, Variable> trained) {
            trained.forEach((name, variable) -> {
                if (!model.variables().containsKey(name)) {
                    throw new GraphException("A step in two halves trains the variables of the model, and " + name
                            + " is one of the loss alone: use it in the model, or take it with stopGradient()"
                            + "\n    made at " + variable.sourceLine());
                }
            });
        }

        private List<Placeholder> placeholders() {
            List<Placeholder> placeholders = new ArrayList<>(model.inputs());
            placeholders.addAll(objective.placeholders());
            return List.copyOf(placeholders);
        }

        private static Map<String, Tensor> byName(Map<String, Variable> trained, List<VariableGradient> gradients) {
            Map<String, Tensor> byName = new LinkedHashMap<>();
            for (String name : trained.keySet()) {
                byName.put(name, gradients.get(byName.size()).gradient());
            }
            return byName;
        }

        /**
         * Returns the variables that are trained: those of the layers that the cost is computed from, and of all
         * others, such as those of the loss alone, the ones that a gradient reaches.
         */
        private Map<String, Variable> trained(Tensor cost) {
            Map<String, Variable> trained = trainable(cost);
            boolean none = trained.isEmpty();
            trained.entrySet().removeIf(entry -> model.isFrozen(entry.getKey(), entry.getValue()));
            if (trained.isEmpty()) {
                throw new GraphException("There is nothing to train: "
                        + (none ? "the loss depends on no trainable variable" : "all variables are frozen")
                        + "\n    at "
                        + SourceLine.here());
            }
            return trained;
        }

        private Map<String, Variable> trainable(Tensor cost) {
            Map<String, Variable> known = model.network().variables();
            Set<Variable> ofLayers = new HashSet<>();
            model.network().layersByName().values().forEach(layer -> ofLayers.addAll(layer.variables()));
            Set<Tensor> used = new LinkedHashSet<>(Topology.orderOfMaking(List.of(cost)));
            Set<Variable> all = new LinkedHashSet<>(known.values());
            all.retainAll(used);
            used.forEach(node -> {
                if (node instanceof Variable variable) {
                    all.add(variable);
                }
            });
            all.removeIf(variable -> !variable.isTrainable());
            List<Variable> others = all.stream()
                    .filter(variable -> !ofLayers.contains(variable))
                    .toList();
            if (!others.isEmpty()) {
                Gradients gradients = Gradients.of(cost, others);
                others.stream()
                        .filter(variable -> gradients.find(variable).isEmpty())
                        .forEach(all::remove);
            }
            return named(known, all);
        }

        /** Returns variables by their names in the network, or those that they were given if they are not in it. */
        private static Map<String, Variable> named(Map<String, Variable> known, Set<Variable> all) {
            Map<Variable, String> names = new HashMap<>();
            known.forEach((name, variable) -> names.put(variable, name));
            Map<String, Variable> named = new LinkedHashMap<>();
            for (Variable variable : all) {
                String name = names.getOrDefault(variable, variable.name());
                Variable other = named.putIfAbsent(name, variable);
                if (other != null || (known.containsKey(name) && !names.containsKey(variable))) {
                    throw new GraphException("There are two variables named " + name
                            + ", one of which the loss uses and the model does not. Give it another name, or its layer"
                            + " with named(...)\n    made at " + variable.sourceLine());
                }
            }
            return named;
        }

        /**
         * Returns the step that ends an accumulation, and adds to what the other steps assign.
         *
         * @param accumulated the number of steps whose gradients are accumulated
         * @param collecting the assignments of the steps before
         */
        private TrainOp accumulate(
                int accumulated, Tensor cost, List<VariableGradient> gradients, List<Tensor> collecting) {
            List<VariableGradient> means = new ArrayList<>();
            List<Tensor> resets = new ArrayList<>();
            for (VariableGradient pair : gradients) {
                Variable of = pair.variable();
                Variable sum = Variable.of(of.name() + "/sum", of.dtype(), of.shape(), Initializers.zeros(), false);
                Tensor next = sum.add(pair.gradient());
                means.add(new VariableGradient(of, next.mul(1.0 / accumulated)));
                collecting.add(Tensors.assign(sum, next));
                Tensor zeros = Shaping.broadcastTo(
                        Tensors.scalar(0, of.dtype()), of.shape().dims());
                resets.add(Tensors.assign(sum, zeros));
            }
            TrainOp last = compiled.optimizer().apply(cost, means);
            List<Tensor> others = new ArrayList<>(last.others());
            others.addAll(resets);
            return new TrainOp(cost, last.updates(), others, last.rule(), last.learningRate());
        }

        /** Returns the learning rate of a step, and adds it to the fetches if it may change. */
        private static Rate rate(TrainOp op, List<Tensor> fetches) {
            if (op.learningRate() == null) {
                return new Rate(-1, Double.NaN);
            }
            List<Tensor> used = Topology.order(List.of(op.learningRate()));
            if (used.stream()
                    .allMatch(tensor -> tensor.inputs().isEmpty()
                            && Leaves.constantValue(tensor).isPresent())) {
                return new Rate(-1, op.learningRate().eval().item());
            }
            fetches.add(op.learningRate());
            return new Rate(fetches.size() - 1, Double.NaN);
        }

        /** Returns the variables that a step depends on, but for those of the network. */
        private Map<String, Variable> slots(TrainOp op) {
            Map<String, Variable> slots = new LinkedHashMap<>();
            for (Tensor node : Topology.orderOfMaking(op.assignments())) {
                if (node instanceof Variable variable && !model.variables().containsValue(variable)) {
                    String name = variable.name();
                    for (int number = 2; slots.containsKey(name); number++) {
                        name = variable.name() + "#" + number;
                    }
                    slots.put(name, variable);
                }
            }
            return Collections.unmodifiableMap(slots);
        }
    }
}
