package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Attachments;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mask of the input of a layer while it is applied, and what becomes of it. */
final class StepMask {
    private final @Nullable Tensor mask;

    /** True if the layer, or one within it, took account of a mask. */
    private boolean isUsed;

    /** True if a warning said that the layer, or one within it, drops a mask. */
    private boolean isWarnedOf;

    private StepMask(@Nullable Tensor mask) {
        this.mask = mask;
    }

    /** Returns the mask of an input, if it has one. */
    static StepMask of(Tensor x) {
        return new StepMask(Attachments.mask(x).orElse(null));
    }

    /** Returns the mask, of which the layer takes account. */
    Optional<Tensor> use() {
        isUsed = true;
        return Optional.ofNullable(mask);
    }

    /** Returns an output with the mask, unless it has one or no steps. */
    Tensor attachTo(Tensor y) {
        if (mask == null || y.shape().rank() < 3 || Attachments.mask(y).isPresent()) {
            return y;
        }
        return Attachments.masked(y, mask);
    }

    /**
     * Warns if the mask gets lost although it was not used, or the output still has the steps.
     *
     * @param layer the kind and the name of the layer
     */
    void check(String layer, Tensor y) {
        if (mask == null || isWarnedOf || Attachments.mask(y).isPresent()) {
            return;
        }
        boolean hasSteps = y.shape().rank() > 2
                && y.shape().dim(0) == mask.shape().dim(0)
                && y.shape().dim(1) == mask.shape().dim(1);
        if (!isUsed || hasSteps) {
            isWarnedOf = true;
            GraphWarnings.warn(
                    "mask",
                    "The " + layer + (isUsed ? "" : " does not use the mask of its input and")
                            + " drops " + (isUsed ? "the mask of its input" : "it")
                            + ", so that from here on padding counts as any other step, in layers and in the loss."
                            + " Recurrent layers, attention and the global pooling of sequences use masks, and layers"
                            + " that compute step by step hand them on. A layer of your own does so with"
                            + " scope.masked(y), a function with Attachments.masked(y, mask)");
        }
    }

    /** Tells the layer around what became of the mask. */
    void tell(StepMask around) {
        around.isUsed |= isUsed;
        around.isWarnedOf |= isWarnedOf;
    }

    /** Returns no mask, for what has no input. */
    static StepMask none() {
        return new StepMask(null);
    }
}
