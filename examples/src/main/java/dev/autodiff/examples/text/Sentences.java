package dev.autodiff.examples.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sentences of a small grammar on four topics: an opening, who, does what, to what, and how. Topics share words: eggs
 * are beaten, and so are drums and teams; matches and violins are played.
 */
final class Sentences {
    private static final String PEOPLE = "anna|the boys|my brother|two friends|the old man|she";

    private static final List<String> OPENINGS =
            List.of("", "", "today", "on sunday", "in the evening", "once more", "after a while", "last week");

    /** For each topic who, does what, to what, and how. */
    private static final Map<String, List<String>> TOPICS = new LinkedHashMap<>();

    static {
        TOPICS.put(
                "cooking",
                List.of(
                        PEOPLE,
                        "baked|stirred|tasted|served|beat|opened",
                        "the soup|the bread|two eggs|a warm cake|the sauce|a mild cheese",
                        "with salt and butter|in a hot oven|for dinner|with light cream|on a low flame|"));
        TOPICS.put(
                "music",
                List.of(
                        PEOPLE,
                        "played|sang|wrote|heard|opened|practised",
                        "the song|a waltz|the concert|the piano part|an old score|the second movement",
                        "in a minor key|with a steady beat|for two violins|on the drums|with the choir|"));
        TOPICS.put(
                "sport",
                List.of(
                        PEOPLE,
                        "won|lost|watched|played|opened|beat",
                        "the match|the race|a hard game|the old team|the final|the second half",
                        "by two goals|with a late score|on the wet field|in the last minute|at home|"));
        TOPICS.put(
                "weather",
                List.of(
                        "the wind|a storm|the rain|the snow|thick fog|the sun|warm air",
                        "came over|covered|left|reached|hid|beat on",
                        "the hills|the coast|the old town|the lake|the valley|the wet field",
                        "with light showers|mild and grey|before the thunder|with hail|from the west|"));
    }

    private Sentences() {}

    /** A sentence with its topic. */
    record Sentence(String text, String topic) {}

    /**
     * Returns sentences, no two of them alike, with the same number for each topic.
     *
     * @param each the number of sentences of a topic
     */
    static List<Sentence> draw(int each, long seed) {
        Random random = new Random(seed);
        Map<String, Sentence> drawn = new LinkedHashMap<>();
        TOPICS.forEach((topic, parts) -> {
            int wanted = drawn.size() + each;
            while (drawn.size() < wanted) {
                StringBuilder text = new StringBuilder(OPENINGS.get(random.nextInt(OPENINGS.size())));
                for (String part : parts) {
                    String[] choices = part.split("\\|", -1);
                    text.append(' ').append(choices[random.nextInt(choices.length)]);
                }
                drawn.putIfAbsent(
                        text.toString().strip(), new Sentence(text.toString().strip(), topic));
            }
        });
        return new ArrayList<>(drawn.values());
    }
}
