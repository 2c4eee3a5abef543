package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.testing.Refusal;
import dev.autodiff.runtime.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramCacheTest {
    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
    private final Variable w = Variable.of("w", Shape.scalar(), Initializers.ones());
    private final Tensor y = x.mul(w);
    private final VariableRegistry variables = new VariableRegistry(new RandomState(1));
    private final ProgramCache cache = new ProgramCache(variables);

    private ProgramKey key(int length) {
        return new ProgramKey(List.of(y), null, List.of(x), List.of(Shape.of(length)), false);
    }

    @Test
    void compilesOnceForEachKey() {
        Program program = cache.get(key(2));
        assertSame(program, cache.get(key(2)));
        assertNotSame(program, cache.get(key(3)));
        assertNotSame(program, cache.get(new ProgramKey(List.of(y), null, List.of(x), List.of(Shape.of(2)), true)));
        TrainOp train = new GradientDescent(0.1).minimize(y.sum());
        Program step = cache.get(new ProgramKey(List.of(y), train, List.of(x), List.of(Shape.of(2)), false));
        assertNotSame(program, step);
        assertEquals(List.of(false, true), List.of(program.assigns(), step.assigns()));
        assertEquals("[3. 4.]", program.run(NDArray.of(3f, 4f)).get(0).toString());
    }

    @Test
    void registersTheVariablesOfWhatItCompiles() {
        assertEquals(List.of(), variables.variables());
        cache.get(key(2));
        assertEquals(List.of(w), variables.variables());
        assertEquals(1, w.value().item());
    }

    @Test
    void keepsTheProgramsThatWereUsedLast() {
        Program first = cache.get(key(0));
        Program second = cache.get(key(1));
        for (int length = 2; length < ProgramCache.CAPACITY; length++) {
            cache.get(key(length));
        }
        assertSame(first, cache.get(key(0)));
        cache.get(key(ProgramCache.CAPACITY)); // one more than there is room for
        assertSame(first, cache.get(key(0)));
        assertNotSame(second, cache.get(key(1)));
    }

    @Test
    void compilesAgainWhenItWasCleared() {
        Program program = cache.get(key(2));
        cache.clear();
        assertNotSame(program, cache.get(key(2)));
    }

    @Test
    void whatCannotBeCompiledIsNotKept() {
        ProgramKey unfed = new ProgramKey(List.of(y), null, List.of(), List.of(), false);
        Refusal.refused(GraphException.class, () -> cache.get(unfed), "x", "was not fed");
        Refusal.refused(GraphException.class, () -> cache.get(unfed), "x", "was not fed");
        assertEquals(List.of(), variables.variables());
    }
}
