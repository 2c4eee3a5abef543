package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * The product of two tensors whose axes have labels, summed over those that both have and the result has not. No label
 * occurs in one of the three alone or twice, so that the gradient is another such product.
 */
final class Contract extends Op {
    private final String a;
    private final String b;
    private final String result;

    Contract(String a, String b, String result) {
        super(Einsum.CONTRACT);
        this.a = a;
        this.b = b;
        this.result = result;
    }

    @Override
    public Attributes attributes() {
        return Attributes.of(Einsum.SUBSCRIPTS, a + "," + b + "->" + result);
    }

    @Override
    public String formula() {
        return "Σ a * b over the axes that the result lacks";
    }

    @Override
    public String rule(int input) {
        return "Σ dy * " + (input == 0 ? "b" : "a") + " over the axes that the operand lacks";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        Checks.floating(in.get(0));
        return new TensorType(
                Checks.sameType(in),
                Shape.of(dims(result, in.get(0).shape(), in.get(1).shape())));
    }

    /** Returns the dimensions of labels, which one operand or both have. */
    private int[] dims(String labels, Shape shapeA, Shape shapeB) {
        for (int i = 0; i < a.length(); i++) {
            dim(a.charAt(i), shapeA, shapeB); // checks those that are summed over too
        }
        return labels.chars().map(label -> dim((char) label, shapeA, shapeB)).toArray();
    }

    private int dim(char label, Shape shapeA, Shape shapeB) {
        int p = a.indexOf(label) < 0 ? 1 : shapeA.dim(a.indexOf(label));
        int q = b.indexOf(label) < 0 ? 1 : shapeB.dim(b.indexOf(label));
        boolean both = a.indexOf(label) >= 0 && b.indexOf(label) >= 0;
        boolean open = p == Shape.UNKNOWN || q == Shape.UNKNOWN;
        boolean repeated = (p == 1 || q == 1) && result.indexOf(label) >= 0;
        if (both && p != q && !open && !repeated) {
            throw new GraphException("axis " + (Character.isDigit(label) ? "..." : label) + " has length " + p + " in "
                    + shapeA + " and " + q + " in " + shapeB);
        }
        return p == 1 || p == Shape.UNKNOWN ? (q == 1 ? p : q) : p;
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return input == 0
                ? new Contract(result, b, a).apply(dy, in.get(1))
                : new Contract(result, a, b).apply(dy, in.get(0));
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        StringBuilder stack = new StringBuilder();
        StringBuilder rows = new StringBuilder();
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < result.length(); i++) {
            char label = result.charAt(i);
            boolean inA = a.indexOf(label) >= 0;
            (inA && b.indexOf(label) >= 0 ? stack : inA ? rows : columns).append(label);
        }
        StringBuilder inner = new StringBuilder();
        a.chars().filter(label -> result.indexOf(label) < 0).forEach(label -> inner.append((char) label));
        String order = "" + stack + rows + columns;
        Shape shapeA = in.get(0).shape();
        Shape shapeB = in.get(1).shape();
        Value left = transposed(ir, in.get(0), a, "" + stack + rows + inner);
        Value right = transposed(ir, in.get(1), b, "" + stack + inner + columns);
        int[] dims = dims(order, shapeA, shapeB);
        Value product = inner.length() == 0
                ? ir.map(
                        Elementwise.MUL,
                        ir.reshape(left, Shape.of(onesOutside(order, a, shapeA))),
                        ir.reshape(right, Shape.of(onesOutside(order, b, shapeB))))
                : matmul(ir, left, right, dims, stack.length(), rows.length(), inner.length());
        return transposed(ir, ir.reshape(product, Shape.of(dims)), order, result);
    }

    private static Value transposed(ProgramBuilder ir, Value x, String from, String to) {
        return from.equals(to)
                ? x
                : ir.transpose(x, to.chars().map(from::indexOf).toArray());
    }

    /** Returns the dimensions of an operand in an order of labels, 1 for those that it has not. */
    private static int[] onesOutside(String order, String labels, Shape shape) {
        return order.chars()
                .map(label -> labels.indexOf(label) < 0 ? 1 : shape.dim(labels.indexOf(label)))
                .toArray();
    }

    /** Multiplies stacks of matrices, each axis of which stands for several. */
    private static Value matmul(
            ProgramBuilder ir, Value left, Value right, int[] dims, int stack, int rows, int inner) {
        int n = left.shape().rank() - inner;
        int depth = product(left.shape().dims(), n, n + inner);
        int height = product(dims, stack, stack + rows);
        int width = product(dims, stack + rows, dims.length);
        int count = product(dims, 0, stack);
        Value a = repeated(ir, left, dims, stack);
        Value b = repeated(ir, right, dims, stack);
        if (stack == 0) {
            return ir.matmul(
                    ir.reshape(a, Shape.of(height, depth)), ir.reshape(b, Shape.of(depth, width)), false, false);
        }
        return ir.matmul(
                ir.reshape(a, Shape.of(count, height, depth)),
                ir.reshape(b, Shape.of(count, depth, width)),
                false,
                false);
    }

    /** Repeats the first axes to the dimensions that they have in the result. */
    private static Value repeated(ProgramBuilder ir, Value x, int[] dims, int stack) {
        int[] wide = x.shape().dims();
        System.arraycopy(dims, 0, wide, 0, stack);
        return ir.broadcast(x, Shape.of(wide));
    }

    private static int product(int[] dims, int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) {
            product = Math.multiplyExact(product, dims[i]);
        }
        return product;
    }
}
