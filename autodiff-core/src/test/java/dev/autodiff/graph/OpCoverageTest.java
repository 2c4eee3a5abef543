package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A walk through all operations that users can come to, those of gradient graphs included. Each is in a row of the
 * table, or declared here as one that no gradient flows through.
 */
@Tag("kernel-independent")
class OpCoverageTest {
    private static final Set<String> WITHOUT_GRADIENT = Set.of(
            "argmax",
            "argmin",
            "argsort",
            "assign",
            "ceil",
            "count",
            "eq",
            "firstPlaces",
            "floor",
            "greater",
            "greaterEqual",
            "nanOrZero",
            "ne",
            "oneHot",
            "offsets",
            "oneHotLike",
            "putRows",
            "randomUniform",
            "round",
            "scanUpstream",
            "sign",
            "stepNumbers",
            "stopGradient",
            "sumEqual",
            "windowCounts",
            "zeroState");

    private static final Set<String> LEAVES = Set.of("constant", "placeholder", "step", "variable");

    /** Nodes met, one an operation. */
    private static final List<Tensor> NODES = TableWalk.nodes();

    private static final Set<Op> MET = NODES.stream().map(Tensor::op).collect(Collectors.toSet());

    @Test
    void everyConstantOperationIsMetOrDeclared() {
        List<Op> constants = OpWalk.only();
        assertTrue(constants.size() > 25, "the walk finds the tables of operations");
        Set<String> missing = new TreeSet<>();
        for (Op op : constants) {
            if (!LEAVES.contains(op.name()) && !WITHOUT_GRADIENT.contains(op.name()) && !MET.contains(op)) {
                missing.add(op.name());
            }
        }
        assertEquals(Set.of(), missing, "operations that need a row in OpTable");
    }

    @Test
    void everyClassOfOperationsIsMetOrDeclared() {
        Set<String> met = new TreeSet<>();
        MET.forEach(op -> met.add(op.getClass().getName()));
        List<Class<?>> operations = OpWalk.operations();
        assertTrue(operations.size() > 20, "the walk finds the classes of operations");
        Set<String> missing = new TreeSet<>();
        for (Class<?> type : operations) {
            boolean declared = WITHOUT_GRADIENT.stream()
                            .anyMatch(name -> type.getSimpleName().equalsIgnoreCase(name)
                                    || type.getSimpleName().equalsIgnoreCase(name + "Like"))
                    || type.getName().contains("Leaves$")
                    || type.getSimpleName().equals("ArgExtremum");
            if (!declared && !met.contains(type.getName())) {
                missing.add(type.getName());
            }
        }
        assertEquals(Set.of(), missing, "classes of operations that need a row in OpTable");
    }

    @Test
    void whatIsDeclaredToHaveNoGradientHasNone() {
        Set<String> none = new TreeSet<>();
        for (Op op : OpWalk.only()) {
            if (!LEAVES.contains(op.name()) && !op.isDifferentiable(0) && op.type() != Comparisons.WHERE) {
                none.add(op.name());
            }
        }
        for (Tensor node : NODES) {
            boolean differentiable = node.inputs().isEmpty();
            for (int i = 0; i < node.inputs().size(); i++) {
                differentiable |= node.op().isDifferentiable(i);
            }
            if (!differentiable) {
                none.add(node.op().name());
            }
        }
        assertTrue(WITHOUT_GRADIENT.containsAll(none), none + " has one that is not declared");
        assertTrue(none.containsAll(Set.of("eq", "greater", "sign", "count", "oneHotLike")), none.toString());
    }

    @Test
    void noGradientFlowsThroughWhatIsDeclaredNotDifferentiable() {
        Tensor x = Tensors.constant(0.5, -1.5, 2.0);
        List<Tensor> results = List.of(
                x.argmax(0).cast(DType.FLOAT64),
                dev.autodiff.graph.Reductions.argmin(x, 0).cast(DType.FLOAT64),
                dev.autodiff.graph.Arithmetic.sign(x),
                Sorting.argsort(x, 0).cast(DType.FLOAT64),
                Statistics.any(x, false),
                Statistics.all(x, false),
                Rounding.floor(x),
                Rounding.ceil(x),
                Rounding.round(x),
                x.greater(0),
                x.less(0),
                x.eq(x.mul(2)),
                Comparisons.ne(x, x.mul(2)),
                Comparisons.greaterEqual(x, x.mul(2)),
                Comparisons.lessEqual(x, x.mul(2)),
                x.stopGradient(),
                x.cast(DType.INT32).cast(DType.FLOAT64),
                Tensors.randomUniformLike(x),
                Tensors.randomNormalLike(x),
                Tensors.zerosLike(x),
                Tensors.onesLike(x));
        for (Tensor y : results) {
            Gradients gradients = Gradients.of(y.sum(), List.of(x));
            assertFalse(gradients.find(x).isPresent(), y::toString);
            assertThrows(IllegalArgumentException.class, () -> gradients.of(x));
        }
    }

    /** The learner reads these beside every edge. */
    @Test
    void everyOperationStatesFormulaAndRules() {
        assertTrue(NODES.size() > 60);
        for (Tensor node : NODES) {
            assertFalse(node.op().formula().isBlank(), node.op()::name);
            for (int i = 0; i < node.inputs().size(); i++) {
                String rule = node.op().rule(i);
                assertFalse(rule.isBlank(), node.op()::name);
                assertEquals(
                        !node.op().isDifferentiable(i),
                        rule.startsWith("none"),
                        node.op().name() + ": " + rule);
            }
        }
    }

    /** A rule that makes a tensor of another type or shape would fail only where the gradient is used. */
    @Test
    void gradientsHaveTypeAndShapeOfTheOperand() {
        OpTable.ROWS.forEach((name, row) -> {
            for (long seed = 0; seed < 4; seed++) {
                OpTable.Case drawn = row.draw(new Draw(seed, true));
                for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
                    if (name.equals("Shaping.cast") && dtype == DType.FLOAT32) {
                        continue; // casts to FLOAT64
                    }
                    List<Tensor> inputs = Arrays.stream(drawn.inputs())
                            .map(value -> Tensors.constant(value.dtype().isFloating() ? value.cast(dtype) : value))
                            .toList();
                    Tensor y = drawn.function().apply(inputs);
                    Gradients gradients = Gradients.of(y, inputs, y);
                    for (Tensor x : inputs) {
                        if (x.dtype().isFloating()) {
                            NDArray gradient = gradients.of(x).eval();
                            assertEquals(x.dtype(), gradient.dtype(), name);
                            assertEquals(x.shape(), gradient.shape(), name);
                        }
                    }
                }
            }
        });
    }
}
