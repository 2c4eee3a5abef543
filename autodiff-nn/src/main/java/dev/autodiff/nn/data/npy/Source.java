package dev.autodiff.nn.data.npy;

import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.util.function.Function;

/**
 * The place that an array is read from, for the words of errors and for what is known before it is read.
 *
 * @param error the error with a message that begins with a verb
 * @param failure the error for a failure to read bytes
 * @param most the number of bytes, header included, that there are at the most
 * @param exact true if there are exactly so many
 */
record Source(
        Function<String, DataException> error, Function<IOException, DataException> failure, long most, boolean exact) {
    DataException error(String message) {
        return error.apply(message);
    }
}
