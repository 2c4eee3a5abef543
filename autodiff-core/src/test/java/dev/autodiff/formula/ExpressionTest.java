package dev.autodiff.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionTest {
    private final Tensor w = Tensors.scalar(3).named("w");
    private final Tensor g = w.square().named("g");

    private static String byName(Expression expression) {
        return expression.formula(
                leaf -> leaf.isNamed()
                        ? Term.atom(leaf.name())
                        : Term.number(leaf.eval().item()),
                true);
    }

    @Test
    void aTensorIsWrittenInTermsOfItsLeaves() {
        Expression expression = new Expression(w.sub(g.mul(0.5).add(w)), null);
        assertEquals("w - (w² · 0.5 + w)", byName(expression));
        assertEquals(w, expression.leaves().get(0));
        assertEquals(2, expression.leaves().size());
    }

    @Test
    void theGradientCountsAsALeaf() {
        Expression expression = new Expression(w.sub(g.mul(0.5)), g);
        assertEquals("w - g · 0.5", byName(expression));
        assertEquals(List.of(w, g), expression.leaves().subList(0, 2));
    }

    @Test
    void conversionsAreNotShown() {
        assertEquals("w + w", byName(new Expression(w.cast(DType.FLOAT64).add(w.cast(DType.FLOAT64)), null)));
    }

    @Test
    void whatCannotBeReadIsEmpty() {
        Tensor matrix = Tensors.constant(new float[][] {{1}}).named("m");
        assertEquals("", byName(new Expression(matrix.matmul(matrix), null)), "not element by element");
        assertEquals("", new Expression(w.neg(), null).formula(leaf -> null, true), "a leaf without a term");
        Tensor sum = w;
        for (int i = 0; i < 100; i++) {
            sum = sum.add(w);
        }
        assertEquals("", byName(new Expression(sum, null)), "too long");
    }
}
