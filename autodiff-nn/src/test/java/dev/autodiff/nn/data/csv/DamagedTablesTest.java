package dev.autodiff.nn.data.csv;

import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.DamagedCopies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeded damages of tables: each is read, or refused with words that name the file. */
@Tag("kernel-independent")
class DamagedTablesTest {
    private static final String CSV = """
        # sales
        day,price,amount,kind
        2024-02-29,"1,250.5",3,"new, boxed"
        2024-03-01,900,,used
        2024-03-02,-7.25e2,1,"said ""new"", twice"
        2024-03-03,NaN,4,used
        """;

    private static final String JSON = """
        {"day": "2024-02-29", "price": 1250.5, "amount": 3, "kind": "new", "sold": true}
        {"day": "2024-03-01", "price": -7.25e2, "amount": null, "kind": "us\\u0065d", "sold": false}
        {"day": "2024-03-02", "price": 900, "amount": 1, "kind": "used", "sold": true}
        """;

    private static final CsvOptions OPTIONS =
            CsvOptions.standard().comment('#').date("day").thousands(',').allowMissing();

    @TempDir
    private Path directory = Path.of("");

    private static void use(CsvTable table) {
        table.classes("kind");
        table.dataset("price", "day", "amount");
    }

    @Tag("slow")
    @Test
    void csvStandsDamages() {
        byte[] bytes = CSV.getBytes(StandardCharsets.UTF_8);
        DamagedCopies.assertStood(directory, bytes, "damaged.csv", path -> use(CsvTable.read(path, OPTIONS)), 20);
        DamagedCopies.assertStood(directory, bytes, "plain.csv", path -> CsvTable.read(path), 5);
        DamagedCopies.assertStood(
                directory,
                bytes,
                "parts.csv",
                path -> {
                    try (Stream<CsvTable> parts = CsvTable.parts(path, OPTIONS, 2)) {
                        parts.forEach(DamagedTablesTest::use);
                    }
                },
                20);
        DamagedCopies.assertStood(
                directory, TestFiles.gzip(bytes), "damaged.csv.gz", path -> use(CsvTable.read(path, OPTIONS)), 60);
    }

    @Test
    void jsonLinesStandDamages() {
        byte[] bytes = JSON.getBytes(StandardCharsets.UTF_8);
        DamagedCopies.assertStood(
                directory,
                bytes,
                "damaged.jsonl",
                path -> use(
                        JsonLines.read(path, CsvOptions.standard().date("day").allowMissing())),
                40);
    }
}
