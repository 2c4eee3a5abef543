package dev.autodiff.runtime;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.Value;
import dev.autodiff.ir.Window;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.WindowLayout;

/** An instruction that goes over the windows of images, which threads divide among them. */
abstract class ImageInstruction extends Instruction {
    final ImageArrays arrays;
    final WindowLayout layout;
    /** The number of images. */
    final int images;

    /**
     * Creates the instruction.
     *
     * @param image the shape of the images below the windows
     * @param output the shape with one place for each window
     */
    ImageInstruction(FusedGroup group, Window window, Shape image, Shape output, Kernels kernels) {
        super(group);
        this.arrays = new ImageArrays(kernels, group.last().dtype());
        this.images = image.dim(0);
        this.layout = new WindowLayout(
                image.dim(1),
                image.dim(2),
                image.dim(3),
                output.dim(1),
                output.dim(2),
                window.height(),
                window.width(),
                window.strideY(),
                window.strideX(),
                window.dilationY(),
                window.dilationX(),
                window.top(),
                window.left());
    }

    /** Computes what belongs to some images. */
    abstract void executeImages(Workspace workspace, int image0, int image1);

    @Override
    public int parts(int threads) {
        return Math.max(1, Math.min(partsFor(work(), threads), images));
    }

    @Override
    public int rows(int threads) {
        return images >= threads ? images : 0;
    }

    @Override
    public boolean readsByRows(Value operand) {
        return true;
    }

    @Override
    public final boolean isExclusive() {
        return false;
    }

    /** A product of the rows of a single window would sum in another order. */
    @Override
    final int leastRows() {
        return layout.windows() > 1 ? 1 : RowGroup.UNIT;
    }

    @Override
    final void executeRows(Workspace workspace, int row0, int row1) {
        executeImages(workspace, row0, row1);
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        executeImages(workspace, from(images, part, parts), from(images, part + 1, parts));
    }

    /** Returns the sizes of images and windows in a few words. */
    final String sizes() {
        return images + "x" + layout.imageHeight() + "x" + layout.imageWidth() + "x" + layout.channels() + " window "
                + layout.height() + "x" + layout.width();
    }
}
