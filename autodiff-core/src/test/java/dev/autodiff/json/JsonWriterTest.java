package dev.autodiff.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    private final JsonWriter json = new JsonWriter();

    @Test
    void writesAnObject() {
        json.open('{')
                .field("name", "w")
                .name("shape")
                .open('[')
                .number(2)
                .close(']')
                .close('}');
        assertEquals("{\"name\":\"w\",\"shape\":[2]}", json.toString());
    }

    @Test
    void separatesValuesAtEveryDepth() {
        json.open('[');
        json.open('{').field("a", 1).name("b").nothing().close('}');
        json.open('{').close('}');
        json.open('[')
                .open('[')
                .number(1)
                .number(2)
                .close(']')
                .open('[')
                .close(']')
                .close(']');
        json.text("end").close(']');
        assertEquals("[{\"a\":1,\"b\":null},{},[[1,2],[]],\"end\"]", json.toString());
    }

    @Test
    void aValueMayStandAlone() {
        assertEquals("null", new JsonWriter().nothing().toString());
        assertEquals("\"\"", new JsonWriter().text("").toString());
        assertEquals("true", new JsonWriter().truth(true).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0.0",
        "3, 3",
        "-4, -4",
        "0.1, 0.1",
        "1e-7, 1.0E-7",
        "999999999999999, 999999999999999",
        "1e15, 1.0E15",
        "16777217, 16777217"
    })
    void writesTheDigitsOfADouble(double value, String expected) {
        assertEquals(expected, json.number(value, false).toString());
    }

    /** The nearest float to 0.1 is another number as a double, with more digits. */
    @Test
    void writesTheDigitsOfAFloat() {
        double value = 0.1f;
        assertEquals("0.1", new JsonWriter().number(value, true).toString());
        assertEquals(
                "0.10000000149011612", new JsonWriter().number(value, false).toString());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void writesNumbersThatJsonLacksAsStrings(double value) {
        String quoted = "\"" + value + "\"";
        json.open('[').number(value, true).number(value, false).close(']');
        assertEquals("[" + quoted + "," + quoted + "]", json.toString());
        assertEquals("\"x\":" + quoted, new JsonWriter().field("x", value, 3).toString());
    }

    @ParameterizedTest
    @CsvSource({"1.23456, 2, 1.23", "0.125, 2, 0.12", "0.375, 2, 0.38", "2, 3, 2", "-0.0004, 3, 0", "1234.5, 0, 1234"})
    void roundsToDecimals(double value, int decimals, String expected) {
        assertEquals("\"x\":" + expected, json.field("x", value, decimals).toString());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "34, `\\\"`",
                "92, `\\\\`",
                "10, `\\n`",
                "13, `\\r`",
                "9, `\\t`",
                "0, `\\u0000`",
                "31, `\\u001f`",
                "127, `\\u007f`",
                "60, `\\u003c`",
                "8232, `\\u2028`",
                "8233, `\\u2029`",
                "55357, `\\ud83d`",
                "62, `>`",
                "8706, `∂`"
            })
    void escapesWhatJsonOrAPageCannotHold(int character, String expected) {
        String text = "a" + (char) character + "b";
        assertEquals("\"a" + expected + "b\"", json.text(text).toString());
        assertEquals("\"a" + expected + "b\":1", new JsonWriter().field(text, 1).toString());
    }

    @Test
    void nothingEndsAScriptElement() {
        json.open('{').field("</script>", "<!--").close('}');
        assertFalse(json.toString().contains("<"), json::toString);
    }
}
