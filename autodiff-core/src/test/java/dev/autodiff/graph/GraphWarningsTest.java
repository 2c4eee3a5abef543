package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.library.Input;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphWarningsTest {
    private final Tensor column = new Input("prediction", DType.FLOAT32, Shape.UNKNOWN, 1);
    private final Tensor vector = new Input("target", DType.FLOAT32, Shape.UNKNOWN);

    private final String before = System.getProperty(GraphWarnings.PROPERTY, "on");

    @BeforeEach
    void turnOn() {
        System.setProperty(GraphWarnings.PROPERTY, "on");
    }

    @AfterEach
    void restore() {
        System.setProperty(GraphWarnings.PROPERTY, before);
    }

    @Test
    void eachLineIsWarnedOfOnce() {
        List<String> warnings = WarningLog.of(() -> {
            for (int i = 0; i < 3; i++) {
                column.sub(vector);
            }
            vector.sub(column);
        });
        assertEquals(2, warnings.size(), warnings::toString);
        for (String part : List.of("prediction", "target", "[?, ?]", "squeeze(-1)", "GraphWarningsTest.java:")) {
            assertTrue(warnings.get(0).contains(part), warnings.get(0));
        }
    }

    @Test
    void anotherKindOfMistakeOnTheLineIsWarnedOfToo() {
        List<String> warnings = WarningLog.of(
                () -> Stream.of("first", "second", "first").forEach(kind -> GraphWarnings.warn(kind, kind)));
        assertEquals(2, warnings.size(), warnings::toString);
    }

    @Test
    void whatIsRememberedIsBounded() {
        List<String> warnings = WarningLog.of(() -> {
            for (int i = 0; i <= 2000; i++) {
                GraphWarnings.warn("kind " + i % 2000, "a mistake");
            }
        });
        assertEquals(2001, warnings.size(), "the first one is forgotten by the time that it occurs again");
    }

    @Test
    void thePropertyTurnsThemOff() {
        System.setProperty(GraphWarnings.PROPERTY, "off");
        assertEquals(List.of(), WarningLog.of(() -> column.sub(vector)));
    }

    @Test
    void thePropertyMakesThemErrors() {
        System.setProperty(GraphWarnings.PROPERTY, "error");
        for (int i = 0; i < 2; i++) {
            Refused.with(GraphException.class, () -> column.sub(vector), "all pairs", "GraphWarningsTest.java:");
        }
    }

    @Test
    void otherValuesOfThePropertyAreRefused() {
        System.setProperty(GraphWarnings.PROPERTY, "sometimes");
        Refused.with(GraphException.class, () -> column.sub(vector), "sometimes", "on, off or error");
    }
}
