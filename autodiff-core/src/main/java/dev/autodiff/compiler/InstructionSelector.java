package dev.autodiff.compiler;

import dev.autodiff.ir.ArgReduce;
import dev.autodiff.ir.ArgSort;
import dev.autodiff.ir.Attention;
import dev.autodiff.ir.AttentionGradient;
import dev.autodiff.ir.Call;
import dev.autodiff.ir.Cast;
import dev.autodiff.ir.Computation;
import dev.autodiff.ir.Concat;
import dev.autodiff.ir.Convolution;
import dev.autodiff.ir.CrossEntropy;
import dev.autodiff.ir.FirstPlaces;
import dev.autodiff.ir.Gather;
import dev.autodiff.ir.Iteration;
import dev.autodiff.ir.IterationResult;
import dev.autodiff.ir.Matmul;
import dev.autodiff.ir.MaxPool;
import dev.autodiff.ir.OneHot;
import dev.autodiff.ir.Operation;
import dev.autodiff.ir.Pad;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.Prefix;
import dev.autodiff.ir.PutRows;
import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Reshape;
import dev.autodiff.ir.Scan;
import dev.autodiff.ir.ScatterAdd;
import dev.autodiff.ir.Slice;
import dev.autodiff.ir.Softmax;
import dev.autodiff.ir.State;
import dev.autodiff.ir.Transpose;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.runtime.ArgReduceInstruction;
import dev.autodiff.runtime.ArgSortInstruction;
import dev.autodiff.runtime.AttentionGradientInstruction;
import dev.autodiff.runtime.AttentionInstruction;
import dev.autodiff.runtime.CallInstruction;
import dev.autodiff.runtime.CastInstruction;
import dev.autodiff.runtime.ConvolutionInstruction;
import dev.autodiff.runtime.ConvolutionWeightsInstruction;
import dev.autodiff.runtime.CopyInstruction;
import dev.autodiff.runtime.CrossEntropyInstruction;
import dev.autodiff.runtime.FirstPlacesInstruction;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.GatherInstruction;
import dev.autodiff.runtime.Instruction;
import dev.autodiff.runtime.IterationInstruction;
import dev.autodiff.runtime.LoopInstruction;
import dev.autodiff.runtime.MatmulInstruction;
import dev.autodiff.runtime.MaxPoolInstruction;
import dev.autodiff.runtime.OneHotInstruction;
import dev.autodiff.runtime.Packing;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.PutRowsInstruction;
import dev.autodiff.runtime.ReduceInstruction;
import dev.autodiff.runtime.ScanInstruction;
import dev.autodiff.runtime.ScatterAddInstruction;
import dev.autodiff.runtime.Slots;
import dev.autodiff.runtime.SoftmaxInstruction;
import dev.autodiff.runtime.SumsInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Chooses the instruction that computes a group. */
final class InstructionSelector {
    private final Slots slots;
    private final Kernels kernels;
    private final Set<State> assigned;
    private final int threads;
    private final Function<Computation, Program> compiler;
    private final List<Packing> packings = new ArrayList<>();

    /**
     * Creates a selector.
     *
     * @param assigned states that the program changes
     * @param threads the number of threads that take part in the work
     * @param compiler compiles the bodies of iterations
     */
    InstructionSelector(
            Slots slots, Kernels kernels, Set<State> assigned, int threads, Function<Computation, Program> compiler) {
        this.slots = slots;
        this.kernels = kernels;
        this.assigned = assigned;
        this.threads = threads;
        this.compiler = compiler;
    }

    /** Returns the instruction for a group, which is no view. */
    Instruction select(FusedGroup group) {
        return ((Operation) group.first().primitive()).accept(new OfFirst(group));
    }

    /** Chooses by the first operation of a group. */
    private final class OfFirst implements Operation.Visitor<Instruction> {
        private final FusedGroup group;

        OfFirst(FusedGroup group) {
            this.group = group;
        }

        @Override
        public Instruction pointwise(Pointwise operation) {
            return group.hasSums()
                    ? new SumsInstruction(group, slots, kernels)
                    : new LoopInstruction(group, slots, kernels);
        }

        @Override
        public Instruction reduce(Reduce operation) {
            return new ReduceInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction argReduce(ArgReduce operation) {
            return new ArgReduceInstruction(group, operation, slots);
        }

        @Override
        public Instruction argSort(ArgSort operation) {
            return new ArgSortInstruction(group, operation, slots);
        }

        @Override
        public Instruction scan(Scan operation) {
            return new ScanInstruction(group, operation, slots);
        }

        @Override
        public Instruction matmul(Matmul operation) {
            return new MatmulInstruction(group, operation, slots, kernels, assigned, threads, packings);
        }

        @Override
        public Instruction convolution(Convolution operation) {
            return operation.form() == Convolution.Form.WEIGHTS
                    ? new ConvolutionWeightsInstruction(group, operation, slots, kernels)
                    : new ConvolutionInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction maxPool(MaxPool operation) {
            return new MaxPoolInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction softmax(Softmax operation) {
            return new SoftmaxInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction crossEntropy(CrossEntropy operation) {
            return new CrossEntropyInstruction(group, slots, kernels);
        }

        @Override
        public Instruction attention(Attention operation) {
            return new AttentionInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction attentionGradient(AttentionGradient operation) {
            return new AttentionGradientInstruction(group, operation, slots, kernels);
        }

        @Override
        public Instruction reshape(Reshape operation) {
            throw new IllegalStateException("A view needs no instruction: " + group.last());
        }

        @Override
        public Instruction transpose(Transpose operation) {
            return CopyInstruction.transpose(group, operation, slots);
        }

        @Override
        public Instruction slice(Slice operation) {
            return CopyInstruction.slice(group, operation, slots);
        }

        @Override
        public Instruction pad(Pad operation) {
            return CopyInstruction.pad(group, operation, slots);
        }

        @Override
        public Instruction concat(Concat operation) {
            return CopyInstruction.concat(group, operation, slots);
        }

        @Override
        public Instruction gather(Gather operation) {
            return new GatherInstruction(group, operation, slots);
        }

        @Override
        public Instruction scatterAdd(ScatterAdd operation) {
            return new ScatterAddInstruction(group, operation, slots);
        }

        @Override
        public Instruction firstPlaces(FirstPlaces operation) {
            return new FirstPlacesInstruction(group, slots);
        }

        @Override
        public Instruction putRows(PutRows operation) {
            return new PutRowsInstruction(group, slots);
        }

        @Override
        public Instruction oneHot(OneHot operation) {
            return new OneHotInstruction(group, slots);
        }

        @Override
        public Instruction cast(Cast operation) {
            return new CastInstruction(group, slots);
        }

        @Override
        public Instruction iteration(Iteration operation) {
            return new IterationInstruction(group, operation, compiler, slots);
        }

        @Override
        public Instruction iterationResult(IterationResult operation) {
            throw new IllegalStateException("Its iteration computes this: " + group.last());
        }

        @Override
        public Instruction prefix(Prefix operation) {
            throw new IllegalStateException("A view needs no instruction: " + group.last());
        }

        @Override
        public Instruction call(Call operation) {
            return new CallInstruction(group, operation, slots);
        }
    }
}
