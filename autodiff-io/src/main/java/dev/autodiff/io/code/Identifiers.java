package dev.autodiff.io.code;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The names in a Java file, each once: made of the labels of tensors. */
final class Identifiers {
    /** The words that are no names in Java, and the parameter of the constructor. */
    private static final String RESERVED = "_ abstract arrays assert boolean break byte case catch char class const"
            + " continue default do double else enum extends false final finally float for goto if implements import"
            + " instanceof int interface long native new null package private protected public return short static"
            + " strictfp super switch synchronized this throw throws transient true try void volatile while";

    private final Set<String> taken = new HashSet<>(Arrays.asList(RESERVED.split(" ", -1)));

    /** Returns a new name like {@code dense1Weights} for {@code dense1/weights}. */
    String of(String label) {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < label.length(); i++) {
            char next = label.charAt(i);
            boolean fits =
                    name.isEmpty() ? Character.isJavaIdentifierStart(next) : Character.isJavaIdentifierPart(next);
            if (!fits || next == '_' || next > '~') {
                upper = !name.isEmpty();
                if (name.isEmpty() && Character.isDigit(next)) {
                    name.append('t').append(next);
                }
                continue;
            }
            name.append(upper ? Character.toUpperCase(next) : next);
            upper = false;
        }
        if (name.isEmpty()) {
            name.append("tensor");
        }
        name.setCharAt(0, Character.toLowerCase(name.charAt(0)));
        String base = name.toString();
        String candidate = base;
        for (int i = 2; !taken.add(candidate); i++) {
            candidate = base + i;
        }
        return candidate;
    }
}
