package dev.autodiff.nn.io;

import dev.autodiff.json.JsonReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: where each array is. Everything is checked here: types, shapes, sizes, and that the
 * arrays fill the rest of the file without a gap and without an overlap, so that no byte is read twice or goes unseen.
 *
 * @param entries the arrays by their names, in the order of the header
 * @param metadata texts by their names
 */
record Header(Map<String, TensorEntry> entries, Map<String, String> metadata) {
    /** The name that is not an array but the texts. */
    static final String METADATA = "__metadata__";

    /**
     * Reads a header.
     *
     * @param json the text
     * @param dataBytes the number of bytes that follow it in the file
     * @throws IllegalArgumentException if something is wrong, with the words that follow the file's name in a message
     */
    static Header parse(String json, long dataBytes) {
        Map<?, ?> members = map(JsonReader.parse(json), "the header");
        Map<String, TensorEntry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        members.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (name.equals(METADATA)) {
                map(value, METADATA)
                        .forEach((k, text) -> metadata.put(String.valueOf(k), text(text, METADATA + "." + k)));
            } else {
                entries.put(name, entry(name, map(value, name)));
            }
        });
        requireNeitherGapsNorOverlaps(entries, dataBytes);
        return new Header(entries, metadata);
    }

    private static TensorEntry entry(String name, Map<?, ?> members) {
        String type = text(members.get("dtype"), name + ".dtype");
        List<Long> shape = wholes(members.get("shape"), name + ".shape");
        List<Long> offsets = wholes(members.get("data_offsets"), name + ".data_offsets");
        require(
                offsets.size() == 2 && offsets.get(0) <= offsets.get(1),
                name,
                "its data_offsets are the place of its first byte and that after its last, not " + offsets);
        TensorEntry entry = new TensorEntry(type, shape, offsets.get(0), offsets.get(1));
        Optional<Element> element = Element.named(type);
        if (element.isPresent()) {
            long bytes = bytes(name, entry, element.get().bytes());
            require(bytes == entry.bytes(), name, entry + " takes " + bytes + " bytes, not " + entry.bytes());
        }
        return entry;
    }

    private static long bytes(String name, TensorEntry entry, int elementBytes) {
        try {
            long bytes = elementBytes;
            for (long dim : entry.shape()) {
                bytes = Math.multiplyExact(bytes, dim);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw wrong(name, "the number of bytes of " + entry + " is out of the range of 64 bits");
        }
    }

    private static void requireNeitherGapsNorOverlaps(Map<String, TensorEntry> entries, long dataBytes) {
        List<Map.Entry<String, TensorEntry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, TensorEntry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long end = 0;
        for (Map.Entry<String, TensorEntry> next : inOrder) {
            TensorEntry entry = next.getValue();
            require(
                    entry.end() <= dataBytes,
                    next.getKey(),
                    "its bytes are said to end at " + entry.end() + ", but only " + dataBytes
                            + " follow the header: the file is cut off or damaged");
            require(
                    entry.begin() == end,
                    next.getKey(),
                    "its bytes begin at " + entry.begin() + ", but those before it end at " + end
                            + ": arrays neither overlap nor leave gaps");
            end = entry.end();
        }
        if (end != dataBytes) {
            throw new IllegalArgumentException((dataBytes - end) + " bytes at the end belong to no array");
        }
    }

    private static Map<?, ?> map(@Nullable Object value, String name) {
        require(value instanceof Map, name, "it is an object with names, not " + shown(value));
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static String text(@Nullable Object value, String name) {
        require(value instanceof String, name, "it is a text, not " + shown(value));
        return (String) Objects.requireNonNull(value);
    }

    private static List<Long> wholes(@Nullable Object value, String name) {
        require(
                value instanceof List<?> list && list.stream().allMatch(e -> e instanceof Long whole && whole >= 0),
                name,
                "it is a list of whole numbers of 0 or more, not " + shown(value));
        return ((List<?>) Objects.requireNonNull(value))
                .stream().map(Long.class::cast).toList();
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "missing or null" : value instanceof Map ? "an object" : String.valueOf(value);
    }

    private static void require(boolean holds, String name, String problem) {
        if (!holds) {
            throw wrong(name, problem);
        }
    }

    private static IllegalArgumentException wrong(String name, String problem) {
        return new IllegalArgumentException("the entry \"" + name + "\" is damaged: " + problem);
    }
}
