package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * The largest element below each window, channel by channel: of several that are equally large the first, and a NaN
 * rather than any number. Both forms are linear in their second operand, and each other's gradients by it.
 *
 * @param form the direction
 */
public record MaxPool(Form form, Window window) implements Operation {
    /** The direction: from images to windows or back. */
    public enum Form {
        /**
         * The element of the second operand where the first, an image of the same shape, is largest: the pooled image
         * if both are the same.
         */
        OUTPUT("maxPool"),
        /** The second operand, one element for each window, added up where the first, the image, is largest. */
        IMAGE("maxPoolImage");

        private final String text;

        Form(String text) {
            this.text = text;
        }
    }

    @Override
    public String name() {
        return form.text;
    }

    @Override
    public Object parameters() {
        return List.of(form, window.parameters());
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 2);
        for (Value operand : value.inputs()) {
            Verifier.require(value.dtype() == operand.dtype(), value, "has another type than its operand");
        }
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Shape image = value.input(0).shape();
        Shape second = value.input(1).shape();
        Window.verify(value, image, form == Form.OUTPUT ? value.shape() : second);
        Shape like = form == Form.OUTPUT ? second : value.shape();
        Verifier.require(like.equals(image), value, "has another shape than the image");
        Verifier.require(
                image.dim(3) == (form == Form.OUTPUT ? value.shape() : second).dim(3),
                value,
                "has another number of channels than the image");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return (long) windows(result) * window.taps();
    }

    private int windows(Value result) {
        return form == Form.OUTPUT ? result.size() : result.input(1).size();
    }

    @Override
    public long cost(Value result) {
        return 2L * windows(result) * window.taps();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.maxPool(this);
    }
}
