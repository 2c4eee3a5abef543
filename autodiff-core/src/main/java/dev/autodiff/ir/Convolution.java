package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * The sums, over the taps of a window and the channels below it, of an image times weights: y[p, o] = Σ x[p + t, c] *
 * w[t, c, o]. Linear in the image and in the weights, so that it has three forms, which are each other's gradients.
 *
 * <p>Images are {@code [images, height, width, channels]}, results {@code [images, height, width, outputs]}, weights
 * {@code [height, width, channels / groups, outputs]}: each group of outputs sees a group of channels alone.
 *
 * @param form the operand of the sums that is computed from the other two
 * @param groups the number of groups
 * @param blocks of {@link Form#WEIGHTS}, into how many the images are divided, each with sums of its own along a first
 *     axis that the result has in addition; else 1
 */
public record Convolution(Form form, Window window, int groups, int blocks) implements Operation {
    /** Most blocks of images: more than threads, which are not equally fast. */
    private static final int MOST_BLOCKS = 16;
    /** Most sums of all blocks together, as they have to be added up. */
    private static final int MOST_SUMS = 1 << 20;

    /** The operand that is computed. */
    public enum Form {
        /** The result, from image and weights. */
        OUTPUT("convolution"),
        /** The gradient of the image, from the result's and the weights: a transposed convolution. */
        IMAGE("convolutionImage"),
        /** The gradient of the weights, from the image and the result's gradient. */
        WEIGHTS("convolutionWeights");

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
        return List.of(form, window.parameters(), groups, blocks);
    }

    /** Returns the shape of the images. */
    public Shape image(Value value) {
        return form == Form.IMAGE ? value.shape() : value.input(0).shape();
    }

    /** Returns the shape of the results. */
    public Shape output(Value value) {
        return form == Form.OUTPUT
                ? value.shape()
                : value.input(form == Form.IMAGE ? 0 : 1).shape();
    }

    /**
     * Returns into how many blocks the images are divided for the gradient of weights: as the shapes alone decide, sums
     * do not depend on the number of threads.
     */
    static int blocksFor(Shape image, Shape weights) {
        int most = Math.min(MOST_BLOCKS, MOST_SUMS / Math.max(1, weights.size()));
        return Math.max(1, Math.min(image.dim(0), most));
    }

    private Shape weights(Shape image, Shape output) {
        return Shape.of(window.height(), window.width(), image.dim(3) / groups, output.dim(3));
    }

    /** Returns the shape of the sums over blocks of images: that of the weights, after an axis for the blocks. */
    Shape blocks(Shape image, Shape output) {
        return Shape.of(blocks, window.height(), window.width(), image.dim(3) / groups, output.dim(3));
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 2);
        for (Value operand : value.inputs()) {
            Verifier.require(value.dtype() == operand.dtype(), value, "has another type than its operand");
        }
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Shape image = image(value);
        Shape output = output(value);
        Window.verify(value, image, output);
        Verifier.require(
                image.dim(3) % groups == 0 && output.dim(3) % groups == 0, value, "has groups that do not divide");
        Shape weights = form == Form.WEIGHTS ? value.shape() : value.input(1).shape();
        Shape wanted = form == Form.WEIGHTS ? blocks(image, output) : weights(image, output);
        Verifier.require(weights.equals(wanted), value, "has weights of another shape");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    private long products(Value result) {
        return (long) output(result).size() * window.taps() * (image(result).dim(3) / groups);
    }

    @Override
    public long flop(Value result) {
        return 2 * products(result);
    }

    @Override
    public long cost(Value result) {
        return products(result);
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.convolution(this);
    }
}
