package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every defect that the verifier of computations names is made and found. */
class VerifierTest {
    private static final Shape SCALAR = Shape.scalar();
    private static final Shape FOUR = Shape.of(4);

    private final Built built = new Built();
    private final Value vector = built.input(4);
    private final Value matrix = built.input(2, 3);
    private final Value doubles = built.input(DType.FLOAT64, 4);
    private final Value integers = built.input(DType.INT32, 4);

    /** Checks the computation with one more value, which is then taken out again. */
    private void legal(Primitive primitive, DType dtype, Shape shape, Value... operands) {
        built.value(primitive, dtype, shape, operands);
        try {
            Verifier.verify(built.computation());
        } finally {
            built.values.remove(built.values.size() - 1);
        }
    }

    private void legal(Primitive primitive, Shape shape, Value... operands) {
        legal(primitive, DType.FLOAT32, shape, operands);
    }

    private void fails(String defect, Primitive primitive, DType dtype, Shape shape, Value... operands) {
        Refused.with(IllegalStateException.class, () -> legal(primitive, dtype, shape, operands), defect);
    }

    private void fails(String defect, Primitive primitive, Shape shape, Value... operands) {
        fails(defect, primitive, DType.FLOAT32, shape, operands);
    }

    private static final String TYPE = "has another type than its operand";

    // ---- the order of values

    private static void fails(String defect, Computation computation) {
        Refused.with(IllegalStateException.class, () -> Verifier.verify(computation), defect);
    }

    private Value neg(Value x) {
        return built.value(new Pointwise(Elementwise.NEG), x.dtype(), x.shape(), x);
    }

    @Test
    void valuesStandAtTheirNumbers() {
        Verifier.verify(built.computation());
        Collections.swap(built.values, 0, 1);
        fails("does not stand at the position of its number", built.computation());
    }

    @Test
    void operandsComeFirst() {
        Value a = neg(vector);
        Value b = neg(a);
        Verifier.verify(built.computation(b));
        List<Value> turned = new ArrayList<>(built.values);
        Value late = new Value(a.id(), a.primitive(), a.dtype(), a.shape(), null, List.of(b));
        turned.set(a.id(), late);
        fails("comes before an operand", new Computation(turned, List.of(), Map.of(), 100, 0));
    }

    @Test
    void operandsOfAnotherComputation() {
        Built other = new Built();
        Value foreign = other.input(4);
        fails("comes before an operand", new Pointwise(Elementwise.NEG), FOUR, foreign);
        Value a = neg(vector);
        fails("is an output of another computation", built.computation(foreign));
        Verifier.verify(built.computation(a, vector));
        for (int i = 0; i < 9; i++) {
            foreign = other.input(4);
            fails("is an output of another computation", built.computation(foreign));
        }
    }

    @Test
    void inputsAreThereOnce() {
        fails("is an input that is there already", new Input(0), FOUR);
        fails("is not one of the inputs", new Input(100), FOUR);
        legal(new Input(99), FOUR);
        fails("has a negative position", new Input(-1), FOUR);
    }

    @Test
    void assignedValuesFitTheirStates() {
        State state = new State(DType.FLOAT32, FOUR);
        Value next = neg(vector);
        Verifier.verify(assigning(state, next));
        fails("is assigned to a state of another type", assigning(new State(DType.FLOAT32, Shape.of(5)), next));
        fails("is assigned to a state of another type", assigning(new State(DType.FLOAT64, FOUR), next));
        fails("is assigned, but not computed", assigning(state, vector));
        Built other = new Built();
        fails("is assigned, but of another computation", assigning(state, other.input(4)));
    }

    private Computation assigning(State state, Value value) {
        return new Computation(built.values, List.of(), Map.of(state, value), 100, 0);
    }

    // ---- leaves

    @Test
    void constants() {
        Constant constant = new Constant(NDArray.of(1f, 2f));
        legal(constant, Shape.of(2));
        fails("differs from its array", constant, Shape.of(3));
        fails("differs from its array", constant, DType.FLOAT64, Shape.of(2));
    }

