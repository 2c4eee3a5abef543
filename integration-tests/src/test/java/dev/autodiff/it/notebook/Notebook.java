package dev.autodiff.it.notebook;

import dev.autodiff.it.browser.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A notebook of Jupyter.
 *
 * @param file the file
 * @param cells the cells of code
 */
record Notebook(Path file, List<Cell> cells) {
    /** A cell of code, and the number of the cell in the notebook, from 1. */
    record Cell(int number, String code) {}

    static Notebook read(Path file) throws IOException {
        List<Cell> cells = new ArrayList<>();
        List<@Nullable Object> all =
                Json.array(Json.object(Json.parse(Files.readString(file))).get("cells"));
        for (int i = 0; i < all.size(); i++) {
            Map<String, @Nullable Object> cell = Json.object(all.get(i));
            if (String.valueOf(cell.get("cell_type")).equals("code")) {
                String code = Json.array(cell.get("source")).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining());
                cells.add(new Cell(i + 1, code));
            }
        }
        return new Notebook(file, cells);
    }
}
