package dev.autodiff.nn.config;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel-independent")
class ConfigTest {
    /** Something with other things in it. */
    private record Box(String label, List<Described> inner) implements Described {
        @Override
        public Config config() {
            return Config.of("Box").with("label", label).with("inner", inner);
        }

        static Box read(Config config) {
            return new Box(config.text("label"), config.objects("inner", Described.class));
        }
    }

    /** Something that cannot be described. */
    private record Lambda(Runnable code) implements Described {
        @Override
        public Config config() {
            return Config.of("Lambda").with("code", code);
        }
    }

    private static final Kinds KINDS = Kinds.none().with("Box", Box::read).with("Plain", config -> config);

    private static final Config ALL = Config.of("All")
            .with("whole", Long.MIN_VALUE)
            .with("int", 7)
            .with("number", 0.1)
            .with("nan", Double.NaN)
            .with("flag", true)
            .with("text", "a \"b\"")
            .with("ints", new int[] {1, -2})
            .with("numbers", new double[] {1, 2.5, Double.NEGATIVE_INFINITY, -0.0})
            .with("texts", List.of("x", "y"))
            .with("object", Config.of("Plain"))
            .with("nothing", (Object) null);

    private static void assertAll(Config config) {
        assertEquals(Long.MIN_VALUE, config.whole("whole"));
        assertEquals(7, config.integer("int"));
        assertEquals(0.1, config.number("number"));
        assertEquals(7.0, config.number("int"));
        assertEquals(Double.NaN, config.number("nan"));
        assertEquals(true, config.flag("flag"));
        assertEquals("a \"b\"", config.text("text"));
        assertArrayEquals(new int[] {1, -2}, config.integers("ints"));
        assertArrayEquals(new double[] {1, 2.5, Double.NEGATIVE_INFINITY, -0.0}, config.numbers("numbers"));
        assertEquals(List.of("x", "y"), config.texts("texts"));
        assertEquals("Plain", config.object("object", Config.class).kind());
        assertNull(config.objectOrNull("nothing", Config.class));
        assertEquals(3.5, config.number("absent", 3.5));
        assertEquals(true, config.flag("absent", true));
        assertEquals("t", config.text("absent", "t"));
    }

    @Test
    void argumentsGoThroughJson() {
        assertAll(ALL);
        assertAll((Config) KINDS.with("All", config -> {
                    assertAll(config);
                    return config;
                })
                .read(ALL.toString()));
    }

    @Test
    void anObjectThatOccursAgainIsTheSame() {
        Config shared = Config.of("Plain").with("n", 1);
        Box root = new Box("root", List.of(shared, new Box("inner", List.of(shared)), shared));
        String json = root.config().toString();
        assertEquals(
                "{\"kind\":\"Box\",\"label\":\"root\",\"inner\":[{\"kind\":\"Plain\",\"n\":1},{\"kind\":\"Box\","
                        + "\"label\":\"inner\",\"inner\":[{\"same\":1}]},{\"same\":1}]}",
                json);
        Kinds kinds = Kinds.none().with("Box", Box::read).with("Plain", config -> {
            assertEquals(1, config.integer("n"));
            return config;
        });
        Box read = (Box) kinds.read(json);
        assertSame(read.inner.get(0), read.inner.get(2));
        assertSame(read.inner.get(0), ((Box) read.inner.get(1)).inner.get(0));
    }

    @Test
    void allThatCannotBeDescribedIsSaidAtOnce() {
        Box root = new Box("root", List.of(new Lambda(() -> {}), new Box("inner", List.of(new Lambda(() -> {})))));
        refused(
                UnsupportedOperationException.class,
                () -> root.config().toString(),
                "inner[0]: its code is a lambda",
                "inner[1].inner[0]: its code is a lambda");
        refused(
                UnsupportedOperationException.class,
                () -> Config.of("X").with("list", List.of(1)),
                "its list is of class java.lang.Integer");
    }

    @Test
    void wrongTypesAndNames() {
        refused(IllegalArgumentException.class, () -> ALL.integer("whole"), "argument whole of All", "range of int");
        refused(IllegalArgumentException.class, () -> ALL.integer("text"), "a whole number, but here it is a \"b\"");
        refused(IllegalArgumentException.class, () -> ALL.number("text"), "is a number");
        refused(IllegalArgumentException.class, () -> ALL.number("absent"), "is a number, but there is none");
        refused(IllegalArgumentException.class, () -> ALL.integers("numbers"), "Long");
        refused(IllegalArgumentException.class, () -> ALL.flag("int"), "true or false");
        refused(IllegalArgumentException.class, () -> ALL.object("object", Box.class), "of type Box");
        refused(IllegalArgumentException.class, () -> ALL.with("int", 8), "int is taken");
        refused(IllegalArgumentException.class, () -> ALL.with("kind", 8), "kind is taken");
    }

    @Test
    void filesThatAreNoDescriptions() {
        refused(IllegalArgumentException.class, () -> KINDS.read("[]"), "an object with a kind, not []");
        refused(IllegalArgumentException.class, () -> KINDS.read("{}"), "has a kind");
        refused(IllegalArgumentException.class, () -> KINDS.read("{\"kind\":1}"), "has a kind");
        refused(IllegalArgumentException.class, () -> KINDS.read("{\"kind\":\"Bax\"}"), "a Bax", "[Box, Plain]");
        refused(IllegalArgumentException.class, () -> KINDS.read("{\"same\":0}"), "object 0, but none");
        refused(
                IllegalArgumentException.class,
                () -> KINDS.read("{\"kind\":\"Box\",\"label\":\"a\",\"inner\":[{\"same\":0}]}"),
                "object 0, but none");
        refused(
                IllegalArgumentException.class,
                () -> KINDS.read("{\"kind\":\"Box\",\"label\":\"\",\"inner\":[],\"units\":1}"),
                "Box has no argument units");
        refused(IllegalArgumentException.class, () -> KINDS.read("{\"kind\":\"Plain\",\"a\":null}"), "no null");
        refused(IllegalArgumentException.class, () -> KINDS.with("Box", Box::read), "a kind Box already");
        assertEquals(Set.of("Box", "Plain"), KINDS.names());
    }

    /** Each box has the one before twice: 60 lines that stand for 2^60 objects. */
    @Test
    void fewLinesForMoreObjectsThanThereIsMemory() {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            json.append("{\"kind\":\"Box\",\"label\":\"\",\"inner\":[");
        }
        json.append("{\"kind\":\"Plain\"}");
        for (int number = 60; number > 0; number--) {
            json.append(",{\"same\":").append(number).append("}]}");
        }
        refused(IllegalArgumentException.class, () -> KINDS.read(json.toString()), "at most 1000000 objects");
    }
}
