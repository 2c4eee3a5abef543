package dev.autodiff.program;

import java.util.HashMap;
import java.util.Map;

/** Numbers the places that values live in while a program runs; a reshaped value lives where the original does. */
final class Slots {
    private final Map<Value, Integer> slots = new HashMap<>();

    int of(Value value) {
        Value root = MemoryPlan.root(value);
        Integer known = slots.get(root);
        if (known == null) {
            known = slots.size();
            slots.put(root, known);
        }
        return known;
    }

    int count() {
        return slots.size();
    }

    Map<Value, Integer> all() {
        return slots;
    }
}
