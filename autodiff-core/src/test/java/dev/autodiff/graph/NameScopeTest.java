package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Prefixes of names. */
@SuppressWarnings("try") // a scope is open, and not otherwise used
class NameScopeTest {
    @Test
    void scopesNestAndEnd() {
        assertEquals("", NameScope.current());
        try (NameScope outer = NameScope.open("model")) {
            try (NameScope inner = NameScope.open("layer1")) {
                assertEquals("model/layer1", NameScope.current());
                Tensor bias = Tensors.zeros(3).named("bias");
                assertEquals("model/layer1/bias", bias.name());
                assertEquals("model/layer1/neg", bias.neg().name());
            }
            assertEquals("model/b", Tensors.zeros(3).named("b").name());
        }
        assertEquals("b", Tensors.zeros(3).named("b").name());
    }

    @Test
    void aNameIsOfTheScopeWhereTheTensorWasMade() {
        Tensor before = Tensors.zeros(3);
        try (NameScope scope = NameScope.open("model")) {
            assertEquals("b", before.named("b").name());
        }
    }

    @Test
    void namesWithoutLettersOrWithSlashesAreRefused() {
        Refused.with(IllegalArgumentException.class, () -> NameScope.open(" "), "needs a name");
        Refused.with(IllegalArgumentException.class, () -> NameScope.open("a/b"), "without slashes", "a/b");
        assertEquals("", NameScope.current());
    }

    @Test
    void anOuterScopeCannotEndFirst() {
        NameScope outer = NameScope.open("outer");
        NameScope inner = NameScope.open("inner");
        Refused.with(IllegalStateException.class, outer::close, "\"outer\"", "\"outer/inner\" is open");
        inner.close();
        outer.close();
        assertEquals("", NameScope.current());
    }
}