    @Test
    void states() {
        StateRead read = new StateRead(new State(DType.FLOAT32, FOUR));
        legal(read, FOUR);
        fails("differs from its state", read, Shape.of(2, 2));
        fails("differs from its state", read, DType.INT32, FOUR);
    }

    @Test
    void randomKeys() {
        legal(new RandomKey(0, 0), SCALAR);
        legal(new RandomKey(1, 1), DType.FLOAT64, SCALAR);
        built.value(new RandomKey(7, 0), SCALAR);
        built.value(new RandomKey(1, 0), SCALAR);
        legal(new RandomKey(7, 1), SCALAR);
        fails("is not one of the random operations", new RandomKey(2, 0), SCALAR); // the third of two
        fails("is neither half", new RandomKey(1, 2), SCALAR);
        fails("is neither half", new RandomKey(1, -1), SCALAR);
        fails("is not one floating-point number", new RandomKey(1, 0), FOUR);
        fails("is not one floating-point number", new RandomKey(1, 0), DType.INT32, SCALAR);
    }

    // ---- operations

    @Test
    void pointwise() {
        Pointwise add = new Pointwise(Elementwise.ADD);
        Value row = built.input(3);
        Value column = built.input(2, 1);
        legal(add, Shape.of(2, 3), row, column);
        legal(add, Shape.of(5, 2, 3), row, column); // repeated along an axis that no operand has
        fails("does not have 2 operands", add, FOUR, vector);
        fails("does not have 2 operands", add, FOUR, vector, vector, vector);
        fails("has another type than its operands", add, FOUR, vector, doubles);
        fails("has another type than its operands", add, DType.FLOAT64, FOUR, vector, vector);
        fails("is smaller than an operand", add, Shape.of(3), row, matrix);
        fails("is smaller than an operand", add, Shape.of(2, 3), matrix, vector);
        fails("is smaller than an operand", add, Shape.of(2, 1), column, row);
    }

    @Test
    void reduce() {
        Value cube = built.input(2, 3, 4);
        legal(new Reduce(Reduction.SUM, List.of(1, 2)), Shape.of(2), cube);
        legal(new Reduce(Reduction.SUM, List.of()), Shape.of(2, 3, 4), cube);
        fails("does not have 1 operand", new Reduce(Reduction.SUM, List.of(0)), SCALAR, vector, vector);
        fails(TYPE, new Reduce(Reduction.SUM, List.of(0)), DType.FLOAT64, SCALAR, vector);
        fails("over axes that are not neighbours", new Reduce(Reduction.SUM, List.of(0, 2)), Shape.of(3), cube);
        fails("does not have the axes left", new Reduce(Reduction.SUM, List.of(0)), Shape.of(2, 4), cube);
        fails("does not have the axes left", new Reduce(Reduction.SUM, List.of(0)), Shape.of(2), matrix);
    }

    @Test
    void argReduce() {
        ArgReduce first = new ArgReduce(true, 0);
        legal(first, DType.INT32, Shape.of(3), matrix);
        fails("does not have 1 operand", first, DType.INT32, Shape.of(3));
        fails("is not INT32", first, Shape.of(3), matrix);
        fails("does not have the axes left", first, DType.INT32, Shape.of(2), matrix);
        fails("chooses among no elements", first, DType.INT32, Shape.of(3), built.input(0, 3));
        legal(first, DType.INT32, Shape.of(3), built.input(1, 3));
    }

