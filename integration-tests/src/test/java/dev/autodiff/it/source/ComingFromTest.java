package dev.autodiff.it.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The names of docs/coming-from.md are those of the public API, as api.txt of each module lists it. */
class ComingFromTest {
    private static final Pattern TYPE = Pattern.compile("^\\S.* dev\\.autodiff\\.[\\w.]*?\\.(\\w+)(<.*| .*)?$");
    private static final Pattern MEMBER = Pattern.compile("(\\w+)(\\(|$)");
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final Pattern NAME = Pattern.compile("([A-Z]\\w*)(\\.(\\w+))?");

    /** Is in a module of its own, which this one does not know. */
    private static final String SPARK = "SparkTrainer";

    /** Returns the members of all types by their simple names. */
    private static Map<String, Set<String>> members() throws IOException {
        Map<String, Set<String>> members = new HashMap<>();
        for (Path file : SourceTree.files("api.txt")) {
            Set<String> current = new HashSet<>();
            for (String line : Files.readAllLines(file)) {
                Matcher type = TYPE.matcher(line.replaceAll(" (extends|implements) .*", ""));
                if (type.matches()) {
                    current = members.computeIfAbsent(type.group(1), name -> new HashSet<>());
                    continue;
                }
                Matcher member = MEMBER.matcher(line);
                if (line.startsWith("    ") && member.find()) {
                    current.add(member.group(1));
                }
            }
        }
        return members;
    }

    @Test
    void everyNameIsInThePublicApi() throws IOException {
        Map<String, Set<String>> members = members();
        assertTrue(members.size() > 100, () -> members.size() + " types");
        List<String> unknown = new ArrayList<>();
        int checked = 0;
        for (String line : Files.readAllLines(SourceTree.root().resolve("docs/coming-from.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 4) {
                continue;
            }
            Matcher code = CODE.matcher(cells[2]);
            while (code.find()) {
                Matcher name = NAME.matcher(code.group(1));
                boolean isKnown = name.matches()
                        && (name.group(1).equals(SPARK)
                                || (members.containsKey(name.group(1))
                                        && (name.group(3) == null
                                                || Objects.requireNonNull(members.get(name.group(1)))
                                                        .contains(name.group(3)))));
                checked++;
                if (!isKnown) {
                    unknown.add(code.group(1));
                }
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(checked > 100, checked + " names");
    }

    @Test
    void eachNameOfATableStandsInOneRow() throws IOException {
        Set<String> names = new HashSet<>();
        List<String> twice = new ArrayList<>();
        for (String line : Files.readAllLines(SourceTree.root().resolve("docs/coming-from.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 4) {
                names.clear();
            } else if (!names.add(cells[1].strip())) {
                twice.add(cells[1].strip());
            }
        }
        assertEquals(List.of(), twice);
    }
}
