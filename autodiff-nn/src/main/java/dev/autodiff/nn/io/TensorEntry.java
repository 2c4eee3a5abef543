package dev.autodiff.nn.io;

import dev.autodiff.array.DType;
import java.util.List;
import java.util.Optional;

/**
 * An array in a file, as its header describes it.
 *
 * @param type the type of the elements in the format's words, such as {@code F32} or {@code BF16}
 * @param shape the dimensions
 * @param begin the place of its first byte, counted from the end of the header
 * @param end the place after its last byte
 */
public record TensorEntry(String type, List<Long> shape, long begin, long end) {
    /** Copies the list. */
    public TensorEntry {
        shape = List.copyOf(shape);
    }

    /** Returns the type of the array that is read; nothing if no array can have these elements. */
    public Optional<DType> arrayType() {
        return Element.named(type).map(Element::dtype);
    }

    /** Returns the number of bytes in the file. */
    public long bytes() {
        return end - begin;
    }

    /** Returns a description such as {@code F32 [784, 10]}. */
    @Override
    public String toString() {
        return type + " " + shape;
    }
}