    @Test
    void matmul() {
        Matmul plain = new Matmul(false, false);
        Value b = built.input(3, 5);
        legal(plain, Shape.of(2, 5), matrix, b);
        legal(new Matmul(true, true), Shape.of(3, 7), matrix, built.input(7, 2));
        legal(plain, Shape.of(6, 2, 5), matrix, built.input(6, 3, 5));
        fails("does not have 2 operands", plain, Shape.of(2, 5), matrix);
        fails("has operands whose inner dimensions differ", plain, Shape.of(2, 3), matrix, matrix);
        fails("has operands whose inner dimensions differ", new Matmul(false, true), Shape.of(2, 3), matrix, b);
        fails("has another shape than the product", plain, Shape.of(2, 4), matrix, b);
        fails("has another shape than the product", plain, Shape.of(1, 2, 5), matrix, b);
        fails(TYPE, plain, DType.FLOAT64, Shape.of(2, 5), matrix, b);
        fails("has operands of two types", plain, Shape.of(2, 5), matrix, built.input(DType.FLOAT64, 3, 5));
        Value whole = built.input(DType.INT32, 2, 2);
        fails("is not of a floating-point type", plain, DType.INT32, Shape.of(2, 2), whole, whole);
    }

    @Test
    void attention() {
        Attention attention = new Attention(1, false, false);
        Attention packed = new Attention(2, true, true);
        legal(attention, Shape.of(2, 3), matrix, matrix, matrix);
        legal(attention, Shape.of(2, 3), matrix, matrix, matrix, built.input(2, 2));
        legal(attention, Shape.of(2, 3), matrix, matrix, matrix, built.input(1, 1, 2));
        legal(packed, Shape.of(3, 4), built.input(3, 12));
        fails("does not have queries, keys, values and a mask", attention, Shape.of(2, 3), matrix, matrix);
        fails("has another type than an operand", attention, DType.FLOAT64, Shape.of(2, 3), matrix, matrix, matrix);
        fails("has rows that heads do not divide", packed, Shape.of(2, 1), matrix);
        fails("has keys of another length", attention, Shape.of(2, 3), matrix, built.input(2, 4), matrix);
        fails("has more or fewer values than keys", attention, Shape.of(2, 3), matrix, matrix, built.input(3, 3));
        fails("axes before the rows", attention, Shape.of(2, 3), matrix, built.input(1, 2, 3), matrix);
        fails("has a mask of another shape", attention, Shape.of(2, 3), matrix, matrix, matrix, built.input(2, 1));
        fails("has another shape than its queries need", attention, Shape.of(2, 2), matrix, matrix, matrix);
    }

    @Test
    void attentionGradients() {
        AttentionGradient gradient = new AttentionGradient(new Attention(1, false, false));
        legal(gradient, Shape.of(18), matrix, matrix, matrix, matrix);
        fails("has another shape than the gradients together", gradient, FOUR, matrix, matrix, matrix, matrix);
        fails("has a gradient that is not like the result", gradient, Shape.of(18), matrix, matrix, matrix, vector);
        fails("does not have the gradient of the result", gradient, FOUR, vector);
    }

    @Test
    void rowsThatArePut() {
        Value rows = built.input(4, 3);
        legal(new PutRows(), Shape.of(2, 3), matrix, integers, rows);
        fails("does not have one row for each index", new PutRows(), Shape.of(2, 3), matrix, integers, matrix);
        fails("has indices that are not INT32", new PutRows(), Shape.of(2, 3), matrix, vector, rows);
        fails("has another shape than its operand", new PutRows(), FOUR, matrix, integers, rows);
        fails("has rows of another type", new PutRows(), FOUR, vector, integers, doubles);
        legal(new FirstPlaces(), DType.INT32, FOUR, integers);
        fails("has an operand that is not INT32", new FirstPlaces(), DType.INT32, FOUR, vector);
        fails("is not INT32", new FirstPlaces(), FOUR, integers);
    }

