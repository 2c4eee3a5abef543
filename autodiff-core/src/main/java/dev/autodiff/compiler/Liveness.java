package dev.autodiff.compiler;

import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The values that a program needs, in order, and their uses. Operations that nothing needs are left out. */
final class Liveness {
    /** Needed values in topological order. */
    final List<Value> live = new ArrayList<>();
    /** By value id: the needed operations that read it, each once. */
    final List<List<Value>> consumers;
    /** By value id: fetched or assigned, so that it must be stored. */
    final boolean[] kept;
    /** By value id: fetched, so that it is wanted besides what is assigned. */
    final boolean[] fetched;

    private final boolean[] needed;

    Liveness(List<Value> values, Collection<Value> outputs, Collection<Value> assigned) {
        needed = new boolean[values.size()];
        kept = new boolean[values.size()];
        fetched = new boolean[values.size()];
        for (Value output : outputs) {
            keep(output);
            fetched[output.id()] = true;
        }
        for (Value value : assigned) {
            keep(value);
        }
        consumers = new ArrayList<>(values.size());
        for (int id = values.size() - 1; id >= 0; id--) {
            if (needed[id]) {
                for (Value input : values.get(id).inputs()) {
                    needed[input.id()] = true;
                }
            }
        }
        for (Value value : values) {
            consumers.add(new ArrayList<>(2));
            if (needed[value.id()]) {
                live.add(value);
                for (Value input : value.inputs()) {
                    List<Value> readers = consumers.get(input.id());
                    if (readers.isEmpty()
                            || readers.get(readers.size() - 1) != value) { // once, even if it reads it twice
                        readers.add(value);
                    }
                }
            }
        }
    }

    private void keep(Value value) {
        kept[value.id()] = true;
        needed[value.id()] = true;
    }

    List<Value> consumers(Value value) {
        return consumers.get(value.id());
    }
}
