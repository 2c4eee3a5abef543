package dev.autodiff.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Refused;
import dev.autodiff.ir.Attention;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.IterationBuilder;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.ir.Window;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.Slots;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InstructionSelectorTest {
    private final ProgramBuilder builder = Passes.builder();
    private final InstructionSelector selector = new InstructionSelector(
            new Slots(100),
            KernelProvider.kernels(),
            Set.of(),
            1,
            body -> Compiler.compile(body, CompileOptions.PLAIN));
    private final Value x = Passes.input(builder, 4, 8);
    private final Value indices = builder.input(DType.INT32, Shape.of(3));

    private void selects(String instruction, Value y) {
        FusedGroup group = FusedGroup.single(y);
        var selected = selector.select(group);
        assertEquals(instruction + "Instruction", selected.getClass().getSimpleName());
        assertEquals(group, selected.group());
    }

    @Test
    void everyOperationHasAnInstruction() {
        selects("Loop", builder.map(Elementwise.EXP, x));
        selects("Reduce", builder.reduce(Reduction.SUM, x, 0));
        selects("ArgReduce", builder.argReduce(true, x, 0));
        selects("ArgSort", builder.argSort(x, 1, true));
        selects("Scan", builder.cumulativeSum(x, 1, false));
        selects("Scan", builder.recurrence(x, x, 0, true));
        selects("Matmul", builder.matmul(x, x, false, true));
        Value images = Passes.input(builder, 2, 4, 5, 3);
        Value weights = Passes.input(builder, 2, 2, 3, 6);
        Value windows = Passes.input(builder, 2, 3, 4, 6);
        Window window = new Window(2, 2, 1, 1, 1, 1, 0, 0);
        selects("Convolution", builder.convolution(images, weights, window, 1, 3, 4));
        selects("Convolution", builder.convolutionImage(windows, weights, window, 1, 4, 5));
        selects(
                "ConvolutionWeights",
                builder.convolutionWeights(images, windows, window, 1).input(0));
        Value pooled = builder.maxPool(images, images, window, 3, 4);
        selects("MaxPool", pooled);
        selects("MaxPool", builder.maxPoolImage(images, pooled, window));
        selects("Softmax", builder.softmax(x, false));
        selects("CrossEntropy", builder.crossEntropy(x, x));
        Attention attention = new Attention(2, true, false);
        selects("Attention", builder.attention(attention, x, x, x));
        selects("AttentionGradient", builder.attentionGradient(attention, x, x, x, x));
        selects("Copy", builder.transpose(x, 1, 0));
        selects("Copy", builder.slice(x, new int[] {1, 1}, Shape.of(2, 2)));
        selects("Copy", builder.pad(x, new int[] {1, 1}, Shape.of(9, 9)));
        selects("Copy", builder.concat(0, x, x));
        selects("Gather", builder.gather(x, indices, 0));
        selects("ScatterAdd", builder.scatterAdd(Passes.input(builder, 3, 8), indices, 0, Shape.of(4, 8)));
        selects("FirstPlaces", builder.firstPlaces(indices));
        selects("PutRows", builder.putRows(x, indices, Passes.input(builder, 3, 8)));
        selects("OneHot", builder.oneHot(indices, 5, DType.FLOAT32));
        selects("Cast", builder.cast(x, DType.FLOAT64));
        selects("Call", builder.call("f", (inputs, output) -> {}, DType.FLOAT32, Shape.of(2), x));
    }

    @Test
    void anIterationIsOneInstructionWithItsResults() {
        IterationBuilder iteration = new IterationBuilder(builder, 4, false);
        Value slice = iteration.sequence(x);
        Value state = iteration.state(Passes.input(builder, 8));
        Value next = iteration.body().map(Elementwise.ADD, slice, state);
        Value all = iteration
                .build(List.of(next), List.of(new IterationBuilder.Wanted(IterationBuilder.Part.ALL, next)), List.of())
                .get(0);
        FusedGroup group = FusedGroup.iteration(all.input(0), List.of(all));
        assertEquals("4 x (add; copy)", selector.select(group).describe());
    }

    @Test
    void aProductWithALoopIsAProduct() {
        Value product = builder.matmul(x, x, false, true);
        Value y = builder.map(Elementwise.EXP, product);
        FusedGroup group = FusedGroup.productWithLoop(product, FusedGroup.single(y));
        assertEquals("matmul 4x8 . 8x4, exp", selector.select(group).describe());
    }

    @Test
    void aViewHasNone() {
        Value view = builder.reshape(x, Shape.of(32));
        Refused.with(
                IllegalStateException.class,
                () -> selector.select(FusedGroup.single(view)),
                "A view needs no instruction: " + view);
    }
}
