package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The gradient of attention with respect to one operand, from all its operands and the gradient of its result. */
final class AttentionGradientOp extends Op {
    private final int heads;
    private final boolean causal;
    private final boolean packed;
    private final int operand;

    AttentionGradientOp(AttentionOp attention, int operand) {
        super(Attention.ATTENTION_GRADIENT);
        this.heads = attention.heads();
        this.causal = attention.causal();
        this.packed = attention.packed();
        this.operand = operand;
    }

    private AttentionOp attention() {
        return new AttentionOp(heads, causal, packed);
    }

    @Override
    public Attributes attributes() {
        return attention().attributes().with(Attention.OPERAND, operand);
    }

    @Override
    public List<String> symbols(int operands) {
        List<String> symbols = new ArrayList<>(attention().symbols(operands - 1));
        symbols.add("u");
        return symbols;
    }

    @Override
    public String formula() {
        return attention().rule(operand).replace("dy", "u");
    }

    @Override
    public String rule(int input) {
        return "the derivative of the formula";
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        return in.get(operand).type();
    }

    /** Takes the derivative of what attention is made of. */
    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        List<Tensor> apart = AttentionOp.apart(in);
        int sources = apart.size() - 1;
        Tensor x = apart.get(operand);
        Tensor result = Attention.composed(attention(), apart.subList(0, sources));
        Tensor first = Gradients.of(result, List.of(x), apart.get(sources)).of(x);
        Optional<Tensor> second =
                Gradients.of(first, List.of(apart.get(input)), dy).find(apart.get(input));
        return second.orElseGet(() -> Tensors.zerosLike(in.get(input)));
    }

    /** Computes the gradients of all operands at once, which the builder adds only once, and takes one of them. */
    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        AttentionOp attention = attention();
        List<Value> operands = attention.operands(ir, in, in.size() - 1);
        operands.add(in.get(in.size() - 1));
        Value all = ir.attentionGradient(attention.primitive(), operands.toArray(Value[]::new));
        if (packed) {
            return all;
        }
        int from = 0;
        for (int i = 0; i < operand; i++) {
            from += in.get(i).size();
        }
        Shape shape = in.get(operand).shape();
        return ir.reshape(ir.slice(all, new int[] {from}, Shape.of(shape.size())), shape);
    }
}
