package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.ir.CompileOptions;
import java.util.ArrayList;
import java.util.List;

/** Values and gradients at once, for graphs in which nothing has to be fed. */
final class Immediate {
    /** The options of compilation; without folding, which would compute everything, as all values are constants. */
    private static final CompileOptions OPTIONS = new CompileOptions(true, false, true, true, true);

    private Immediate() {}

    static NDArray eval(Tensor tensor) {
        return eval(List.of(tensor)).get(0);
    }

    private static List<NDArray> eval(List<Tensor> tensors) {
        for (Tensor node : Topology.order(tensors)) {
            if (node.op().type() == Leaves.PLACEHOLDER) {
                throw new GraphException("eval() and backward() have no value for placeholder " + node.describe()
                        + ": run the tensor in a session that feeds it, and for gradients run those of"
                        + " Tensors.gradients(loss, x); or use a constant in its place\n    made at "
                        + node.sourceLine());
            }
        }
        return Lowering.compileImmediate(tensors, OPTIONS).run();
    }

    static void backward(Tensor y) {
        List<Tensor> all = Topology.order(List.of(y));
        Gradients gradients = Gradients.of(y, all);
        List<Tensor> reached = new ArrayList<>();
        List<Tensor> adjoints = new ArrayList<>();
        for (Tensor node : all) {
            gradients.find(node).ifPresent(adjoint -> {
                reached.add(node);
                adjoints.add(adjoint);
            });
        }
        List<NDArray> values = eval(adjoints);
        for (int i = 0; i < values.size(); i++) {
            reached.get(i).setGrad(values.get(i));
        }
    }
}
