package dev.autodiff.it.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A validator for the keywords of JSON Schema that the schemas of this project use: types, properties, items, limits,
 * {@code enum}, {@code const}, {@code anyOf} and references to {@code $defs}. Any other keyword is an error, so that
 * nothing in a schema is skipped.
 */
final class JsonSchema {
    private static final Set<String> NOTES = Set.of("$schema", "title", "description", "$defs");

    private final Map<String, @Nullable Object> root;

    JsonSchema(String text) {
        this.root = Json.object(Json.parse(text));
    }

    /** Returns all that is wrong with a text, each with its place; empty if the text fits. */
    List<String> faults(String text) {
        List<String> faults = new ArrayList<>();
        check(root, Json.parse(text), "", faults);
        return faults;
    }

    private void check(
            Map<String, @Nullable Object> schema, @Nullable Object value, String place, List<String> faults) {
        schema.forEach((keyword, argument) -> {
            if (!NOTES.contains(keyword)) {
                checkKeyword(keyword, argument, schema, value, place, faults);
            }
        });
    }

    private void checkKeyword(
            String keyword,
            @Nullable Object argument,
            Map<String, @Nullable Object> schema,
            @Nullable Object value,
            String place,
            List<String> faults) {
        boolean fits =
                switch (keyword) {
                    case "type" -> isOf(String.valueOf(argument), value);
                    case "const" -> Objects.equals(argument, value);
                    case "enum" -> Json.array(argument).contains(value);
                    case "minimum" -> !(value instanceof Double number) || number >= number(argument);
                    case "maximum" -> !(value instanceof Double number) || number <= number(argument);
                    case "minItems" -> !(value instanceof List<?> list) || list.size() >= number(argument);
                    case "maxItems" -> !(value instanceof List<?> list) || list.size() <= number(argument);
                    case "required" ->
                        !(value instanceof Map<?, ?> map) || map.keySet().containsAll(Json.array(argument));
                    case "anyOf" -> Json.array(argument).stream().anyMatch(one -> fits(Json.object(one), value, place));
                    case "$ref" -> {
                        check(definition(String.valueOf(argument)), value, place, faults);
                        yield true;
                    }
                    case "items" -> {
                        checkItems(Json.object(argument), value, place, faults);
                        yield true;
                    }
                    case "properties", "additionalProperties" -> {
                        checkMembers(keyword, Json.object(argument), schema, value, place, faults);
                        yield true;
                    }
                    default -> throw new IllegalArgumentException("The validator does not know the keyword " + keyword);
                };
        if (!fits) {
            faults.add(place + ": " + shortened(value) + " does not fit " + keyword + " " + shortened(argument));
        }
    }

    private boolean fits(Map<String, @Nullable Object> schema, @Nullable Object value, String place) {
        List<String> faults = new ArrayList<>();
        check(schema, value, place, faults);
        return faults.isEmpty();
    }

    private void checkItems(
            Map<String, @Nullable Object> schema, @Nullable Object value, String place, List<String> faults) {
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                check(schema, list.get(i), place + "/" + i, faults);
            }
        }
    }

    private void checkMembers(
            String keyword,
            Map<String, @Nullable Object> argument,
            Map<String, @Nullable Object> schema,
            @Nullable Object value,
            String place,
            List<String> faults) {
        if (!(value instanceof Map<?, ?>)) {
            return;
        }
        boolean named = keyword.equals("properties");
        Set<String> others = schema.get("properties") == null
                ? Set.of()
                : Json.object(schema.get("properties")).keySet();
        Json.object(value).forEach((name, member) -> {
            if (named && argument.containsKey(name)) {
                check(Json.object(argument.get(name)), member, place + "/" + name, faults);
            } else if (!named && !others.contains(name)) {
                check(argument, member, place + "/" + name, faults);
            }
        });
    }

    private Map<String, @Nullable Object> definition(String reference) {
        String start = "#/$defs/";
        if (!reference.startsWith(start)) {
            throw new IllegalArgumentException("Only references to definitions are known: " + reference);
        }
        return Json.object(Json.object(root.get("$defs")).get(reference.substring(start.length())));
    }

    private static boolean isOf(String type, @Nullable Object value) {
        return switch (type) {
            case "object" -> value instanceof Map<?, ?>;
            case "array" -> value instanceof List<?>;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Double;
            case "integer" -> value instanceof Double number && number == Math.rint(number);
            case "null" -> value == null;
            default -> throw new IllegalArgumentException("The validator does not know the type " + type);
        };
    }

    private static double number(@Nullable Object value) {
        return (double) Objects.requireNonNull(value);
    }

    private static String shortened(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
