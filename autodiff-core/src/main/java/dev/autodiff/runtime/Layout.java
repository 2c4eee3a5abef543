package dev.autodiff.runtime;

import dev.autodiff.ir.State;
import dev.autodiff.ir.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The places that values live in while a program runs.
 *
 * @param slots the numbers of these places
 * @param buffers the memory that a workspace allocates
 * @param homes by {@link Value#id}, the buffer of each computed value that is not written into a state
 * @param inPlace the values that are written into a state as they are computed
 * @param inputs the number of arrays that are fed
 * @param randomNodes the number of random operations
 */
@SuppressWarnings("ArrayRecordComponent")
public record Layout(
        Slots slots,
        List<Buffer> buffers,
        @Nullable Buffer[] homes,
        Map<Value, State> inPlace,
        int inputs,
        int randomNodes) {
    /** Returns the buffer of a value; null if it is written into a state, or not computed. */
    public @Nullable Buffer home(Value value) {
        return homes[value.id()];
    }

    /** Returns the buffer or state whose memory a value is in; null if no instruction writes there. */
    public @Nullable Object memory(Value value) {
        Value root = value.root();
        State target = inPlace.get(root);
        if (target != null) {
            return target;
        }
        return root.primitive() instanceof dev.autodiff.ir.StateRead read ? read.state() : home(root);
    }
}
