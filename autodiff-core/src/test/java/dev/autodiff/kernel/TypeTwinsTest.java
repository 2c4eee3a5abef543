package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the kernels for other types equal to those for floats, as Java has no generics over primitive types. */
class TypeTwinsTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/autodiff/kernel");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    /** A word or number, or else a single sign: formatting has no influence. */
    private static final Pattern TOKEN = Pattern.compile("[\\w.]+|\\S");

    private static final int TOKENS_A_LINE = 8;

    @ParameterizedTest
    @ValueSource(strings = {"Reduce", "Matmul", "Images"})
    void kernelsForDoublesAreThoseForFloatsWithTheTypeReplaced(String name) throws IOException {
        List<String> wanted = tokens("Float" + name).stream()
                .map(token -> token.replace("float", "double").replace("Float", "Double"))
                .collect(Collectors.toList());
        assertEquals(
                lines(wanted),
                lines(tokens("Double" + name)),
                "Double" + name + ".java must be Float" + name + ".java with the types replaced: change both alike");
    }

    /** Those of functions differ, as floats have their own; see {@code InterpretedLoopTest}. */
    @ParameterizedTest
    @CsvSource({"Doubles, double, UNIFORM", "Ints, int, SELECT"})
    void interpretersOfArithmeticDifferInTheTypeAlone(String name, String type, String last) throws IOException {
        List<String> wanted = arithmetic("Floats", last).stream()
                .map(token -> token.replace("float", type))
                .toList();
        assertTrue(wanted.size() > 500, () -> wanted.size() + " tokens");
        assertEquals(
                lines(wanted),
                lines(arithmetic(name, last)),
                "The arithmetic of Interpreted" + name
                        + ".java must be that of InterpretedFloats.java: change all alike");
    }

    /** Returns the tokens from the first method of an interpreter to the end of a case. */
    private static List<String> arithmetic(String name, String last) throws IOException {
        List<String> all = tokens("loop/Interpreted" + name);
        List<String> rest = all.subList(all.indexOf("@"), all.size());
        int lastCase = rest.indexOf(last);
        return rest.subList(0, lastCase + rest.subList(lastCase, rest.size()).indexOf("case"));
    }

    private static List<String> tokens(String type) throws IOException {
        String code = COMMENT.matcher(Files.readString(SOURCES.resolve(type + ".java")))
                .replaceAll("");
        return TOKEN.matcher(code).results().map(MatchResult::group).toList();
    }

    /** Some tokens a line, for a message that shows where two texts differ. */
    private static String lines(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            text.append(tokens.get(i)).append((i + 1) % TOKENS_A_LINE == 0 ? '\n' : ' ');
        }
        return text.toString();
    }
}