    @Test
    void convolution() {
        Value images = built.input(2, 4, 5, 4);
        Value weights = built.input(2, 3, 2, 6);
        Window window = new Window(2, 3, 1, 1, 1, 1, 0, 0);
        Convolution convolution = new Convolution(Convolution.Form.OUTPUT, window, 2, 1);
        Shape result = Shape.of(2, 3, 3, 6);
        legal(convolution, result, images, weights);
        fails("does not have 2 operands", convolution, result, images);
        fails(TYPE, convolution, DType.FLOAT64, result, images, weights);
        fails("is not made of images", convolution, Shape.of(2, 3, 6), images, weights);
        fails("has another number of images", convolution, Shape.of(3, 3, 3, 6), images, weights);
        fails("has groups that do not divide", convolution, Shape.of(2, 3, 3, 5), images, weights);
        fails("has weights of another shape", convolution, Shape.of(2, 3, 3, 4), images, weights);
        Value dy = built.input(2, 3, 3, 6);
        legal(new Convolution(Convolution.Form.IMAGE, window, 2, 1), images.shape(), dy, weights);
        Convolution ofWeights = new Convolution(Convolution.Form.WEIGHTS, window, 2, 2);
        legal(ofWeights, Shape.of(2, 2, 3, 2, 6), images, dy);
        fails("has weights of another shape", ofWeights, Shape.of(1, 2, 3, 2, 6), images, dy);
        Value integerImages = built.input(DType.INT32, 2, 4, 5, 4);
        Value integerWeights = built.input(DType.INT32, 2, 3, 2, 6);
        fails("is not of a floating-point type", convolution, DType.INT32, result, integerImages, integerWeights);
    }

    @Test
    void maxPool() {
        Value images = built.input(2, 4, 5, 4);
        Value windows = built.input(2, 3, 3, 4);
        Window window = new Window(2, 3, 1, 1, 1, 1, 0, 0);
        MaxPool pool = new MaxPool(MaxPool.Form.OUTPUT, window);
        legal(pool, windows.shape(), images, images);
        legal(new MaxPool(MaxPool.Form.IMAGE, window), images.shape(), images, windows);
        fails("does not have 2 operands", pool, windows.shape(), images);
        fails(TYPE, pool, DType.FLOAT64, windows.shape(), images, images);
        fails("is not made of images", pool, Shape.of(2, 3, 4), images, images);
        fails("has another number of images", pool, Shape.of(3, 3, 3, 4), images, images);
        fails("has another shape than the image", pool, windows.shape(), images, windows);
        fails("has another number of channels", pool, Shape.of(2, 3, 3, 5), images, images);
        Value integerImages = built.input(DType.INT32, 2, 4, 5, 4);
        fails("is not of a floating-point type", pool, DType.INT32, windows.shape(), integerImages, integerImages);
    }

    @Test
    void softmax() {
        Softmax softmax = new Softmax(true);
        legal(softmax, Shape.of(2, 3), matrix);
        fails("does not have 1 operand", softmax, FOUR, vector, vector);
        fails(TYPE, softmax, DType.FLOAT64, FOUR, vector);
        fails("has another shape than its operand", softmax, Shape.of(2, 2), vector);
        fails("is not of a floating-point type", softmax, DType.INT32, FOUR, integers);
    }

    @Test
    void crossEntropy() {
        CrossEntropy loss = new CrossEntropy();
        legal(loss, Shape.of(2), matrix, matrix);
        fails("does not have 2 operands", loss, Shape.of(2), matrix);
        fails(TYPE, loss, DType.FLOAT64, SCALAR, vector, vector);
        fails("is not of a floating-point type", loss, DType.INT32, SCALAR, integers, integers);
        fails("has labels of another type", loss, SCALAR, vector, integers);
        fails("has labels of another shape", loss, Shape.of(2), matrix, built.input(2, 1));
        fails("does not have the axes left", loss, Shape.of(3), matrix, matrix);
    }

    @Test
    void reshape() {
        legal(new Reshape(), Shape.of(2, 2), vector);
        fails("does not have 1 operand", new Reshape(), FOUR, vector, vector);
        fails(TYPE, new Reshape(), FOUR, integers);
        fails("has another number of elements", new Reshape(), Shape.of(5), vector);
    }

    @Test
    void transpose() {
        Transpose turn = new Transpose(List.of(1, 0));
        legal(turn, Shape.of(3, 2), matrix);
        fails("does not have 1 operand", turn, Shape.of(3, 2), matrix, matrix);
        fails(TYPE, turn, DType.INT32, Shape.of(3, 2), matrix);
        fails("does not have the permuted shape", turn, Shape.of(2, 3), matrix);
    }

