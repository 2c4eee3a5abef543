package dev.autodiff.nn.data.csv;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.TestFiles;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class CsvTableTest {
    @TempDir
    private Path directory = Path.of("");

    private Path file(String text) {
        return TestFiles.write(directory, "data.csv", text);
    }

    private void refusedWith(String text, String... words) {
        refused(DataException.class, () -> CsvTable.read(file(text)).all(), words);
    }

    @Test
    void readsNamedColumns() {
        CsvTable table = CsvTable.read(TestFiles.resource("houses_talk.csv"));
        assertEquals(List.of("floor_area", "distance", "rooms", "price"), table.names());
        assertEquals(3, table.rows());
        assertEquals(NDArray.of(3f, 6f, 3f), table.column("rooms"));
        assertEquals(
                NDArray.of(new float[][] {{345000, 1250}, {580000, 1700}, {360000, 1400}}),
                table.columns("price", "floor_area"));
        assertEquals(Shape.of(3, 4), table.all().shape());
        assertEquals(Shape.of(3, 3), table.allExcept("price").shape());
        assertEquals("CsvTable[3 rows of floor_area, distance, rooms, price]", table.toString());
    }

    @Test
    void readsRealFiles() {
        CsvTable iris = CsvTable.read(TestFiles.resource("iris.csv"));
        Dataset data = new Dataset(iris.allExcept("target"), iris.classes("target"));
        assertEquals("Dataset[150 rows: features FLOAT32 [150, 4], labels INT32 [150]]", data.toString());
        assertEquals(2, data.labels().at(149));
        CsvTable regression = CsvTable.read(
                TestFiles.resource("make_regression_42.csv"),
                CsvOptions.standard().dtype(DType.FLOAT64));
        assertEquals(1.85227818, regression.column("x").at(0));
        assertEquals(40, regression.classes("is_test").toDoubles().length / 5);
    }

    @Test
    void readsWhatSpreadsheetsWrite() {
        NDArray expected = NDArray.of(new float[][] {{1.5f, -2}, {1e-3f, 4}});
        assertEquals(
                expected,
                CsvTable.read(file("\uFEFFa,b\r\n1.5,-2\r\n1e-3,+4\r\n")).all());
        assertEquals(
                expected,
                CsvTable.read(file("\"a\",\"b\"\n\n\"1.5\", -2 \n1E-3,4.")).all());
        CsvOptions semicolons = CsvOptions.standard().separator(';');
        assertEquals(
                expected,
                CsvTable.read(file("a;b\n1.5;-2\n.001;4\n"), semicolons).columns("a", "b"));
        CsvOptions noHeader = CsvOptions.standard().withoutHeader("p", "q");
        assertEquals(expected, CsvTable.read(file("1.5,-2\n1e-3,4\n"), noHeader).columns("p", "q"));
    }

    @Test
    void readsGzip() {
        byte[] packed = TestFiles.gzip("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        Path file = TestFiles.write(directory, "data.csv.gz", packed);
        assertEquals(NDArray.of(new float[][] {{1, 2}}), CsvTable.read(file).all());
    }

    @Test
    void damagedGzipIsTold() {
        byte[] packed = TestFiles.gzip("a,b\n1,2\n3,4\n".getBytes(StandardCharsets.UTF_8));
        Path cut = TestFiles.write(directory, "cut.csv.gz", java.util.Arrays.copyOf(packed, packed.length - 12));
        refused(DataException.class, () -> CsvTable.read(cut), "cut.csv.gz", "cut off");
        packed[packed.length - 8] ^= 1;
        Path damaged = TestFiles.write(directory, "crc.csv.gz", packed);
        refused(DataException.class, () -> CsvTable.read(damaged), "crc.csv.gz", "damaged");
    }

    @Test
    void misspeltColumnsSuggestTheNearest() {
        CsvTable table = CsvTable.read(TestFiles.resource("houses_talk.csv"));
        refused(
                DataException.class,
                () -> table.column("prize"),
                "no column \"prize\"",
                "did you mean \"price\"?",
                "floor_area, distance, rooms, price");
        refused(DataException.class, () -> table.columns("Rooms"), "did you mean \"rooms\"?");
        refused(DataException.class, () -> table.allExcept("florarea"), "did you mean \"floor_area\"?");
        refused(DataException.class, () -> table.column("temperature"), "no column \"temperature\". The columns are");
    }

    @Test
    void missingFileAndDirectoryAreTold() {
        file("a\n1\n");
        refused(
                DataException.class,
                () -> CsvTable.read(directory.resolve("dat.csv")),
                directory.resolve("dat.csv").toAbsolutePath().toString(),
                "does not exist",
                "did you mean \"data.csv\"?");
        refused(DataException.class, () -> CsvTable.read(directory), "is a directory", "data.csv");
        refused(
                DataException.class,
                () -> CsvTable.read(Path.of("no", "such", "file.csv")),
                "nor does its directory",
                Path.of("").toAbsolutePath().toString());
    }

    @Test
    void textIsNamedWithItsPlaceOnceItsNumbersAreWanted() {
        CsvTable table = CsvTable.read(file("x,species,y\n1,setosa,2\n3,virginica,4\n"));
        assertArrayEquals(new float[] {1, 2, 3, 4}, table.columns("x", "y").toFloats());
        refused(
                DataException.class,
                () -> table.column("species"),
                "data.csv, line 2, column 2 (\"species\")",
                "\"setosa\" is not a number");
        refused(
                DataException.class,
                () -> table.dataset("species"),
                "\"setosa\" is not a number",
                "classDataset(\"species\")");
        assertEquals(2, table.classDataset("species").rows());
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1f", "0x1p3", "1e", "--1", "1 2", "1d", "e", "1.2.3", "½"})
    void textIsNoNumber(String cell) {
        refusedWith("a,b\n1,2\n1," + cell + "\n", "line 3, column 2 (\"b\"): \"" + cell + "\" is not a number");
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        refusedWith("a,b\n1,2\n,2\n", "line 3, column 1 (\"a\"): the cell is empty", "allowMissing");
        refusedWith("a\nNaN\n", "line 2, column 1", "NaN", "allowMissing");
        refusedWith("a,b\n1,Infinity\n", "column 2", "\"Infinity\" is not a finite number");
        refusedWith("a,b\n1,-inf\n", "\"-inf\" is not a finite number");
        refusedWith("a,b\n1,1e39\n", "\"1e39\" is too large for FLOAT32");
        refusedWith("a;b\n1;2\n", "separator(';')");
        refusedWith("a,b\n1,\"2,5\"\n", "decimal comma");
    }

    @Test
    void missingCellsAreReadAsNaNOnRequest() {
        CsvOptions options = CsvOptions.standard().allowMissing();
        NDArray read = CsvTable.read(file("a,b\n1,\nNA,nan\n"), options).all();
        assertArrayEquals(new float[] {1, Float.NaN, Float.NaN, Float.NaN}, read.toFloats());
        refused(
                DataException.class,
                () -> CsvTable.read(file("a\ninf\n"), options).all(),
                "not a finite");
    }

    @Test
    void raggedRowsAreNamed() {
        refusedWith("a,b,c\n1,2,3\n4,5\n", "data.csv, line 3: has 2 fields, but the header has 3", "\"c\" is missing");
        refusedWith("a,b\n1,2\n\n3,4,5\n", "line 4: has 3 fields, but the header has 2");
    }

    @Test
    void filesWithoutDataOrHeaderAreRefused() {
        refusedWith("", "is empty");
        refusedWith("\n\n", "is empty");
        refusedWith("a,b\n", "no rows");
        refusedWith("1,2.5\n3,4\n", "line 1", "header line", "1, 2.5", "withoutHeader");
        refusedWith("a,b,a\n1,2,3\n", "two columns have the name \"a\"");
        refusedWith("a,b\n1,\"2\n3,4\n", "is not CSV");
    }

    @Test
    void otherKindsOfFilesAreRecognised() {
        refusedWith("<!DOCTYPE html>\n<html>404</html>", "web page");
        refusedWith("PK\u0003\u0004....", "zip archive");
        refusedWith("version https://git-lfs.github.com/spec/v1\n", "Git LFS");
        Path utf16 = TestFiles.write(directory, "utf16.csv", "\uFEFFa,b\n1,2\n".getBytes(StandardCharsets.UTF_16LE));
        refused(DataException.class, () -> CsvTable.read(utf16), "UTF-16", "save it as UTF-8");
    }

    @Test
    void bytesThatAreNotUtf8AreNamed() {
        Path latin = TestFiles.write(
                directory, "latin.csv", "a,b\n1,2\n3,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(DataException.class, () -> CsvTable.read(latin), "not UTF-8", "line 3", "0xe9", "save it as UTF-8");
    }

    @Test
    void textLabelsAreNumberedInAlphabeticalOrder() {
        CsvTable table = CsvTable.read(file("id,species\n1,virginica\n2, setosa\n3,virginica\n4,versicolor\n"));
        assertEquals(List.of("setosa", "versicolor", "virginica"), table.classNames("species"));
        assertEquals(NDArray.of(2, 0, 2, 1), table.classes("species"));
        assertEquals(NDArray.of(2, 0, 2, 1), table.classes("species", 3));
        refused(DataException.class, () -> table.classes("species", 2), "line 2, column 2 (\"species\")", "class 2");
        List<String> order = List.of("virginica", "setosa", "versicolor", "other");
        assertEquals(NDArray.of(0, 1, 0, 2), table.classes("species", order));
        refused(
                DataException.class,
                () -> table.classes("species", List.of("virginica", "setosaa")),
                "line 3, column 2",
                "\"setosa\" is not one of the 2 classes; did you mean \"setosaa\"?");
        refused(DataException.class, () -> table.classNames("id"), "\"id\" has no text labels", "classes(\"id\")");
        CsvTable gaps = CsvTable.read(file("a,b,c\nx,,1\n,y,x\n"));
        refused(
                DataException.class,
                () -> gaps.classes("a"),
                "line 3, column 1",
                "the cell is empty",
                "classes(\"a\", List.of(..., \"\"))");
        assertEquals(NDArray.of(0, 1), gaps.classes("a", List.of("x", "")));
        refused(DataException.class, () -> gaps.classes("b"), "line 2, column 2", "the cell is empty");
        refused(DataException.class, () -> gaps.classes("c"), "line 3, column 3", "\"x\" is not a number");
    }

    @Test
    void namesMayBeNumbersAndMayBeMissing() {
        NDArray expected = NDArray.of(new float[][] {{1, 2}});
        Path years = file("2020,2021\n1,2\n");
        CsvTable table = CsvTable.read(years, CsvOptions.standard().numbersAsNames());
        assertEquals(List.of("2020", "2021"), table.names());
        assertEquals(expected, table.all());
        refused(DataException.class, () -> CsvTable.read(years), "only numbers", "numbersAsNames()");
        CsvTable unnamed = CsvTable.read(file("1,2\n"), CsvOptions.standard().withoutHeader());
        assertEquals(List.of("column1", "column2"), unnamed.names());
        assertEquals(expected, unnamed.all());
        refused(
                DataException.class,
                () -> CsvTable.read(file("1,2\n3\n"), CsvOptions.standard().withoutHeader()),
                "line 2: has 1 field, but the first line has 2");
    }

    @Test
    void linesOfCommentsAreSkipped() {
        CsvOptions options = CsvOptions.standard().comment('#');
        CsvTable table = CsvTable.read(file("# made by hand\na,b\n# 1,2\n3,4\n"), options);
        assertEquals(NDArray.of(new float[][] {{3, 4}}), table.all());
    }

    @Test
    void commasInNumbersAreExplained() {
        refusedWith("a\n\"1,234\"\n", "\"1,234\" is not a number", "divide thousands or are", "1234 or 1.234");
        refusedWith("a\n\"-1,234,567.5\"\n", "commas divide thousands, write -1234567.5");
        refusedWith("a\n\"12,5\"\n", "decimal comma");
    }

    @Test
    void tablesMayHaveAHundredThousandColumns() {
        int columns = 100_000;
        String names = IntStream.range(0, columns).mapToObj(i -> "gene" + i).collect(Collectors.joining(","));
        String row = IntStream.range(0, columns).mapToObj(i -> i + ".5").collect(Collectors.joining(","));
        CsvTable table = CsvTable.read(file(names + "\n" + row + "\n" + row + "\n"));
        assertEquals(Shape.of(2, columns), table.all().shape());
        assertEquals(99_999.5, table.all().at(2 * columns - 1));
        assertTrue(table.toString().length() < 1_000);
        refused(DataException.class, () -> table.column("gen"), "no column \"gen\"", "(100000 in all)");
    }

    @Test
    void utf16WithoutMarkIsRecognised() {
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Path utf16 = TestFiles.write(directory, "utf16.csv", "a,b\n1,2\n".getBytes(charset));
            refused(DataException.class, () -> CsvTable.read(utf16), "UTF-16", "save it as UTF-8");
        }
    }

    @Test
    void classesAreWholeNumbers() {
        CsvTable table = CsvTable.read(file("x,y\n1,0\n2,1.5\n"));
        assertEquals(NDArray.of(1, 2), table.classes("x"));
        refused(DataException.class, () -> table.classes("y"), "line 3, column 2 (\"y\")", "1.5");
        assertEquals(NDArray.of(1, 2), table.classes("x", 3));
        refused(DataException.class, () -> table.classes("x", 2), "line 3, column 1 (\"x\")", "class 2", "0 to 1");
        refused(IllegalArgumentException.class, () -> CsvOptions.standard().dtype(DType.INT32), "INT32");
    }

    /** FLOAT32, the type of the table, has none of these numbers. */
    @Test
    void classesAreExactlyWhatTheFileSays() {
        CsvTable table =
                CsvTable.read(file("x,y,z\n1,0.5,16777217.5\n123456789,2.00000001,1\n-2147483648,1,3000000000\n"));
        assertEquals(NDArray.of(1, 123456789, -2147483648), table.classes("x"));
        assertEquals(NDArray.of(1f, 123456792f, (float) Integer.MIN_VALUE), table.column("x"));
        assertEquals(NDArray.of(0.5f, 2f, 1f), table.column("y"));
        refused(DataException.class, () -> table.classes("y"), "line 2", "0.5");
        refused(DataException.class, () -> table.classes("z"), "line 2", "1.67772175E7");
        CsvTable near = CsvTable.read(file("y,z\n2.00000001,3000000000\n"));
        refused(DataException.class, () -> near.classes("y"), "whole numbers", "2.00000001");
        refused(DataException.class, () -> near.classes("z"), "outside of the range of INT32");
    }

    @Test
    void textFeaturesAreColumnsOfZeroAndOne() {
        CsvTable table = CsvTable.read(file("n,city,m,kind,y\n1,Rome,2,b,no\n3,Oslo,4,a,yes\n5,Rome,6,a,\n"));
        CsvTable numbers = table.oneHot("city", "kind");
        assertEquals(List.of("n", "city_Oslo", "city_Rome", "m", "kind_a", "kind_b", "y"), numbers.names());
        assertEquals(
                NDArray.of(new float[][] {{1, 0, 1, 2, 0, 1}, {3, 1, 0, 4, 1, 0}, {5, 0, 1, 6, 1, 0}}),
                numbers.allExcept("y"));
        assertEquals(NDArray.of(0, 1, 1), numbers.classes("kind_a", 2));
        refused(DataException.class, () -> numbers.classNames("y"), "line 4, column 5 (\"y\")", "the cell is empty");
        CsvTable none = table.oneHot("city", List.of("Rome", "Oslo", "Bern"));
        assertEquals(
                NDArray.of(new float[][] {{1, 0, 0}, {0, 1, 0}, {1, 0, 0}}),
                none.columns("city_Rome", "city_Oslo", "city_Bern"));
        refused(DataException.class, () -> none.classNames("y"), "line 4, column 5 (\"y\")");
        refused(
                DataException.class,
                () -> table.oneHot("city", List.of("Rome")).oneHot("kind"),
                "line 3, column 2 (\"city\")",
                "\"Oslo\" is not one of the 1 classes");
        refused(DataException.class, () -> table.oneHot("m"), "has no text labels");
        refused(DataException.class, () -> table.oneHot("y"), "line 4, column 5 (\"y\")", "the cell is empty");
        refused(DataException.class, () -> table.all(), "oneHot(column)", "for features");
        CsvTable twice = CsvTable.read(file("a_b,a\n1,b\n"));
        refused(DataException.class, () -> twice.oneHot("a"), "there is a column \"a_b\"");
        CsvTable exact = CsvTable.read(file("a\nx\ny\n"), CsvOptions.standard().dtype(DType.FLOAT64));
        assertEquals(
                NDArray.of(new double[][] {{1, 0}, {0, 1}}), exact.oneHot("a").all());
    }
}
