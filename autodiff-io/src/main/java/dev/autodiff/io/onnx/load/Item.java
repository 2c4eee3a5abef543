package dev.autodiff.io.onnx.load;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value of a model: a tensor, an array of the file that becomes one when it is needed, or known whole numbers. */
final class Item {
    private final @Nullable Longs longs;
    private final @Nullable NDArray array;
    private final Supplier<Tensor> maker;
    private final boolean isVariable;
    private @Nullable Tensor tensor;

    private Item(@Nullable Longs longs, @Nullable NDArray array, boolean isVariable, Supplier<Tensor> maker) {
        this.longs = longs;
        this.isVariable = isVariable;
        this.array = array;
        this.maker = maker;
    }

    static Item of(Tensor tensor) {
        return new Item(null, Leaves.constantValue(tensor).orElse(null), false, () -> tensor);
    }

    static Item of(Longs longs) {
        return new Item(longs, null, false, longs::tensor);
    }

    /** Makes an item of an array, which a maker makes a tensor of. */
    static Item of(NDArray array, Supplier<Tensor> maker) {
        return new Item(null, array, false, maker);
    }

    /** Makes an item of the value that a variable begins with. */
    static Item ofVariable(NDArray array, Supplier<Tensor> maker) {
        return new Item(null, array, true, maker);
    }

    /** Returns the value as a tensor, always the same. */
    Tensor tensor() {
        Tensor known = tensor;
        if (known == null) {
            known = maker.get();
            tensor = known;
        }
        return known;
    }

    /** Returns true if the value is known and stays what it is. */
    boolean isConstant() {
        return longs != null ? longs.isClosed() : array != null && !isVariable;
    }

    /** Returns true if a number or a dimension of the value is open until the model is run. */
    boolean isOpen() {
        return longs != null
                ? !longs.isClosed()
                : array == null && !tensor().shape().isKnown();
    }

    /** Returns the whole numbers, if they are known. */
    Optional<Longs> longs() {
        return Optional.ofNullable(longs);
    }

    /** Returns the value, if it is known. */
    Optional<NDArray> array() {
        return longs == null
                ? Optional.ofNullable(array)
                : Optional.of(longs).filter(Longs::isClosed).map(Longs::array);
    }
}
