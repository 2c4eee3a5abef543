package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Formulas and rules are about the learner's operands, whatever these are called in the operation's own formula. */
@Tag("kernel-independent")
class LearnersNamesTest {
    private static Tensor number(double value, String name) {
        return Tensors.scalar(value, DType.FLOAT64).named(name);
    }

    private static Trace.Flow flow(Trace trace, Tensor to) {
        return trace.last().backward().get(trace.node(to).id()).received().get(0);
    }

    @Test
    void operandsThatAreJoinedHaveTheirNames() {
        Tensor a = Tensors.constant(1f, 2f).named("a");
        Tensor b = Tensors.constant(3f).named("b");
        Trace trace = Trace.of(Indexing.concat(0, a, b).named("c"));
        assertEquals("a, b joined along axis 0", trace.result().formula());
        Tensor[] many = IntStream.range(0, 9)
                .mapToObj(i -> Tensors.constant(1f * i).named("x" + i + "y"))
                .toArray(Tensor[]::new);
        assertEquals(
                "x0y, x1y, …, x8y joined along axis 0",
                Trace.of(Indexing.concat(0, many)).result().formula());
    }

    @Test
    void operandsInAnotherOrderThanTheAlphabet() {
        Tensor a = number(2, "a");
        Tensor b = number(5, "b");
        Trace trace = Trace.of(b.sub(a).named("d"));
        assertEquals("b - a", trace.result().formula());
        assertEquals("5 - 2", trace.last().forward().get(2).numbers());
        assertTrue(trace.toText().contains("d  = b - a  = 5 - 2  = 3"), trace.toText());
        assertTrue(trace.toText().contains("∂d/∂a  = -1"), trace.toText());
        assertTrue(trace.toText().contains("to a   -∂d/∂d"), trace.toText());
        Trace.Derivative local = flow(trace, a).local().orElseThrow();
        assertEquals(-1, local.value().item());
        assertTrue(
                trace.toJson().contains("\"local\":{\"formula\":\"-1\",\"value\":{\"shape\":[],\"data\":[-1]}}"),
                trace.toJson());
        assertTrue(trace.toJson().contains("\"formula\":\"b - a\""), trace.toJson());
    }

    @Test
    void oneOperandTwice() {
        Tensor b = number(2, "b");
        assertEquals("b + b", Trace.of(b.add(b).named("c")).result().formula());
    }

    @Test
    void logitsThatAreCalledZ() {
        Tensor z = Tensors.constant(new float[][] {{1, 2}}).named("z");
        Tensor labels = Tensors.constant(new float[][] {{0, 1}}).named("labels");
        Tensor loss = CrossEntropy.softmax(z, labels).named("loss");
        Trace trace = Trace.of(loss.sum().named("cost"));
        assertEquals("-Σ (labels ⊙ log softmax(z))", trace.node(loss).formula());
        assertEquals("(softmax(z) - labels) ⊙ ∂cost/∂loss", flow(trace, z).rule());
        Tensor any = labels.stopGradient().named("any");
        Tensor other = CrossEntropy.softmax(z, any).named("loss");
        assertEquals(
                "(softmax(z) ⊙ Σ any - any) ⊙ ∂cost/∂loss",
                flow(Trace.of(other.sum().named("cost")), z).rule());
    }

    @Test
    void namesThatOtherwiseMeanSomethingElse() {
        Tensor y = number(0.5, "y");
        assertEquals("e^y", Trace.of(y.exp().named("dy")).result().formula());
        Tensor e = number(0.5, "e");
        assertEquals("ℯ^e", Trace.of(e.exp()).result().formula());
        Tensor n = Tensors.constant(1f, 2f).named("n");
        assertEquals("Σ n / count", Trace.of(n.mean()).result().formula());
        Tensor product = number(3, "b").mul(number(4, "a")).named("p");
        Trace trace = Trace.of(product.exp().named("q"));
        assertEquals("q · ∂q/∂q", flow(trace, product).rule());
        assertEquals(
                List.of("b · a", "e^p"),
                trace.nodes().subList(2, 4).stream().map(Trace.Node::formula).toList());
    }

    @Test
    void numbersWithoutNamesAndExpressionsAsNames() {
        Tensor sum = number(1, "u").add(number(2, "v")).named("u + v");
        Tensor y = sum.mul(Tensors.scalar(-2, DType.FLOAT64)).named("y");
        Trace trace = Trace.of(y);
        assertEquals("(u + v) · (-2)", trace.node(y).formula());
        assertEquals("-2 · ∂y/∂y", flow(trace, sum).rule());
        assertTrue(trace.toText().contains("∂y/∂(u + v)"), trace.toText());
    }

    /** Scopes are in a name only where it would be another's without them. */
    @Test
    void namesInScopes() {
        Tensor w1 = scoped("one", 2, "w");
        Tensor w2 = scoped("two", 3, "w");
        Tensor x = scoped("data", 4, "x");
        Tensor y = x.mul(w1).named("h").mul(w2).named("y");
        Trace trace = Trace.of(y);
        assertEquals("h · two/w", trace.node(y).formula());
        assertEquals("x · one/w", trace.nodes().get(2).formula());
        assertTrue(trace.toText().contains("∂y/∂two/w"), trace.toText());
    }

    private static Tensor scoped(String scope, double value, String name) {
        NameScope open = NameScope.open(scope);
        try {
            return number(value, name);
        } finally {
            open.close();
        }
    }

    @Test
    void largeArraysHaveTheirNamesBesideTheNumbers() {
        Tensor x = Tensors.constant(NDArray.full(DType.FLOAT32, dev.autodiff.array.Shape.of(20), 3))
                .named("features");
        Tensor y = x.mul(Tensors.scalar(2).named("factor")).named("scaled");
        Trace trace = Trace.of(y.sum());
        assertEquals("features ⊙ factor", trace.node(y).formula());
        assertEquals(
                "features ⊙ 2", trace.last().forward().get(trace.node(y).id()).numbers());
    }
}
