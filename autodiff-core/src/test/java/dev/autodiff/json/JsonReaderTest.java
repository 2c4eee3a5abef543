package dev.autodiff.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class JsonReaderTest {
    @Test
    void readsEveryKindOfValue() {
        assertEquals(
                Map.of("a", List.of(1L, 2.5, "x", true, false), "b", Map.of(), "", List.of()),
                JsonReader.parse(" {\"a\": [1, 2.5,\t\"x\",true, false],\r\n \"b\":{}, \"\": [ ]} "));
        assertEquals(Arrays.asList((Object) null), JsonReader.parse("[null]"));
        assertEquals("text", JsonReader.parse("\"text\""));
    }

    @Test
    void objectsKeepTheirOrder() {
        Map<?, ?> read = (Map<?, ?>) JsonReader.parse("{\"z\":1,\"a\":2,\"m\":3}");
        assertEquals("[z, a, m]", String.valueOf(read == null ? "" : read.keySet()));
    }

    @Test
    void wholeNumbersAreLongsIfTheyFit() {
        assertEquals(Long.MAX_VALUE, JsonReader.parse("9223372036854775807"));
        assertEquals(Long.MIN_VALUE, JsonReader.parse("-9223372036854775808"));
        assertEquals(0x1p63, JsonReader.parse("9223372036854775808"));
        assertEquals(1e30, JsonReader.parse("1000000000000000000000000000000"));
        assertEquals(-0.0, JsonReader.parse("-0"));
        assertEquals(0L, JsonReader.parse("0"));
        assertEquals(100.0, JsonReader.parse("1e2"));
        assertEquals(-1.25e-3, JsonReader.parse("-1.25E-3"));
        assertEquals(0.0, JsonReader.parse("1e-999"));
    }

    @Test
    void readsEscapes() {
        assertEquals("a\"\\/\b\f\n\r\t\u00e9z", JsonReader.parse("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9z\""));
        assertEquals("\ud83d\ude00", JsonReader.parse("\"\\ud83d\\uDE00\""));
        assertEquals("\u007f\ud83d\ude00", JsonReader.parse("\"\u007f\ud83d\ude00\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,]",
                "[1 2]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "01",
                "-",
                "+1",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "0x10",
                "1e999",
                "-1e999",
                "NaN",
                "Infinity",
                "-Infinity",
                "True",
                "nul",
                "nulls",
                "1 1",
                "[] []",
                "// c\n1",
                "/* c */ 1",
                "\"",
                "\"a",
                "\"a\nb\"",
                "\"\u0000\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u\u0661\u0661\u0661\u0661\"",
                "\ufeff1",
                "\u00a01",
                "1\u0000"
            })
    void refusesWhatIsNotJson(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> JsonReader.parse(text))
                .getMessage();
        assertTrue(String.valueOf(message).contains("of the JSON"), message);
    }

    @Test
    void errorsSayWhereAndWhat() {
        assertEquals(
                "At character 7 of the JSON there is } and more, but it needs a value",
                assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("{\"a\": } and more"))
                        .getMessage());
        assertEquals(
                "At character 3 of the JSON the text ends, but it needs ',' or ']'",
                assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("[1"))
                        .getMessage());
    }

    @Test
    void nestingHasAnEnd() {
        String deepest = "[".repeat(JsonReader.DEEPEST) + "]".repeat(JsonReader.DEEPEST);
        assertTrue(JsonReader.parse(deepest) instanceof List);
        assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("[" + deepest + "]"));
        assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("[".repeat(1_000_000)));
        assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("{\"a\":".repeat(1_000_000)));
    }

    @Test
    void longNumbersTakeNoLongTime() {
        assertEquals(1.0, JsonReader.parse("1." + "0".repeat(1_000_000)));
        assertThrows(IllegalArgumentException.class, () -> JsonReader.parse("1".repeat(1_000_000)));
    }

    /** Reads what the writer writes. */
    @Test
    void readsWhatTheWriterWrites() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(12); k > 0; k--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
            }
            String json = new JsonWriter()
                    .open('{')
                    .name("number")
                    .number(number, false)
                    .field("text", text.toString())
                    .name("array")
                    .open('[')
                    .number(i - 1_000L)
                    .nothing()
                    .truth(i % 2 == 0)
                    .close(']')
                    .close('}')
                    .toString();
            Object expected = Double.isFinite(number) ? (Object) number : Double.toString(number);
            Map<?, ?> read = (Map<?, ?>) JsonReader.parse(json);
            assertTrue(read != null, json);
            Object back = read.get("number");
            assertEquals(expected, back instanceof Long whole ? (Object) whole.doubleValue() : back, json);
            assertEquals(text.toString(), read.get("text"), json);
            assertEquals(Arrays.asList(i - 1_000L, null, i % 2 == 0), read.get("array"), json);
        }
    }
}
