package dev.autodiff.graph;

import static dev.autodiff.graph.Refused.misbuilt;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The mistakes that are found when a graph is run; see {@link MistakesTest}. */
class RunMistakesTest {
    private final Tensor x = new Input("x", DType.FLOAT32, Shape.UNKNOWN, 784);
    private final Tensor w = Tensors.zeros(784, 10).named("w");

    @Test
    void evalWithAPlaceholder() {
        Refused.with(
                GraphException.class,
                () -> x.matmul(w).eval(),
                "no value for placeholder x FLOAT32 [?, 784]",
                "session",
                "RunMistakesTest.java:");
        Refused.with(GraphException.class, () -> x.mean().backward(), "placeholder x");
    }

    @Test
    void placeholderNotFed() {
        Refused.with(
                GraphException.class,
                () -> Lowering.compile(List.of(x.exp()), List.of(), List.of(), List.of(), CompileOptions.OPTIMIZED),
                "x FLOAT32 [?, 784]",
                "was not fed",
                "feed(x, value)");
    }

    @Test
    void assignToAnythingButAVariable() {
        misbuilt(() -> Tensors.assign(w, w.mul(2)), "assign", "only a variable can be assigned to", "w FLOAT32");
    }

    @Test
    void assignAWrongShape() {
        State state = new State(DType.FLOAT32, Shape.of(2));
        final class Variable extends Tensor {
            Variable() {
                super(Leaves.state(state), new TensorType(DType.FLOAT32, Shape.of(2)), "counter");
            }
        }
        Tensor counter = new Variable();
        misbuilt(
                () -> Tensors.assign(counter, Tensors.zeros(3)),
                "assign",
                "FLOAT32 [3] cannot be assigned to variable counter FLOAT32 [2]");
        Refused.with(
                IllegalArgumentException.class,
                () -> state.assign(NDArray.of(1f)),
                "FLOAT32 [1]",
                "FLOAT32 [2] is needed");
        Refused.with(IllegalStateException.class, counter::eval, "counter FLOAT32 [2]", "has no value yet");
    }

    @Test
    void valuesThatAreNotFinite() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            Tensor probabilities = Tensors.constant(0.5f, 0f, 1f).named("probabilities");
            Tensor y = probabilities.log().named("logs").mul(2).sum();
            Program program = Lowering.compile(List.of(y), List.of(), List.of(), List.of(), CompileOptions.PLAIN);
            Workspace workspace = program.acquire();
            Refused.with(
                    NonFiniteException.class,
                    () -> workspace.run(0, 0, new FiniteCheck()),
                    "first value that is not finite: -infinity at index [1] of log logs FLOAT32 [3]",
                    "RunMistakesTest.java:",
                    "operand 1 probabilities FLOAT32 [3]: from 0.00000 to 1.00000");
        } finally {
            Locale.setDefault(before);
        }
    }
}
