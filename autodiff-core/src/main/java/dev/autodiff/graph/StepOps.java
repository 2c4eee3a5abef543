package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;

/** Operations that make what loops over time begin with from the shape of a sequence. */
final class StepOps {
    private StepOps() {}

    /** An operation of which only the operand's shape matters. */
    private abstract static class OfShape extends Op {
        OfShape(OpType type) {
            super(type);
        }

        @Override
        public String rule(int input) {
            return "none: only the shape matters";
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Only the shape matters");
        }
    }

    /** Zeros for the examples of a batch. */
    static final class ZeroState extends OfShape {
        private final int units;

        ZeroState(int units) {
            super(Recurrence.ZERO_STATE);
            this.units = units;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Recurrence.UNITS, units);
        }

        @Override
        public String formula() {
            return "0 for every example";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            Shape shape = in.get(0).shape();
            if (shape.rank() < 2 || units < 1) {
                throw new GraphException(
                        "needs axes of steps and examples, as in [steps, batch, features], and at least"
                                + " one unit, not " + shape + " and " + units);
            }
            return new TensorType(in.get(0).dtype(), Shape.of(shape.dim(1), units));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = Shape.of(in.get(0).shape().dim(1), units);
            return ir.broadcast(ir.number(in.get(0).dtype(), 0), shape);
        }
    }

    static final class StepNumbers extends OfShape {
        StepNumbers(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "0, 1, 2, ... for the steps";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            if (in.get(0).shape().rank() == 0) {
                throw new GraphException("needs an axis of steps, which a scalar does not have");
            }
            return new TensorType(in.get(0).dtype(), Shape.of(in.get(0).shape().dim(0)));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            NDArray numbers =
                    NDArray.zeros(in.get(0).dtype(), Shape.of(in.get(0).shape().dim(0)));
            for (int i = 0; i < numbers.size(); i++) {
                switch (numbers.dtype()) {
                    case FLOAT32 -> ((float[]) numbers.storage())[i] = i;
                    case FLOAT64 -> ((double[]) numbers.storage())[i] = i;
                    case INT32 -> ((int[]) numbers.storage())[i] = i;
                }
            }
            return ir.constant(numbers);
        }
    }
}
