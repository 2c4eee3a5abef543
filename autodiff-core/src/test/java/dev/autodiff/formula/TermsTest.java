package dev.autodiff.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermsTest {
    private static final NDArray LARGE = NDArray.full(DType.FLOAT32, Shape.of(20), -2);

    @Test
    void numbersReplaceWords() {
        Terms terms =
                new Terms().put("w", NDArray.scalar(3f), Term.atom("w")).put("g", NDArray.scalar(-6f), Term.atom("g"));
        assertEquals("w - 0.1 · g", terms.symbols("w - 0.1 * g", Map.of()));
        assertEquals("3 - 0.1 · (-6)", terms.numbers("w - 0.1 * g"));
        assertEquals("", terms.example("w - 0.1 * g"));
    }

    @Test
    void largeArraysAreNamedAndHaveAnExample() {
        Terms terms = new Terms().put("w", LARGE, Term.atom("weights")).put("η", NDArray.scalar(0.1), Term.atom("η"));
        assertEquals("w ⊙ η", terms.symbols("w * η", Map.of()));
        assertEquals("weights ⊙ 0.1", terms.numbers("w * η"));
        assertEquals("-2 · 0.1", terms.example("w * η"));
        assertEquals("", new Terms().put("w", LARGE, Term.atom("weights")).numbers("w²"), "no number would be in it");
    }

    @Test
    void aTextThatSaysWhyThereIsNoRuleStays() {
        assertEquals(
                "", new Terms().put("x", NDArray.scalar(1f), Term.atom("x")).numbers("none: x is a whole number"));
    }

    @Test
    void aMatrixProductHasItsFirstElementAsExample() {
        NDArray a = NDArray.of(new double[][] {{1, -2, 3, 4, 5}, {0, 0, 0, 0, 0}});
        NDArray b = NDArray.of(new double[][] {{6}, {-7}, {8}, {9}, {1}});
        Tensor product = Tensors.constant(a).matmul(Tensors.constant(b));
        Op op = product.op();
        Terms terms = new Terms(op, List.of(a, b), List.of(Term.atom("a"), Term.atom("b")), product.eval());
        assertEquals("1·6 + (-2)·(-7) + 3·8 + 4·9 + … (5 terms)", terms.example(op.formula()));
        terms.put("dy", NDArray.of(new double[][] {{10}, {-1}}), Term.atom("dy"));
        assertEquals("1·10 + 0·(-1)", terms.example("aᵀ · dy"));
        assertEquals("10·6", terms.example("dy · bᵀ"));
        assertEquals("", terms.example("a + b"));
    }
}
