package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.nn.testing.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariableRegistryTest {
    private final RandomState random = new RandomState(7);
    private final VariableRegistry registry = new VariableRegistry(random);

    private static Variable normal(String name) {
        return Variable.of(name, Shape.of(3), Initializers.randomNormal(0, 1));
    }

    @Test
    void registersEachVariableOnceInTheOrderOfTheNodes() {
        Variable a = normal("a");
        Variable b = normal("b");
        registry.register(List.of(b.neg(), b));
        registry.register(List.of(a, b));
        assertEquals(List.of(b, a), registry.variables());
    }

    @Test
    void valuesDependOnSeedNameAndOrderAmongVariablesOfOneName() {
        Variable a = normal("w");
        Variable b = normal("w");
        Variable c = normal("v");
        registry.register(List.of(a, b, c));
        assertNotEquals(a.value(), b.value());
        assertNotEquals(a.value(), c.value());

        Variable a2 = normal("w");
        Variable b2 = normal("w");
        new VariableRegistry(new RandomState(7)).register(List.of(a2, b2));
        assertEquals(List.of(a.value(), b.value()), List.of(a2.value(), b2.value()));

        Variable a3 = normal("w");
        new VariableRegistry(new RandomState(8)).register(List.of(a3));
        assertNotEquals(a.value(), a3.value());
    }

    @Test
    void keepsAValueThatIsThere() {
        Variable w = normal("w");
        w.assign(NDArray.of(1f, 2f, 3f));
        registry.register(List.of(w));
        assertEquals("[1. 2. 3.]", w.value().toString());
    }

    @Test
    void initializesWhatIsRegisteredAtOnceAndTheRestLater() {
        Variable early = normal("early");
        registry.register(List.of(early));
        NDArray initial = early.value();
        Variable late = Variable.of("late", NDArray.of(4f));
        late.assign(NDArray.of(5f));
        Variable assigned = Variable.of("assigned", NDArray.of(4f));
        early.assign(NDArray.of(1f, 2f, 3f));
        random.set(12);

        registry.initialize();
        assigned.assign(NDArray.of(6f));
        assertEquals(initial, early.value());
        assertEquals(0, random.position());
        registry.register(List.of(late, assigned));
        assertEquals(
                List.of(4.0, 6.0), List.of(late.value().at(0), assigned.value().at(0)));
    }

    @Test
    void doesNotRegisterAVariableWhoseInitializerFails() {
        Variable w = Variable.of("w", Shape.of(3), Initializers.value(NDArray.of(1f, 2f)));
        Refusal.refused(GraphException.class, () -> registry.register(List.of(w)), "initializer of variable", "w");
        assertEquals(List.of(), registry.variables());
        assertFalse(w.isInitialized());
    }

    /** Which of the two is met first would decide about their values, instead of the seed. */
    @Test
    void refusesRandomValuesThatDependOnTheOrderOfLooking() {
        Variable first = normal("w");
        Variable second = normal("w");
        registry.register(List.of(second));
        Refusal.refused(GraphException.class, () -> registry.register(List.of(first)), "w", "different names");
        assertFalse(first.isInitialized());
        assertEquals(List.of(second), registry.variables());

        first.assign(NDArray.of(1f, 2f, 3f));
        NDArray trained = NDArray.of(4f, 5f, 6f);
        second.assign(trained);
        registry.register(List.of(first)); // it has a value, so no harm is done, until it is to be initialized
        Refusal.refused(GraphException.class, registry::initialize, "w", "different names");
        assertEquals(trained, second.value(), "nothing was changed");
    }

    @Test
    void theOrderDoesNotMatterForValuesThatAreNotRandom() {
        Variable first = Variable.of("b", Shape.of(2), Initializers.constant(3));
        Variable second = Variable.of("b", Shape.of(2), Initializers.zeros());
        registry.register(List.of(second));
        registry.register(List.of(first));
        registry.initialize();
        assertEquals(NDArray.of(3f, 3f), first.value());
    }

    @Test
    void anotherSessionsValueIsKeptThoughBothMeetTheVariableAtOnce() {
        VariableRegistry[] other = {new VariableRegistry(new RandomState(8))};
        Variable[] w = new Variable[1];
        int[] calls = new int[1];
        w[0] = Variable.of("w", Shape.of(1), (dtype, shape, seed) -> {
            if (calls[0]++ == 0) { // as if another thread were faster
                other[0].register(List.of(w[0]));
                w[0].assign(NDArray.of(42f)); // and had trained it already
            }
            return NDArray.of(1f);
        });
        registry.register(List.of(w[0]));
        assertEquals(NDArray.of(42f), w[0].value());
    }

    @Test
    void keepsNoVariableAlive() {
        Variable kept = normal("kept");
        registry.register(List.of(kept));
        registry.register(List.of(normal("dropped")));
        for (int i = 0; i < 50 && registry.variables().size() > 1; i++) {
            System.gc();
        }
        assertEquals(List.of(kept), registry.variables());
    }
}
