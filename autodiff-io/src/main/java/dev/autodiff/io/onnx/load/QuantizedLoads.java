package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers that were quantized to few bits: whole numbers, which stand for a scale times their distance from a zero. */
final class QuantizedLoads {
    private QuantizedLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("DequantizeLinear", LoadRule.one(n -> {
            Tensor scale = perAxis(n, 1);
            Tensor x = n.in(0).cast(scale.dtype());
            return (n.has(2) ? x.sub(perAxis(n, 2).cast(scale.dtype())) : x).mul(scale);
        }));
        rules.put("QuantizeLinear", LoadRule.one(QuantizedLoads::quantize));
        rules.put("QLinearMatMul", LoadRule.one(n -> {
            Tensor a = scaled(n, 0);
            Tensor b = scaled(n, 3);
            return quantized(LinearAlgebra.matmul(a, b), n.in(6), n.in(7), n.typeInFile(7));
        }));
        rules.put("MatMulInteger", LoadRule.one(n -> LinearAlgebra.matmul(centred(n, 0, 2), centred(n, 1, 3))
                .cast(DType.INT32)));
    }

    /** Returns whole numbers without their zero, in a type in which products are exact. */
    private static Tensor centred(LoadNode n, int operand, int zero) {
        Tensor x = n.in(operand).cast(DType.FLOAT64);
        if (!n.has(zero)) {
            return x;
        }
        Tensor own = n.in(zero).cast(DType.FLOAT64);
        boolean ofRows = operand == 0 && own.shape().rank() == 1 && own.shape().dim(0) != 1;
        return x.sub(ofRows ? own.expandDims(1) : own);
    }

    /** Returns the scale or the zero of all elements, of the places of an axis or of blocks, so that it broadcasts. */
    private static Tensor perAxis(LoadNode n, int operand) {
        Tensor own = n.in(operand);
        if (own.shape().rank() > 1) {
            int axis = n.axis(n.whole("axis", 1));
            int block = n.whole("block_size", 0);
            int[] places = new int[Math.max(0, n.shape(0).dim(axis))];
            if (block < 1) {
                throw new CannotLoad("has scales for blocks, " + own.shape() + ", and no block_size");
            }
            Arrays.setAll(places, i -> i / block);
            return Indexing.gather(own, Tensors.constant(places), axis);
        }
        if (own.shape().rank() == 0 || own.shape().dim(0) == 1) {
            return own.reshape();
        }
        int[] dims = new int[n.rank(0)];
        Arrays.fill(dims, 1);
        dims[n.axis(n.whole("axis", 1))] = -1;
        return own.reshape(dims);
    }

    private static Tensor quantize(LoadNode n) {
        Tensor scale = perAxis(n, 1);
        int code = n.whole("output_dtype", ElementType.UINT8.code());
        ElementType type = n.has(2) ? n.typeInFile(2) : Elements.type(code);
        return quantized(n.in(0).cast(scale.dtype()), scale, n.has(2) ? perAxis(n, 2) : null, type);
    }

    /** Returns the numbers that an operand stands for, its scale and its zero being the operands behind it. */
    private static Tensor scaled(LoadNode n, int operand) {
        Tensor scale = n.in(operand + 1);
        return n.in(operand)
                .cast(scale.dtype())
                .sub(n.in(operand + 2).cast(scale.dtype()))
                .mul(scale);
    }

    private static Tensor quantized(Tensor x, Tensor scale, @Nullable Tensor zero, ElementType type) {
        double[] range =
                switch (type) {
                    case UINT8 -> new double[] {0, 255};
                    case INT8 -> new double[] {-128, 127};
                    case UINT16 -> new double[] {0, 65535};
                    case INT16 -> new double[] {-32768, 32767};
                    default -> throw new CannotLoad("quantizes to " + type);
                };
        Tensor whole = Rounding.round(x.div(scale));
        Tensor moved = zero == null ? whole : whole.add(zero.cast(scale.dtype()));
        return Arithmetic.clip(moved, range[0], range[1]).cast(DType.INT32);
    }
}
