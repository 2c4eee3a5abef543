package dev.autodiff.it.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds all sources to the rules of style that the formatter does not know. */
class SourceStyleTest {
    private static final int WIDTH = 120;
    private static final Pattern QUESTION = Pattern.compile(".*(//|/\\*+) *(What|Whether|How|Where)\\b.*");
    /** The first line of a comment that begins on the line after its start. */
    private static final Pattern QUESTION_BELOW = Pattern.compile(" *\\* (What|Whether|How|Where)\\b.*");

    @Test
    void linesHaveAtMost120Columns() throws IOException {
        List<String> found = new ArrayList<>();
        for (String ending : List.of(".java", ".md")) {
            find(ending, line -> line.codePointCount(0, line.length()) > WIDTH && !isRowOfTable(line), found);
        }
        assertEquals(List.of(), found, "These lines have more than 120 columns, which no formatter breaks in comments");
    }

    @Test
    void commentsAreStatements() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : SourceTree.files(".java")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                boolean isFirstBelow = i > 0 && lines.get(i - 1).strip().equals("/**");
                if (QUESTION.matcher(lines.get(i)).matches()
                        || (isFirstBelow && QUESTION_BELOW.matcher(lines.get(i)).matches())) {
                    found.add(at(file, i, lines.get(i)));
                }
            }
        }
        assertEquals(
                List.of(),
                found,
                "A comment begins with What, Whether, How or Where. Write a noun phrase for a type or a field"
                        + " (\"The rows of a part\") and a verb for a method (\"Returns true if ...\")");
    }

    private static void find(String ending, Predicate<String> wrong, List<String> found) throws IOException {
        for (Path file : SourceTree.files(ending)) {
            List<String> lines = Files.readAllLines(file);
            boolean isOutput = false; // in a block of Markdown
            for (int i = 0; i < lines.size(); i++) {
                isOutput ^= lines.get(i).strip().startsWith("```");
                if (!isOutput && wrong.test(lines.get(i))) {
                    found.add(at(file, i, lines.get(i)));
                }
            }
        }
    }

    private static String at(Path file, int index, String line) {
        return "\n" + SourceTree.name(file) + ":" + (index + 1) + ": " + line.strip();
    }

    /** Markdown cannot break a row of a table. */
    private static boolean isRowOfTable(String line) {
        return line.startsWith("|");
    }
}
