package dev.autodiff.benchmarks.worker;

/** A flat JSON object on one line. */
public final class Reply {
    private final StringBuilder json = new StringBuilder("{");

    /** Adds a number, which must be finite, as JSON has no other numbers. */
    public Reply put(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(key + " is " + value + ", which JSON cannot express");
        }
        key(key);
        json.append(value);
        return this;
    }

    /** Adds a text. */
    public Reply put(String key, String value) {
        key(key);
        quote(value);
        return this;
    }

    private void key(String key) {
        if (json.length() > 1) {
            json.append(", ");
        }
        quote(key);
        json.append(": ");
    }

    private void quote(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else {
                json.append(c < ' ' ? ' ' : c); // a line break would end the reply
            }
        }
        json.append('"');
    }

    /** Returns the line without the line break. */
    @Override
    public String toString() {
        return json + "}";
    }
}
