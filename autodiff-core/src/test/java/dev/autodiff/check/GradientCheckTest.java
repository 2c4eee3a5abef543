package dev.autodiff.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Refused;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The checker itself: that it finds what is wrong, and is not content where nothing could be found. */
class GradientCheckTest {
    /** x³ with a gradient that is multiplied by a factor, which should be 1. */
    private static final class Cube extends Op {
        private final double factor;

        Cube(double factor) {
            super("cube");
            this.factor = factor;
        }

        @Override
        public String formula() {
            return "x³";
        }

        @Override
        public String rule(int input) {
            return "dy * 3x²";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return dy.mul(in.get(0).square()).mul(3 * factor);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            return ir.map(Elementwise.MUL, x, ir.map(Elementwise.MUL, x, x));
        }
    }

    private static final class Variable extends Tensor {
        Variable(State state, String name) {
            super(Leaves.state(state), new TensorType(state.dtype(), state.shape()), name);
        }
    }

    private static final class Fed extends Tensor {
        Fed(DType dtype, Shape shape, String name) {
            super(Leaves.input(), new TensorType(dtype, shape), name);
        }
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
        }
    }

    @Test
    void passesARightRule() {
        CheckReport report = GradientCheck.of(in -> new Cube(1).apply(in.get(0)))
                .order(2)
                .run(NDArray.of(-1.5, 0.5, 2.0))
                .throwIfFailed();
        assertTrue(report.passed());
        assertEquals(6, report.checked());
        assertTrue(report.largestDifference() < 1e-8, report::toString);
        assertContains(report.toString(), "cube FLOAT64 [3]", "passed", "6 derivatives");
    }

    @Test
    void catchesARuleThatIsOffByATenthOfAPercent() {
        for (double factor : new double[] {0.999, 1.001, 0.9999, -1, 0, Double.NaN}) {
            GradientCheck check = GradientCheck.of(in -> new Cube(factor).apply(in.get(0)));
            CheckReport report = check.run(NDArray.of(-1.5, 0.5, 2.0));
            assertEquals(3, report.findings().size(), report::toString);
            assertThrows(AssertionError.class, report::throwIfFailed);
        }
    }

    @Test
    void reportNamesOpElementValuesAndInputs() {
        CheckReport report = GradientCheck.of(in -> new Cube(1.001).apply(in.get(0)))
                .run(NDArray.of(new double[][] {{0.5, 2}, {0, 0.25}}));
        CheckReport.Finding worst = report.findings().get(0);
        assertEquals(List.of(0, 1), worst.index());
        assertEquals(2, worst.at());
        assertEquals(1.001, worst.symbolic() / worst.numeric(), 1e-8);
        assertContains(
                report.toString(),
                "cube FLOAT64 [2, 2]: failed for 3 of 4",
                "the rule at fault: cube, cube = x1³, whose rule for x1 is ∂cube/∂cube ⊙ 3·x1², at",
                "1st derivative by x1 at [0, 1] (which is 2.00000)",
                "0.0999 % apart",
                "[[0.5  2.  ]\n       [0.   0.25]]");
    }

    @Test
    void namesTheWrongRuleInsideAModel() {
        CheckReport report = GradientCheck.of(in -> new Cube(1.001)
                        .apply(in.get(0).matmul(in.get(1)).tanh())
                        .exp()
                        .mean())
                .run(NDArray.of(new double[][] {{0.5, 2}, {1, 0.25}}), NDArray.of(new double[][] {{0.3}, {0.7}}));
        assertFalse(report.passed());
        assertContains(
                report.suspect(),
                "cube, cube = tanh³, whose rule for tanh is ∂mean/∂cube ⊙ 3·tanh²",
                "GradientCheckTest.java:");
    }

    @Test
    void findsAMistakeOfSecondOrderAlone() {
        // The value of the gradient is right, but it does not depend on x where it should.
        CheckReport report = GradientCheck.of(in -> {
                    Tensor x = in.get(0);
                    return new Detached().apply(x);
                })
                .order(2)
                .run(NDArray.of(0.5, 2));
        assertEquals(2, report.findings().get(0).order(), report::toString);
        assertContains(report.toString(), "2nd derivative", "the rule at fault: detached");
        assertTrue(GradientCheck.of(in -> new Detached().apply(in.get(0)))
                .run(NDArray.of(0.5, 2))
                .passed());
    }

    private static final class Detached extends Op {
        Detached() {
            super("detached");
        }

        @Override
        public String formula() {
            return "x²";
        }

        @Override
        public String rule(int input) {
            return "dy * 2x";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return dy.mul(in.get(0).stopGradient()).mul(2);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.map(Elementwise.MUL, in.get(0), in.get(0));
        }
    }

    @Test
    void refusesWhatCannotFail() {
        CheckReport flat = GradientCheck.of(in -> in.get(0).relu()).run(NDArray.of(-1.0, -2.0));
        assertFalse(flat.passed());
        assertContains(flat.toString(), "not possible", "about zero", "could not fail");

        CheckReport saturated = GradientCheck.of(in -> in.get(0).sigmoid()).run(NDArray.of(-800.0, 900.0));
        assertContains(saturated.toString(), "about zero");

        CheckReport constant =
                GradientCheck.of(in -> in.get(0).sub(in.get(0)).add(1)).run(NDArray.of(1.0));
        assertContains(constant.toString(), "about zero");

        CheckReport empty = GradientCheck.of(in -> in.get(0).exp()).run(NDArray.zeros(DType.FLOAT64, 0, 3));
        assertContains(empty.toString(), "no input has an element");
        CheckReport nothing =
                GradientCheck.of(in -> Tensors.scalar(1, DType.FLOAT64)).run(NDArray.of(1));
        assertContains(nothing.toString(), "no floating-point input");
    }

    @Test
    void refusesWhatIsNotConnected() {
        CheckReport stopped =
                GradientCheck.of(in -> in.get(0).stopGradient().exp()).run(NDArray.of(1.0));
        assertContains(stopped.toString(), "no gradient of exp", "stopGradient");
        CheckReport other =
                GradientCheck.of(in -> Tensors.constant(1.0, 2.0).exp()).run(NDArray.of(1.0));
        assertContains(other.toString(), "is not computed from it");
    }

    @Test
    void findsAPathThatTheRulesDoNotHave() {
        CheckReport report = GradientCheck.of(
                        in -> in.get(0).exp().add(in.get(1).stopGradient().exp()))
                .run(NDArray.of(1.0), NDArray.of(2.0));
        assertEquals(1, report.findings().size());
        assertEquals("x2", report.findings().get(0).tensor());
        assertEquals(0, report.findings().get(0).symbolic());
    }

    @Test
    void saysSoAtAKink() {
        CheckReport relu = GradientCheck.of(in -> in.get(0).relu()).run(NDArray.of(1.0, 0.0));
        assertEquals(1, relu.findings().size());
        assertContains(relu.toString(), "at [1] (which is 0.00000)", "kink", "on the left", "choose another input");
        assertEquals("", relu.suspect(), "a right rule is not accused");
        assertFalse(relu.toString().contains("at fault"), relu::toString);
        CheckReport abs = GradientCheck.of(in -> in.get(0).abs())
                .run(NDArray.of(0.0, 1.0)); // central difference 0, as is the rule's
        assertContains(abs.toString(), "kink");
        CheckReport tie = GradientCheck.of(in -> in.get(0).max()).run(NDArray.of(2.0, 2.0, 1.0));
        assertEquals(2, tie.findings().size());
        CheckReport jump =
                GradientCheck.of(in -> in.get(0).greater(1).add(in.get(0))).run(NDArray.of(1.0, 3.0));
        assertContains(jump.toString(), "jump");
    }

    @Test
    void smoothFunctionsOfAnyScaleHaveNoKinks() {
        for (double x : new double[] {1e-7, 1e-4, 0.01, 1, 50, 1e4, 1e8}) {
            for (double sign : new double[] {1, -1}) {
                GradientCheck.of(in -> in.get(0).square())
                        .order(2)
                        .run(NDArray.of(sign * x, 1))
                        .throwIfFailed();
                Function<List<Tensor>, Tensor> bent =
                        in -> in.get(0).relu().add(in.get(0).mul(2));
                CheckReport report = GradientCheck.of(bent).run(NDArray.of(sign * x, 1));
                assertEquals(x > 1e-5, report.passed(), report::toString); // nearer, it cannot be told from a kink
            }
            GradientCheck.of(in -> in.get(0).log()).order(2).run(NDArray.of(x)).throwIfFailed();
            GradientCheck.of(in -> in.get(0).sqrt()).order(2).run(NDArray.of(x)).throwIfFailed();
        }
    }

    @Test
    void saysSoOutsideOfTheDomain() {
        CheckReport report = GradientCheck.of(in -> in.get(0).log()).run(NDArray.of(-1.0, 2.0));
        assertFalse(report.passed());
        assertContains(report.toString(), "not finite");
        assertContains(
                GradientCheck.of(in -> in.get(0).sqrt())
                        .run(NDArray.of(0.0, 2.0))
                        .toString(),
                "not finite");
    }

    @Test
    void checksVariablesConstantsAndIntermediateResultsOfAFloat32Model() {
        State state = new State(DType.FLOAT32, Shape.of(2, 3));
        state.assign(NDArray.of(new float[][] {{1, -2, 0.5f}, {0.3f, 2, -1}}));
        Tensor weights = new Variable(state, "weights");
        Tensor bias = Tensors.constant(0.1f, 0.2f, 0.3f).named("bias");
        Tensor x = Tensors.constant(new float[][] {{1, 2}, {3, 4}});
        Tensor hidden = x.matmul(weights).add(bias).tanh().named("hidden");
        Tensor labels = Tensors.constant(2, 0).oneHot(3);
        Tensor loss = hidden.mul(labels).sum(1).cast(DType.FLOAT32).exp().mean().named("loss");
        CheckReport report = GradientCheck.of(loss, weights, bias, hidden).run().throwIfFailed();
        assertEquals(6 + 3 + 6, report.checked());
        GradientCheck.of(loss, weights, bias).order(2).run().throwIfFailed();
        assertEquals(1, state.value().at(0), "the variable is as it was");
    }

    @Test
    void placeholdersAreGivenTheirValues() {
        Tensor x = new Fed(DType.FLOAT32, Shape.of(Shape.UNKNOWN, 2), "x");
        Tensor y = x.square().sum();
        assertThrows(GraphException.class, () -> GradientCheck.of(y, x).run());
        GradientCheck.of(y, x)
                .run(NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}))
                .throwIfFailed();
        Tensor other = new Fed(DType.FLOAT32, Shape.of(2), "offset");
        GradientCheck incomplete = GradientCheck.of(x.sub(other), x);
        NDArray value = NDArray.of(new float[][] {{1, 2}});
        Refused.with(GraphException.class, () -> incomplete.run(value), "offset", "run(...)");
    }

    @Test
    void samplesLargeInputsFromTheSeed() {
        NDArray many = NDArray.full(DType.FLOAT64, Shape.of(50, 50), 0.5);
        GradientCheck check = GradientCheck.of(in -> in.get(0).exp()).mostElements(20);
        int checked = check.run(many).throwIfFailed().checked();
        assertTrue(checked > 10 && checked <= 20);
        assertEquals(checked, check.run(many).checked());
    }

    @Test
    void randomNumbersStayTheSameWhileInputsVary() {
        GradientCheck.of(in -> Tensors.randomUniformLike(in.get(0))
                        .mul(in.get(0).exp())
                        .add(in.get(0).square()))
                .order(2)
                .run(NDArray.of(0.3, 0.5))
                .throwIfFailed();
    }

    @Test
    void settingsAreChecked() {
        GradientCheck check = GradientCheck.of(in -> Arithmetic.exp(in.get(0)));
        assertThrows(IllegalArgumentException.class, () -> check.order(3));
        assertThrows(IllegalArgumentException.class, () -> check.tolerance(0.01));
        assertThrows(GraphException.class, check::run);
        assertThrows(
                GraphException.class,
                () -> GradientCheck.of(in -> in.get(0).cast(DType.FLOAT32)).run(NDArray.of(1.0)));
    }
}
