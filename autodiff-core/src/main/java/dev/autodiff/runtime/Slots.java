package dev.autodiff.runtime;

import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** The numbers of the places that values live in while a program runs; a view lives where its operand does. */
public final class Slots {
    /** By value id: one more than the slot, 0 if there is none. */
    private final int[] numbers;
    /** By slot: the value that is in it. */
    private final List<Value> values = new ArrayList<>();

    /** Creates numbers for a program of so many values. */
    public Slots(int valueCount) {
        numbers = new int[valueCount];
    }

    /** Returns the place of a value, which gets one if it has none yet. */
    public int of(Value value) {
        Value root = value.root();
        if (numbers[root.id()] == 0) {
            values.add(root);
            numbers[root.id()] = values.size();
        }
        return numbers[root.id()] - 1;
    }

    /** Returns the number of places. */
    int count() {
        return values.size();
    }

    /** Returns the places of several values. */
    int[] of(List<Value> operands) {
        int[] all = new int[operands.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = of(operands.get(i));
        }
        return all;
    }

    /** Returns the value in a slot. */
    Value valueAt(int slot) {
        return values.get(slot);
    }
}
