package dev.autodiff.nn;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The key of a compiled program. Its equality is written out, because that of records is generated at run time, which
 * takes long.
 *
 * @param fetches the tensors that the program computes
 * @param train the training step that it makes; null if none
 * @param inputs the placeholders that are fed, no one twice
 * @param shapes the shapes of their values
 * @param checked whether each node is checked for values that are not finite
 */
record ProgramKey(
        List<Tensor> fetches, @Nullable TrainOp train, List<Placeholder> inputs, List<Shape> shapes, boolean checked) {

    /** Returns the key for what is fed. */
    static ProgramKey of(@Nullable TrainOp train, List<? extends Tensor> fetches, List<Feed> feeds, boolean checked) {
        List<Placeholder> inputs = feeds.stream().map(Feed::placeholder).toList();
        List<Shape> shapes = feeds.stream().map(feed -> feed.value().shape()).toList();
        requireDistinct(inputs);
        return new ProgramKey(List.copyOf(fetches), train, inputs, shapes, checked);
    }

    /**
     * Checks that no placeholder is fed twice.
     *
     * @throws GraphException if one is
     */
    static void requireDistinct(List<Placeholder> inputs) {
        for (int i = 1; i < inputs.size(); i++) {
            if (inputs.subList(0, i).contains(inputs.get(i))) {
                throw new GraphException("Placeholder " + inputs.get(i).describe()
                        + " is fed twice in one run: give it one value\n    made at "
                        + inputs.get(i).sourceLine() + ", fed at " + SourceLine.here());
            }
        }
    }

    /** Returns the assignments of the training step; empty if there is none. */
    List<Tensor> updates() {
        return train == null ? List.of() : train.assignments();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProgramKey key
                && fetches.equals(key.fetches)
                && Objects.equals(train, key.train)
                && inputs.equals(key.inputs)
                && shapes.equals(key.shapes)
                && checked == key.checked;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * fetches.hashCode() + inputs.hashCode()) + shapes.hashCode() + Objects.hashCode(train);
    }
}
