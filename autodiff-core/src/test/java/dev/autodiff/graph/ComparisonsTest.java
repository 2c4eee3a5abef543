package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Comparisons with tensors and with numbers. */
class ComparisonsTest {
    private final Tensor x = Tensors.constant(-1.0, 0.0, 2.0, Double.NaN);

    private void agree(UnaryOperator<Tensor> tensor, DoubleFunction<Tensor> number, double... expected) {
        NDArray values = NDArray.of(expected);
        assertEquals(values, tensor.apply(Tensors.scalar(0, DType.FLOAT64)).eval());
        assertEquals(values, number.apply(0).eval());
    }

    @Test
    void functionsTakeTensorsAndNumbers() {
        agree(b -> Comparisons.eq(x, b), b -> Comparisons.eq(x, b), 0, 1, 0, 0);
        agree(b -> Comparisons.ne(x, b), b -> Comparisons.ne(x, b), 1, 0, 1, 1);
        agree(b -> Comparisons.greater(x, b), b -> Comparisons.greater(x, b), 0, 0, 1, 0);
        agree(b -> Comparisons.greaterEqual(x, b), b -> Comparisons.greaterEqual(x, b), 0, 1, 1, 0);
        agree(b -> Comparisons.less(x, b), b -> Comparisons.less(x, b), 1, 0, 0, 0);
        agree(b -> Comparisons.lessEqual(x, b), b -> Comparisons.lessEqual(x, b), 1, 1, 0, 0);
    }

    @Test
    void methodsTakeTensorsAndNumbers() {
        agree(x::eq, x::eq, 0, 1, 0, 0);
        agree(x::greater, x::greater, 0, 0, 1, 0);
        agree(x::less, x::less, 1, 0, 0, 0);
    }

    @Test
    void aNumberGetsTheTensorsType() {
        assertSame(DType.INT32, Tensors.constant(1, 2).eq(2).dtype());
        assertEquals(NDArray.of(0, 1), Tensors.constant(1, 2).eq(2).eval());
        Refused.with(GraphException.class, () -> Tensors.constant(1, 2).less(0.5), "0.5", "not an INT32");
    }

    @Test
    void lessIsGreaterWithItsOperandsExchanged() {
        assertSame(Comparisons.GREATER, x.less(0).op().type());
        assertSame(x, x.less(0).inputs().get(1));
    }

    @Test
    void aConditionOfAnotherTypeChooses() {
        Tensor chosen = Comparisons.where(Tensors.constant(1, 0, 2, 0), x, Tensors.scalar(7, DType.FLOAT64));
        assertEquals(NDArray.of(-1.0, 7.0, 2.0, 7.0), chosen.eval());
    }
}
