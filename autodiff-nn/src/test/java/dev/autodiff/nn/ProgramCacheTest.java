package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.testing.Refusal;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProgramCacheTest {
    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
    private final Variable w = Variable.of("w", Shape.scalar(), Initializers.ones());
    private final Tensor y = x.mul(w);
    private final VariableRegistry variables = new VariableRegistry(new RandomState(1));
    private final ProgramCache cache = new ProgramCache(variables, new SessionChecks());

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

    /** While one thread compiles, others get what is there; those that want the same wait, and it is compiled once. */
    @Test
    void compilingKeepsNobodyElseWaiting() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger initialized = new AtomicInteger();
        Variable slow = Variable.of("slow", Shape.scalar(), (dtype, shape, seed) -> {
            initialized.incrementAndGet();
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return NDArray.scalar(5f);
        });
        ProgramKey key = new ProgramKey(List.of(slow), null, List.of(), List.of(), false);
        Program ready = cache.get(key(2));
        CompletableFuture<Program> first = CompletableFuture.supplyAsync(() -> cache.get(key));
        begun.await();
        CompletableFuture<Program> second = CompletableFuture.supplyAsync(() -> cache.get(key));
        assertSame(ready, cache.get(key(2)));
        assertNotSame(ready, cache.get(key(3)));
        goOn.countDown();
        assertSame(first.get(), second.get());
        assertEquals(1, initialized.get());
    }

    @Test
    void whoWaitsForACompilationThatFailsTriesItself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        Variable slow = Variable.of("slow", Shape.scalar(), (dtype, shape, seed) -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("no luck");
            }
            return NDArray.scalar(5f);
        });
        ProgramKey key = new ProgramKey(List.of(slow), null, List.of(), List.of(), false);
        CompletableFuture<Program> first = CompletableFuture.supplyAsync(() -> cache.get(key));
        begun.await();
        CompletableFuture<Program> second = CompletableFuture.supplyAsync(() -> cache.get(key));
        goOn.countDown();
        List<CompletableFuture<Program>> both = List.of(first, second);
        for (CompletableFuture<Program> one : both) {
            one.exceptionally(e -> ready()).join();
        }
        assertEquals(
                1,
                both.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .count());
        assertEquals(2, attempts.get());
    }

    private Program ready() {
        return cache.get(key(1));
    }

    @Test
    void idleWorkspacesTakeNoMoreThanTheirShare() {
        Program hundred = cache.get(key(100));
        long most = 5 * hundred.bytes() / 2;
        ProgramCache small = new ProgramCache(variables, new SessionChecks(), most);
        List<Program> programs = new ArrayList<>();
        for (int length = 100; length > 80; length--) {
            Program program = small.get(key(length));
            programs.add(program);
            program.release(small.acquire(program));
            long idle = programs.stream().mapToLong(Program::idleBytes).sum();
            assertTrue(idle > 0 && idle <= most, () -> idle + " bytes");
        }
        Program last = programs.get(19);
        Workspace workspace = small.acquire(last);
        last.release(workspace);
        assertSame(workspace, small.acquire(last), "the program that was used last keeps its workspace");
        assertEquals(0, programs.get(0).idleBytes());
    }
}
