package dev.autodiff.nn.data.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Dates, divided thousands, files that are read in parts, data sets in one call, and JSON lines. */
@Tag("kernel-independent")
class CsvFormsTest {
    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("table.csv"), text);
    }

    private CsvTable read(String text, CsvOptions options) throws IOException {
        return CsvTable.read(file(text), options.dtype(DType.FLOAT64));
    }

    private static void refused(String expected, Executable reading) {
        String message =
                String.valueOf(assertThrows(DataException.class, reading).getMessage());
        assertTrue(message.contains(expected), message);
    }

    // ---- dates ----

    @Test
    void datesAreDaysSince1970() throws IOException {
        CsvTable table = read(
                "day,x\n1970-01-01,1\n1970-01-02T12:00,1\n2024-02-29 18:00:00Z,1\n2024-02-29T18:00:00+03:00,1\n"
                        + "1969-12-31,1\n\"2024-02-29T00:00:00.5\",1\n",
                CsvOptions.standard().date("day"));
        double leap = LocalDate.of(2024, 2, 29).toEpochDay();
        assertArrayEquals(
                new double[] {0, 1.5, leap + 0.75, leap + 0.625, -1, leap + 0.5 / 86400},
                table.column("day").toDoubles(),
                1e-9);
    }

    @Test
    void datesHaveFormsOfTheirOwn() throws IOException {
        CsvTable table = read(
                "a;b;c\n31.12.2023;3/9/24 06:00;7 Mar 2020\n1.1.1970;12/31/99 00:00;1 Jan 1970\n",
                CsvOptions.standard()
                        .separator(';')
                        .date("a", "d.M.yyyy")
                        .date("b", "M/d/uu HH:mm")
                        .date("c", "d MMM uuuu"));
        assertArrayEquals(
                new double[] {LocalDate.of(2023, 12, 31).toEpochDay(), 0},
                table.column("a").toDoubles());
        assertArrayEquals(
                new double[] {
                    LocalDate.of(2024, 3, 9).toEpochDay() + 0.25,
                    LocalDate.of(2099, 12, 31).toEpochDay()
                },
                table.column("b").toDoubles());
        assertEquals(
                (double) LocalDate.of(2020, 3, 7).toEpochDay(),
                table.column("c").at(0));
    }

    @Test
    void daysThatAreNoneAreRefused() throws IOException {
        for (String day : List.of("2023-02-29", "2023-13-01", "29.2.2024", "2024-2-29", "today", "20240229")) {
            CsvTable table =
                    read("day\n2024-01-01\n" + day + "\n", CsvOptions.standard().date("day"));
            refused("line 3, column 1 (\"day\"): \"" + day + "\" is no date of the form", () -> table.column("day"));
        }
        refused(
                "there is no column \"dya\" of dates; did you mean \"day\"?",
                () -> read("day\n1970-01-01\n", CsvOptions.standard().date("dya")));
        CsvTable missing =
                read("day\n1970-01-01\nNA\n", CsvOptions.standard().date("day").allowMissing());
        assertTrue(Double.isNaN(missing.column("day").at(1)));
        for (String pattern : List.of("q{", "HH:mm", "uuuu")) {
            assertThrows(
                    IllegalArgumentException.class, () -> CsvOptions.standard().date("day", pattern), pattern);
        }
    }

    // ---- thousands ----

    @Test
    void thousandsAreDividedWhereThatIsAsked() throws IOException {
        String text = "x\n\"1,234.5\"\n\"-12,345,678\"\n7\n\"+1,000\"\n";
        assertArrayEquals(
                new double[] {1234.5, -12345678, 7, 1000},
                read(text, CsvOptions.standard().thousands(',')).column("x").toDoubles());
        refused("or read thousands with CsvOptions.thousands(',')", () -> read(text, CsvOptions.standard())
                .column("x"));
        assertEquals(
                1234567,
                read("x\n1 234 567\n", CsvOptions.standard().thousands(' '))
                        .column("x")
                        .at(0));
        for (String wrong : List.of("\"12,34\"", "\"1,2345\"", "\",123\"", "\"1,234,5\"", "\"1.5,000\"")) {
            CsvTable table = read("x\n1\n" + wrong + "\n", CsvOptions.standard().thousands(','));
            refused("is not a number", () -> table.column("x"));
        }
        assertThrows(IllegalArgumentException.class, () -> CsvOptions.standard().thousands('.'));
    }

    @Test
    void decimalsComeAfterACommaWhereThatIsAsked() throws IOException {
        CsvOptions options = CsvOptions.standard().separator(';').decimal(',');
        String text = "x;y\n1,5;1\n-,25;2\n7;3\n1e-3;4\n";
        double[] expected = {1.5, -0.25, 7, 0.001};
        assertArrayEquals(expected, read(text, options).column("x").toDoubles());
        assertArrayEquals(
                expected, read(text, options.thousands('.')).column("x").toDoubles());
        assertArrayEquals(
                new double[] {1234.5, -12345678},
                read("x\n1.234,5\n-12.345.678\n", options.thousands('.'))
                        .column("x")
                        .toDoubles());
        assertEquals(
                2.5,
                read("x,y\n\"2,5\",1\n", options.separator(',')).column("x").at(0));
        for (String wrong : List.of("1.5", "1.234,5", "1.5,5")) {
            refused("decimals come after a comma", () -> read("x\n" + wrong + "\n", options)
                    .column("x"));
        }
        refused("is not a number", () -> read("x\n1,5,5\n", options).column("x"));
        refused("decimal(',') reads such", () -> read(
                        "x;y\n12,5;1\n", CsvOptions.standard().separator(';'))
                .column("x"));
        refused("header", () -> read("1,5;2,5\n3,5;4,5\n", options));
        assertThrows(IllegalArgumentException.class, () -> options.thousands(','));
        assertThrows(IllegalArgumentException.class, () -> options.decimal(';'));
        Path json = Files.writeString(directory.resolve("table.jsonl"), "{\"x\": 1.5}\n{\"x\": 2}\n");
        assertEquals(1.5, JsonLines.read(json, options).column("x").at(0));
    }

    // ---- parts ----

    @Test
    void partsAreTheRowsOfTheWhole() throws IOException {
        StringBuilder text = new StringBuilder("x,name\n");
        for (int i = 0; i < 10; i++) {
            text.append(i).append(i % 3 == 0 ? ",a\n" : ",b\n");
        }
        Path file = file(text.toString());
        for (int rows : new int[] {1, 3, 5, 10, 99}) {
            List<Double> x = new ArrayList<>();
            List<Integer> names = new ArrayList<>();
            int parts = 0;
            try (Stream<CsvTable> all = CsvTable.parts(file, CsvOptions.standard(), rows)) {
                for (CsvTable part : (Iterable<CsvTable>) all::iterator) {
                    assertTrue(part.rows() <= rows);
                    for (double value : part.column("x").toDoubles()) {
                        x.add(value);
                    }
                    for (int value : part.classes("name", List.of("a", "b")).toInts()) {
                        names.add(value);
                    }
                    parts++;
                }
            }
            assertEquals((10 + rows - 1) / rows, parts);
            assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0), x);
            assertEquals(List.of(0, 1, 1, 0, 1, 1, 0, 1, 1, 0), names);
        }
    }

    @Test
    void aDamagedPartIsFoundWhenItIsTaken() throws IOException {
        Path file = file("x,y\n1,2\n3,4\n5\n");
        try (Stream<CsvTable> all = CsvTable.parts(file, CsvOptions.standard(), 2)) {
            Iterator<CsvTable> parts = all.iterator();
            assertEquals(2, parts.next().rows());
            refused("line 4", parts::next);
        }
        Path text = file("x\n1\n2\nthree\n");
        try (Stream<CsvTable> all = CsvTable.parts(text, CsvOptions.standard(), 2)) {
            Iterator<CsvTable> parts = all.iterator();
            assertEquals(3, parts.next().column("x").sum());
            CsvTable second = parts.next();
            refused("line 4, column 1 (\"x\"): \"three\" is not a number", () -> second.column("x"));
            assertThrows(NoSuchElementException.class, parts::next);
        }
        refused("does not exist", () -> CsvTable.parts(directory.resolve("none.csv"), CsvOptions.standard(), 2));
        assertThrows(IllegalArgumentException.class, () -> CsvTable.parts(file, CsvOptions.standard(), 0));
    }

    // ---- data sets ----

    @Test
    void dataSetsAreMadeInOneCall() throws IOException {
        CsvTable table = read("a,b,price,kind\n1,2,30,x\n4,5,60,y\n", CsvOptions.standard());
        Dataset prices = table.dataset("price", "b", "a");
        assertArrayEquals(new double[] {2, 1, 5, 4}, prices.features().toDoubles());
        assertEquals(Shape.of(2, 1), prices.labels().shape());
        Dataset kinds = table.classDataset("kind");
        assertEquals(Shape.of(2, 3), kinds.features().shape());
        assertArrayEquals(new int[] {0, 1}, kinds.labels().toInts());
        refused("is not a number", () -> table.dataset("price"));
        refused("no column", () -> table.dataset("cost"));
    }

    // ---- JSON lines ----

    private CsvTable json(String text) throws IOException {
        return JsonLines.read(file(text), CsvOptions.standard().allowMissing());
    }

    @Test
    void jsonLinesAreATable() throws IOException {
        CsvTable table = json("{\"a\": 1, \"ok\": true, \"name\": \"x\"}\n\n{\"a\": -2.5e1, \"ok\": false,"
                + " \"name\": \"y\", \"late\": 7}\n{\"ok\": null, \"name\": \"x\"}\n");
        assertEquals(List.of("a", "ok", "name", "late"), table.names());
        assertArrayEquals(new float[] {1, -25, Float.NaN}, table.column("a").toFloats());
        assertArrayEquals(new float[] {1, 0, Float.NaN}, table.column("ok").toFloats());
        assertArrayEquals(
                new float[] {Float.NaN, 7, Float.NaN}, table.column("late").toFloats());
        assertArrayEquals(new int[] {0, 1, 0}, table.classes("name").toInts());
        CsvTable dates = JsonLines.read(
                file("{\"day\": \"1970-01-03\"}\n"), CsvOptions.standard().date("day"));
        assertEquals(2, dates.column("day").at(0));
    }

    @Test
    void linesThatAreNoObjectsAreRefused() throws IOException {
        refused("line 2: is not JSON", () -> json("{\"a\": 1}\n{\"a\": 1\n"));
        refused("line 1: is no object", () -> json("[1, 2]\n"));
        refused("line 1, column 2 (\"b\"): is an object or an array", () -> json("{\"a\": 1, \"b\": [1]}\n"));
        refused("is empty", () -> json("\n"));
        CsvTable strict = JsonLines.read(file("{\"a\": 1}\n{\"b\": 1}\n"));
        refused("line 2, column 1 (\"a\"): the cell is empty", () -> strict.column("a"));
        refused("line 1, column 2 (\"b\"): the cell is empty", () -> strict.column("b"));
        Path file = directory.resolve("latin.jsonl");
        Files.write(file, "{\"a\": \"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1));
        refused("not UTF-8", () -> JsonLines.read(file));
    }

    @Test
    void mutantsAreReadOrRefused() throws IOException {
        byte[] csv = "day,x,\"n,m\"\n2024-01-01,\"1,000\",a\n2024-01-02,2,\"b\"\"c\"\n"
                .repeat(3)
                .getBytes(StandardCharsets.UTF_8);
        byte[] json = "{\"day\": \"2024-01-01\", \"x\": 1e3, \"n\": \"\\u00fc\"}\n{\"x\": null, \"y\": true}\n"
                .repeat(3)
                .getBytes(StandardCharsets.UTF_8);
        CsvOptions options = CsvOptions.standard().thousands(',').allowMissing();
        Path file = directory.resolve("mutant");
        int refused = 0;
        int count = Integer.getInteger("autodiff.mutants", 200);
        for (int seed = 0; seed < count; seed++) {
            for (boolean isJson : new boolean[] {false, true}) {
                Files.write(file, mutant(isJson ? json : csv, new Random(seed)));
                try {
                    CsvTable table = isJson ? JsonLines.read(file, options) : CsvTable.read(file, options);
                    table.names().forEach(name -> readable(table, name));
                } catch (DataException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > count / 4, "most damage is noticed: " + refused);
    }

    private static void readable(CsvTable table, String name) {
        try {
            table.column(name);
        } catch (DataException e) {
            return; // a column of text
        }
    }

    private static byte[] mutant(byte[] file, Random random) {
        byte[] bytes = file.clone();
        for (int i = 0; i <= random.nextInt(3); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