    @Test
    void slice() {
        Slice slice = new Slice(List.of(1, 1));
        legal(slice, Shape.of(1, 2), matrix);
        fails("does not have 1 operand", slice, Shape.of(1, 2), matrix, matrix);
        fails(TYPE, slice, DType.FLOAT64, Shape.of(1, 2), matrix);
        fails("reaches out of its operand", slice, Shape.of(2, 1), matrix);
        fails("reaches out of its operand", slice, Shape.of(1, 3), matrix);
        fails("reaches out of its operand", slice, Shape.of(1), matrix);
        fails("reaches out of its operand", new Slice(List.of(-1, 0)), Shape.of(1, 1), matrix);
        fails("reaches out of its operand", new Slice(List.of(0)), Shape.of(1, 1), matrix);
        legal(new Slice(List.of(0, 0)), Shape.of(2, 3), matrix);
    }

    @Test
    void pad() {
        Pad pad = new Pad(List.of(1, 0));
        legal(pad, Shape.of(3, 3), matrix);
        fails("does not have 1 operand", pad, Shape.of(3, 3));
        fails(TYPE, pad, DType.FLOAT64, Shape.of(3, 3), matrix);
        fails("does not contain its operand", pad, Shape.of(2, 3), matrix);
        fails("does not contain its operand", pad, Shape.of(3), matrix);
    }

    @Test
    void concat() {
        Concat concat = new Concat(1);
        Value wide = built.input(2, 5);
        legal(concat, Shape.of(2, 8), matrix, wide);
        legal(concat, Shape.of(2, 3), matrix);
        fails("has another type than its operands", concat, Shape.of(2, 6), matrix, built.input(DType.INT32, 2, 3));
        fails("has an operand that differs along another axis", concat, Shape.of(2, 8), matrix, built.input(3, 5));
        fails("is not as long as its operands together", concat, Shape.of(2, 9), matrix, wide);
    }

    @Test
    void gather() {
        Gather gather = new Gather(1);
        legal(gather, Shape.of(2, 4), matrix, integers);
        legal(gather, Shape.of(2, 2, 2), matrix, built.input(DType.INT32, 2, 2));
        fails("does not have 2 operands", gather, Shape.of(2, 4), matrix);
        fails(TYPE, gather, DType.FLOAT64, Shape.of(2, 4), matrix, integers);
        fails("has indices that are not INT32", gather, Shape.of(2, 4), matrix, vector);
        fails("does not have the indices' axes", gather, Shape.of(2, 3), matrix, integers);
    }

    @Test
    void scatterAdd() {
        ScatterAdd scatter = new ScatterAdd(0);
        Value updates = built.input(4, 3);
        legal(scatter, Shape.of(9, 3), updates, integers);
        fails("does not have 2 operands", scatter, Shape.of(9, 3), updates);
        fails(TYPE, scatter, DType.FLOAT64, Shape.of(9, 3), updates, integers);
        fails("has indices that are not INT32", scatter, Shape.of(9, 3), updates, vector);
        fails("than what a gather of it gives", scatter, Shape.of(9, 2), updates, integers);
    }

    @Test
    void oneHot() {
        legal(new OneHot(), Shape.of(4, 7), integers);
        fails("does not have 1 operand", new OneHot(), Shape.of(4, 7), integers, integers);
        fails("has indices that are not INT32", new OneHot(), Shape.of(4, 7), vector);
        fails("has other leading axes than its indices", new OneHot(), Shape.of(5, 7), integers);
    }

    @Test
    void cast() {
        legal(new Cast(), FOUR, integers);
        fails("does not have 1 operand", new Cast(), FOUR);
        fails("has another shape than its operand", new Cast(), Shape.of(2, 2), integers);
        fails("converts to the type that it has", new Cast(), FOUR, vector);
    }

    @Test
    void calls() {
        legal(new Call("f", (inputs, output) -> {}), DType.INT32, Shape.of(9), vector, doubles, integers);
    }
}
