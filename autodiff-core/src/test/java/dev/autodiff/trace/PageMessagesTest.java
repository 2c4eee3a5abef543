package dev.autodiff.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All that the page says stands in one file, {@code messages.js}. */
@Tag("kernel-independent")
class PageMessagesTest {
    private static final Set<String> MESSAGES = found("\"([\\w.]+)\": \"", HtmlPage.resource("messages.js"));
    private static final List<String> MARKUP =
            Stream.of("page.html", "train.html").map(HtmlPage::resource).toList();
    private static final String SCRIPTS = HtmlPage.scripts()
            .filter(name -> !name.equals("messages.js"))
            .map(HtmlPage::resource)
            .collect(Collectors.joining("\n"));

    private static Set<String> found(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void everyMessageThatIsAskedForExists() {
        Set<String> asked = found("say\\(\"([\\w.]+\\w)\"", SCRIPTS);
        MARKUP.forEach(markup -> asked.addAll(found("data-say[\\w-]*=\"([^\"]+)\"", markup)));
        assertTrue(asked.size() > 200, asked::toString);
        asked.removeAll(MESSAGES);
        assertEquals(Set.of(), asked);
    }

    /** A message is asked for by its name, or by the first part of it with what is computed. */
    @Test
    void everyMessageIsUsed() {
        String all = SCRIPTS + String.join("\n", MARKUP);
        Set<String> unused = new TreeSet<>();
        for (String name : MESSAGES) {
            String start = name.startsWith("derive.") ? "derive." : name.substring(0, name.lastIndexOf('.') + 1);
            if (!all.contains('"' + name + '"') && !all.contains('"' + start + "\" +")) {
                unused.add(name);
            }
        }
        assertEquals(Set.of(), unused);
    }

    @Test
    void theMarkupHasNoTextOfItsOwn() {
        for (String markup : MARKUP) {
            String body = markup.substring(Math.max(0, markup.indexOf("<body>")))
                    .replaceAll("(?s)<noscript>.*?</noscript>|<script.*?</script>|<!--.*?-->", "");
            assertEquals(Set.of(), found(">([^<>]*[A-Za-z]{2}[^<>]*)<", body));
            assertEquals(Set.of(), found("\\s(?:title|aria-label|placeholder)=\"([^\"]+)\"", body));
        }
    }
}
