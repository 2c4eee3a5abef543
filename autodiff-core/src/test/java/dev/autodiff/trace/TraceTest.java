package dev.autodiff.trace;

import static dev.autodiff.graph.Tensors.constant;
import static dev.autodiff.graph.Tensors.scalar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Draw;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpTable;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.trace.Trace.Flow;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static Tensor number(double value, String name) {
        return scalar(value, DType.FLOAT64).named(name);
    }

    private static Flow flowTo(Trace trace, Tensor tensor) {
        List<Flow> received =
                trace.last().backward().get(trace.node(tensor).id()).received();
        assertEquals(1, received.size());
        return received.get(0);
    }

    /** Three inputs, squared error: the difference is -2, and so -4 flows to it and -8 to w0. */
    @Test
    void theNeuronOfTheTalk() {
        Tensor x0 = number(2, "x0");
        Tensor w0 = number(1, "w0");
        Tensor output = x0.mul(w0)
                .add(number(3, "x1").mul(number(-1, "w1")))
                .add(number(-2, "x2").mul(number(0.5, "w2")));
        Tensor difference = output.sub(number(0, "target")).named("difference");
        Tensor cost = difference.square().named("cost");
        Trace trace = Trace.of(cost);

        assertEquals(-2, trace.value(difference).item());
        assertEquals(4, trace.value(cost).item());
        Flow toDifference = flowTo(trace, difference);
        assertEquals("2·difference · ∂cost/∂cost", toDifference.rule());
        assertEquals("2·(-2) · 1", toDifference.numbers());
        assertEquals(-4, toDifference.reduced().item());
        Flow toW0 = flowTo(trace, w0);
        assertEquals("x0 · ∂cost/∂mul#1", toW0.rule());
        assertEquals("2 · (-4)", toW0.numbers());
        assertEquals(-8, toW0.reduced().item());
        assertEquals(-8, trace.gradient(w0).orElseThrow().item());
        assertTrue(
                trace.node(w0).source().startsWith("TraceTest.java:"),
                trace.node(w0).source());
        assertTrue(
                trace.toText()
                        .replaceAll(" +", " ")
                        .contains("to difference 2·difference · ∂cost/∂cost = 2·(-2) · 1 = -4"),
                trace.toText());
    }

    @Test
    void micrograd() {
        Tensor a = number(-4, "a");
        Tensor b = number(2, "b");
        Tensor c = a.add(b);
        Tensor d = a.mul(b).add(b.pow(3));
        c = c.add(c.add(1));
        c = c.add(c.add(1).sub(a));
        d = d.add(d.mul(2).add(b.add(a).relu()));
        d = d.add(d.mul(3).add(b.sub(a).relu()));
        Tensor e = c.sub(d);
        Tensor f = e.square();
        Tensor g = f.div(2).add(scalar(10, DType.FLOAT64).div(f)).named("g");
        Trace trace = Trace.of(g);
        assertEquals(24.7041, trace.value(g).item(), 5e-5);
        assertEquals(138.8338, trace.gradient(a).orElseThrow().item(), 5e-5);
        assertEquals(645.5773, trace.gradient(b).orElseThrow().item(), 5e-5);
        String text = trace.toText();
        for (String shown : List.of("24.7041", "138.8338", "645.5773")) {
            assertTrue(text.contains("= " + shown + "\n"), shown + " in\n" + text);
        }
    }

    @Test
    void nodesThatAreUsedTwiceReceiveTheSum() {
        Tensor a = number(1, "a");
        Tensor b = a.add(a).named("b");
        Tensor c = b.add(b).named("c");
        Trace trace = Trace.of(c);
        assertEquals(4, trace.value(c).item());
        assertEquals(4, trace.gradient(a).orElseThrow().item());
        List<Flow> received = trace.last().backward().get(trace.node(a).id()).received();
        assertEquals(
                List.of(2.0, 2.0),
                received.stream().map(flow -> flow.reduced().item()).toList());
        assertEquals(List.of(0, 1), received.stream().map(Flow::operand).toList());
        assertTrue(trace.toText().contains("∂c/∂a  = Σ of its 2 uses  = 2 + 2  = 4"), trace.toText());
    }

    @Test
    void theStepsAreForwardThenBackwardInReverse() {
        Tensor x = number(3, "x");
        Trace trace = Trace.of(x.square().exp().named("y"));
        assertEquals(
                List.of("GIVEN -1", "FORWARD 1", "FORWARD 2", "SEED 2", "BACKWARD 2", "BACKWARD 1"),
                trace.frames().stream()
                        .map(step -> step.phase() + " " + step.index())
                        .toList());
    }

    @Test
    void whatHasNoGradientSaysWhy() {
        Tensor x = constant(1f, 5f, 2f).named("x");
        Tensor fixed = number(2, "fixed").cast(DType.FLOAT32);
        Tensor y = x.argmax(0).cast(DType.FLOAT32).add(x.sum()).add(fixed.stopGradient());
        Trace trace = Trace.of(y.named("y"));
        assertEquals(NDArray.of(1f, 1f, 1f), trace.gradient(x).orElseThrow());
        assertTrue(trace.gradient(fixed).isEmpty());
        assertEquals(
                "none flows through stopGradient: gradients are stopped here",
                trace.last().backward().get(trace.node(fixed).id()).reason());
        assertTrue(trace.toText().contains("none: whole numbers have no gradient"), trace.toText());
        assertTrue(trace.toJson().contains("\"gradient\":null,\"reason\":\"none"), trace.toJson());
    }

    @Test
    void aTensorThatIsNoScalarHasValuesOnly() {
        Tensor x = constant(1f, 5f).named("x");
        Trace trace = Trace.of(x.mul(2));
        assertTrue(trace.gradient(x).isEmpty());
        assertEquals(
                "not computed: mul is not a floating-point scalar",
                trace.last().backward().get(0).reason());
        assertEquals(2, trace.frames().size());
    }

    @Test
    void operandsThatWereRepeatedReceiveASum() {
        Tensor x = constant(new float[][] {{1, 2}, {3, 4}}).named("x");
        Tensor b = constant(10f, 20f).named("b");
        Trace trace = Trace.of(x.add(b).sum());
        Flow flow = flowTo(trace, b);
        assertTrue(flow.isSummed());
        assertEquals(NDArray.of(2f, 2f), flow.reduced());
        assertTrue(trace.toText().contains("[[1, 1], [1, 1]], summed to [2, 2]"), trace.toText());
    }

    @Test
    void largeTensorsAreDescribedWithAnElementAsExample() {
        Tensor x = constant(NDArray.full(DType.FLOAT32, dev.autodiff.array.Shape.of(100, 20), 3))
                .named("x");
        Trace trace = Trace.of(x.square().mean().named("y"));
        String text = trace.toText();
        assertTrue(text.contains("[100, 20] all 3"), text);
        assertTrue(text.contains("first element: 3² = 9"), text);
        assertTrue(text.contains("first element: 2·3 · 0.0005 = 0.003"), text);
        assertEquals(2000, trace.value(x).size());
        assertFalse(trace.toJson().contains("\"data\":[3,3,3"));
        assertTrue(trace.toJson(2000).contains("\"data\":[3,3,3"));
    }

    @Test
    void valuesThatAreNotFiniteAreShown() {
        Tensor x = number(0, "x");
        Trace trace = Trace.of(x.log().named("y"));
        assertTrue(trace.toText().contains("= log(0)  = -∞"), trace.toText());
        assertTrue(trace.toJson().contains("\"data\":[\"-Infinity\"]"), trace.toJson());
    }

    @Test
    void oneStepAtATime() {
        Trace trace = Trace.of(number(3, "x").square().named("y"));
        StringBuilder out = new StringBuilder();
        trace.walk(new StringReader("\n\nb\n4\nx\nq\n"), out);
        List<String> shown =
                out.toString().lines().filter(line -> line.contains("/4 ")).toList();
        assertEquals(
                List.of("1/4", "2/4", "3/4", "2/4", "4/4", "4/4"),
                shown.stream().map(line -> line.substring(0, 3)).toList());
        assertTrue(trace.frameText(2).startsWith("2/4 "), trace.frameText(2));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> trace.frameText(5));
        assertEquals("There is no step 5, but steps 1 to 4", e.getMessage());
    }

    @Test
    void aTensorThatIsNotPartOfItIsRefused() {
        Trace trace = Trace.of(number(3, "x").square().named("y"));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> trace.value(number(1, "other")));
        assertEquals("other FLOAT64 [] is not in the trace: y is not computed from it", e.getMessage());
    }

    /** An operation of a user's own, with letters of its own. */
    private static final class Mix extends Op {
        Mix() {
            super("mix");
        }

        @Override
        public String formula() {
            return "p * q + q";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "q * dy" : "(p + 1) * dy";
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("p", "q");
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return input == 0 ? in.get(1).mul(dy) : in.get(0).add(1).mul(dy);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value product = ir.map(Elementwise.MUL, in.get(0), in.get(1));
            return ir.map(Elementwise.ADD, product, in.get(1));
        }
    }

    @Test
    void operationsOfUsersAreExplained() {
        Tensor p = number(2, "p");
        Tensor q = number(-3, "q");
        Trace trace = Trace.of(new Mix().apply(p, q).named("y"));
        assertEquals("2 · (-3) + (-3)", trace.last().forward().get(2).numbers());
        assertEquals("(2 + 1) · 1", flowTo(trace, q).numbers());
        assertEquals(3, flowTo(trace, q).reduced().item());
    }

    /** For every operation: contributions add up to the gradients of the engine, and every text can be written. */
    @Test
    void everyOperationIsTraced() {
        OpTable.ROWS.forEach((name, row) -> {
            for (long seed = 0; seed < 3; seed++) {
                OpTable.Case drawn = row.draw(new Draw(seed, seed == 2));
                List<Tensor> inputs =
                        Arrays.stream(drawn.inputs()).map(Tensors::constant).toList();
                Tensor result = drawn.function().apply(inputs);
                Tensor y = result.dtype().isFloating() ? result.sum() : result;
                Trace trace = Trace.of(y);
                assertFalse(trace.toText().isEmpty(), name);
                for (Tensor x : inputs) {
                    if (y.dtype().isFloating() && trace.nodes().size() > 1) {
                        compareGradient(name, trace, y, x);
                    }
                }
            }
        });
    }

    private static void compareGradient(String name, Trace trace, Tensor y, Tensor x) {
        Gradients gradients = Gradients.of(y, List.of(x));
        Optional<NDArray> expected = gradients.find(x).map(Tensor::eval);
        assertEquals(expected.isPresent(), trace.gradient(x).isPresent(), name);
        expected.ifPresent(array -> {
            NDArray traced = trace.gradient(x).orElseThrow();
            for (int i = 0; i < array.size(); i++) {
                assertEquals(array.at(i), traced.at(i), 1e-9 * Math.max(1, Math.abs(array.at(i))), name);
            }
        });
    }
}
