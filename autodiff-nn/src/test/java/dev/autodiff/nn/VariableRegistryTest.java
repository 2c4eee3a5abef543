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
}
