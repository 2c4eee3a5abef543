package dev.autodiff.profile;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Provenance;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.profile.Profile.Instruction;
import dev.autodiff.profile.Profile.Node;
import dev.autodiff.profile.Profile.NodeTime;
import dev.autodiff.profile.Profile.Operation;
import dev.autodiff.profile.Profile.Phase;
import dev.autodiff.profile.Profile.Summary;
import dev.autodiff.runtime.ProgramSummary;
import dev.autodiff.runtime.ProgramSummary.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says for everything that a program computes to which node of the graph it belongs, and in which phase. */
final class Attribution {
    /** The nodes that the results are computed from and that no gradient rule made. */
    private final Set<Tensor> forward = new LinkedHashSet<>();
    /** For what is made of gradients, the variable that is updated with it. */
    private final Map<Tensor, Tensor> updated = new LinkedHashMap<>();

    Attribution(List<? extends Tensor> results) {
        for (Tensor node : Topology.order(results)) {
            if (Provenance.ruleOf(node).isEmpty()) {
                forward.add(node);
            }
        }
    }

    /** Gives the operands of assignments, up to gradients and the forward phase, to the variable of the first one. */
    void update(List<Tensor> assignments) {
        Tensor variable = Tensors.assignedBy(assignments.get(0))
                .orElseThrow(() -> new IllegalArgumentException(
                        "An update is told by its assignments, and " + assignments.get(0) + " is none"));
        Deque<Tensor> left = new ArrayDeque<>(assignments);
        while (!left.isEmpty()) {
            Tensor node = left.pop();
            boolean of = !forward.contains(node) && Provenance.ruleOf(node).isEmpty();
            if (of && updated.putIfAbsent(node, variable) == null) {
                left.addAll(node.inputs());
            }
        }
    }

    Profile profile(Summary summary, ProgramSummary outline, Samples samples) {
        List<Instruction> instructions = new ArrayList<>();
        for (Work work : outline.works()) {
            instructions.add(instruction(
                    instructions.size(), work.description(), work.operations(), work, samples, summary.peak()));
        }
        if (!outline.copies().isEmpty()) {
            int states = outline.copies().size();
            String description = "copy into " + (states == 1 ? "a state" : states + " states");
            instructions.add(
                    instruction(instructions.size(), description, outline.copies(), null, samples, summary.peak()));
        }
        return new Profile(summary, instructions, nodeTimes(instructions), samples.typical());
    }

    private Instruction instruction(
            int index,
            String description,
            List<ProgramSummary.Operation> parts,
            @Nullable Work work,
            Samples samples,
            Peak peak) {
        List<Operation> operations = operations(parts);
        DType dtype = parts.get(parts.size() - 1).dtype();
        long moved =
                parts.stream().mapToLong(p -> 2 * p.cost() * p.dtype().bytes()).sum();
        return new Instruction(
                index,
                description,
                mostly(operations),
                operations,
                dtype,
                work == null ? 1 : work.threads(),
                samples.interval(index),
                parts.stream().mapToLong(ProgramSummary.Operation::flop).sum(),
                work == null ? moved : work.bytesRead() + work.bytesWritten(),
                peak.gflops(dtype));
    }

    private List<Operation> operations(List<ProgramSummary.Operation> parts) {
        double cost = parts.stream().mapToLong(ProgramSummary.Operation::cost).sum();
        List<Operation> operations = new ArrayList<>();
        for (ProgramSummary.Operation part : parts) {
            if (!(part.origin() instanceof Tensor tensor)) {
                throw new IllegalArgumentException(
                        "Only programs that are compiled from tensors can be profiled; operation " + part.name()
                                + " came from " + part.origin());
            }
            double share = cost > 0 ? part.cost() / cost : 1.0 / parts.size();
            operations.add(new Operation(part.name(), node(owner(tensor)), phase(tensor), part.flop(), share));
        }
        return operations;
    }

    private Phase phase(Tensor tensor) {
        return Provenance.ruleOf(tensor).isPresent()
                ? Phase.BACKWARD
                : updated.containsKey(tensor) ? Phase.UPDATE : Phase.FORWARD;
    }

    /** The origin of a tensor: a node that was written, or a variable that is updated. */
    private Tensor owner(Tensor tensor) {
        Tensor node = tensor;
        for (Optional<Tensor> rule = Provenance.ruleOf(node); rule.isPresent(); rule = Provenance.ruleOf(node)) {
            node = rule.get();
        }
        return updated.getOrDefault(node, node);
    }

    private static Node node(Tensor tensor) {
        return new Node(tensor.id(), tensor.name(), tensor.op().name(), tensor.sourceLine());
    }

    private static Phase mostly(List<Operation> operations) {
        Phase most = Phase.FORWARD;
        double largest = -1;
        for (Phase phase : Phase.values()) {
            double share = operations.stream()
                    .filter(operation -> operation.phase() == phase)
                    .mapToDouble(Operation::share)
                    .sum();
            if (share > largest) {
                most = phase;
                largest = share;
            }
        }
        return most;
    }

    /** Sums up for a node. */
    private static final class Sum {
        final double[] nanoseconds = new double[Phase.values().length];
        long flop;
        double bytes;
    }

    private List<NodeTime> nodeTimes(List<Instruction> instructions) {
        Map<Node, Sum> sums = new LinkedHashMap<>();
        for (Tensor tensor : shown()) {
            sums.put(node(tensor), new Sum());
        }
        for (Instruction instruction : instructions) {
            for (Operation operation : instruction.operations()) {
                Sum sum = sums.computeIfAbsent(operation.node(), node -> new Sum());
                sum.nanoseconds[operation.phase().ordinal()] +=
                        operation.share() * instruction.time().median();
                sum.flop += operation.flop();
                sum.bytes += operation.share() * instruction.bytes();
            }
        }
        List<NodeTime> times = new ArrayList<>();
        sums.forEach((node, sum) -> times.add(
                new NodeTime(node, sum.nanoseconds[0], sum.nanoseconds[1], sum.nanoseconds[2], sum.flop, sum.bytes)));
        return times;
    }

    /** The operations that were written, and the variables that are updated. */
    private Set<Tensor> shown() {
        Set<Tensor> shown = new LinkedHashSet<>();
        for (Tensor node : forward) {
            if (!node.inputs().isEmpty()) {
                shown.add(node);
            }
        }
        shown.addAll(updated.values());
        return shown;
    }
}
