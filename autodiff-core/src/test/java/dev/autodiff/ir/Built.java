package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.List;

/** Values with any type, shape and operands, such as no builder makes. */
final class Built {
    final List<Value> values = new ArrayList<>();

    Value value(Primitive primitive, DType dtype, Shape shape, Value... operands) {
        Value value = new Value(values.size(), primitive, dtype, shape, null, List.of(operands));
        values.add(value);
        return value;
    }

    Value value(Primitive primitive, Shape shape, Value... operands) {
        return value(primitive, DType.FLOAT32, shape, operands);
    }

    /** Adds an input of a type and shape; each has a position of its own. */
    Value input(DType dtype, int... dims) {
        return value(new Input(values.size()), dtype, Shape.of(dims));
    }

    Value input(int... dims) {
        return input(DType.FLOAT32, dims);
    }

    Computation computation(Value... outputs) {
        return new Computation(values, List.of(outputs), java.util.Map.of(), 100, 2);
    }
}
