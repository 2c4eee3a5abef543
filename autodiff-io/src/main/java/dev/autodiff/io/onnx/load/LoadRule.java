package dev.autodiff.io.onnx.load;

import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The way to read the nodes of one operation. */
interface LoadRule {
    /**
     * Returns the results of a node.
     *
     * @throws CannotLoad if its attributes are not among those that can be read
     */
    List<Item> load(LoadNode n);

    /** Returns the rule for an operation with one result. */
    static LoadRule one(Function<LoadNode, Tensor> function) {
        return n -> List.of(Item.of(function.apply(n)));
    }

    /** Returns the rule for a function of one tensor. */
    static LoadRule unary(UnaryOperator<Tensor> function) {
        return one(n -> function.apply(n.in(0)));
    }

    /** Returns the rule for a function of two tensors, which broadcast. */
    static LoadRule binary(BinaryOperator<Tensor> function) {
        return one(n -> function.apply(n.likeOther(0, 1), n.likeOther(1, 0)));
    }
}
