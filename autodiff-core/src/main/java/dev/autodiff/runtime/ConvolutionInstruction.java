package dev.autodiff.runtime;

import dev.autodiff.ir.Convolution;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.Partition;

/**
 * A convolution or the gradient of its images. What lies below some windows is copied to rows, so few that they stay in
 * the cache, and multiplied by the matrix of weights; the gradient goes the other way, and adds rows to the images.
 */
public final class ConvolutionInstruction extends ImageInstruction {
    /** The elements of the rows that are multiplied at a time: they stay in the second-level cache. */
    static final int MOST_GATHERED = 1 << 16;

    private static final int LEAST_WINDOWS = 32;
    /** With fewer outputs than this they are rows of the product, not columns: as columns they fill no vectors. */
    static final int NARROW = 16;
    /** Unused numbers behind each row, so that rows are not all in the same sets of the cache. */
    private static final int PADDING = 16;

    private final boolean forward;
    private final int xSlot;
    private final int wSlot;
    private final int ySlot;
    private final Value weights;
    private final int groups;
    private final int outputs;
    /** The channels of a group. */
    private final int channels;
    /** The outputs of a group. */
    private final int wide;
    /** The length of a row. */
    private final int depth;
    /** The windows whose rows are multiplied at a time. */
    private final int block;

    private final boolean depthwise;
    /** True if the transposed product is computed: of a row for each output and a row for each tap. */
    private final boolean byTaps;
    /** True if what lies below windows is copied tap by tap, as it has one channel, and read as columns. */
    private final boolean columns;
    /** The distance between the rows of taps. */
    private final int pitch;

    private final MatmulLayout product;

    /** Creates the instruction that computes a group. */
    public ConvolutionInstruction(FusedGroup group, Convolution convolution, Slots slots, Kernels kernels) {
        super(
                group,
                convolution.window(),
                convolution.image(group.first()),
                convolution.output(group.first()),
                kernels);
        Value y = group.first();
        this.forward = convolution.form() == Convolution.Form.OUTPUT;
        this.weights = y.input(1);
        this.xSlot = slots.of(y.input(0));
        this.wSlot = slots.of(weights);
        this.ySlot = slots.of(y);
        this.groups = convolution.groups();
        this.outputs = weights.shape().dim(3);
        this.channels = layout.channels() / groups;
        this.wide = outputs / groups;
        this.depth = layout.taps() * channels;
        this.block = Math.max(LEAST_WINDOWS, MOST_GATHERED / Math.max(1, depth));
        this.depthwise = channels == 1 && wide == 1;
        this.byTaps = forward && layout.channels() == 1 && outputs > 1 && outputs < NARROW;
        this.columns = forward && layout.channels() == 1 && outputs >= NARROW && !layout.isIdentity();
        this.pitch = block + PADDING;
        int row = layout.isIdentity() ? layout.channels() : depth;
        if (byTaps) {
            this.product = new MatmulLayout(depth, 1, pitch, 1, pitch);
        } else if (columns) {
            this.product = new MatmulLayout(1, pitch, outputs, 1, outputs);
        } else {
            this.product = forward
                    ? new MatmulLayout(row, 1, outputs, 1, outputs)
                    : new MatmulLayout(outputs, 1, 1, outputs, row);
        }
    }

    @Override
    public long work() {
        return (long) images * layout.windows() * depth * outputs / 4;
    }

    @Override
    public int parts(int threads) {
        return forward ? partsFor(work(), threads) : super.parts(threads);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean readsByRows(Value operand) {
        return operand != weights;
    }

    @Override
    public int weight() {
        return weights.size();
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (forward) {
            int windows = images * layout.windows();
            int window0 = Partition.start(windows, LEAST_WINDOWS, part, parts);
            convolve(workspace, window0, Partition.start(windows, LEAST_WINDOWS, part + 1, parts));
        } else {
            super.execute(workspace, part, parts);
        }
    }

    @Override
    void executeImages(Workspace workspace, int image0, int image1) {
        if (forward) {
            convolve(workspace, image0 * layout.windows(), image1 * layout.windows());
        } else {
            spread(workspace, image0, image1);
        }
    }

    private void convolve(Workspace workspace, int window0, int window1) {
        Object x = workspace.arrays[xSlot];
        Object w = workspace.arrays[wSlot];
        Object y = workspace.arrays[ySlot];
        int xStart = workspace.offsets[xSlot];
        int wStart = workspace.offsets[wSlot];
        if (depthwise) {
            arrays.depthwise(layout, x, xStart, w, wStart, y, 0, window0, window1 - window0);
            return;
        }
        boolean copies = !layout.isIdentity();
        Scratch scratch = workspace.takeScratch();
        try {
            if (byTaps) {
                convolveByTaps(x, xStart, w, wStart, y, window0, window1, scratch);
                return;
            }
            Object rows = copies ? arrays.scratch(scratch, 3, columns ? pitch * depth : block * depth) : x;
            int blocks = blocks(window1 - window0);
            for (int i = 0; i < blocks; i++) {
                int window = window0 + from(window1 - window0, i, blocks);
                int count = window0 + from(window1 - window0, i + 1, blocks) - window;
                for (int g = 0; g < groups; g++) {
                    int from = xStart + g * channels;
                    if (columns) {
                        arrays.gatherTaps(layout, x, from, rows, pitch, window, count);
                    } else if (copies) {
                        arrays.gather(layout, x, from, channels, rows, depth, window, count);
                    }
                    int a = copies ? 0 : from + window * layout.channels();
                    int c = window * outputs + g * wide;
                    arrays.matmul(product, rows, a, w, wStart + g * wide, y, c, count, wide, depth, scratch);
                }
            }
        } finally {
            workspace.giveBack(scratch);
        }
    }

    /**
     * Computes the transposed product: weights, a row for each output, by what lies below windows, a row for each tap.
     * The sums have the same terms in the same order.
     */
    private void convolveByTaps(
            Object x, int xStart, Object w, int wStart, Object y, int window0, int window1, Scratch scratch) {
        Object rows = arrays.scratch(scratch, 3, pitch * depth);
        Object sums = arrays.scratch(scratch, 4, pitch * outputs);
        Object turned = arrays.scratch(scratch, 5, depth * outputs);
        arrays.transpose(w, wStart, outputs, depth, outputs, turned, 0);
        int blocks = blocks(window1 - window0);
        for (int i = 0; i < blocks; i++) {
            int window = window0 + from(window1 - window0, i, blocks);
            int count = window0 + from(window1 - window0, i + 1, blocks) - window;
            int to = window * outputs;
            if (!arrays.convolveOneChannel(layout, x, xStart, turned, outputs, y, to, window, count, scratch)) {
                arrays.gatherTaps(layout, x, xStart, rows, pitch, window, count);
                arrays.matmul(product, turned, 0, rows, 0, sums, 0, outputs, count, depth, scratch);
                arrays.transpose(sums, 0, pitch, outputs, count, y, to);
            }
        }
    }

    /**
     * Returns the number of even blocks: none has one window alone, as a product of a single row sums in another order.
     */
    private int blocks(int windows) {
        return (windows + block - 1) / block;
    }

    /** Computes the gradient of some images. */
    private void spread(Workspace workspace, int image0, int image1) {
        Object dy = workspace.arrays[xSlot];
        Object w = workspace.arrays[wSlot];
        Object dx = workspace.arrays[ySlot];
        int dyStart = workspace.offsets[xSlot];
        int wStart = workspace.offsets[wSlot];
        if (depthwise) {
            arrays.depthwiseImage(layout, dy, dyStart, w, wStart, dx, 0, image0, image1);
            return;
        }
        boolean adds = !layout.isIdentity();
        if (adds) {
            arrays.clear(dx, image0 * layout.imageSize(), image1 * layout.imageSize());
        }
        Scratch scratch = workspace.takeScratch();
        try {
            Object rows = adds ? arrays.scratch(scratch, 3, block * depth) : dx;
            int window0 = image0 * layout.windows();
            int windows = image1 * layout.windows() - window0;
            int blocks = blocks(windows);
            for (int i = 0; i < blocks; i++) {
                int window = window0 + from(windows, i, blocks);
                int count = window0 + from(windows, i + 1, blocks) - window;
                for (int g = 0; g < groups; g++) {
                    int a = dyStart + window * outputs + g * wide;
                    int c = adds ? 0 : window * layout.channels() + g * channels;
                    arrays.matmul(product, dy, a, w, wStart + g * wide, rows, c, count, depth, wide, scratch);
                    if (adds) {
                        arrays.scatterAdd(layout, rows, dx, g * channels, channels, window, count);
                    }
                }
            }
        } finally {
            workspace.giveBack(scratch);
        }
    }

    @Override
    public String describe() {
        return group().first().primitive().name() + " " + sizes() + " to " + outputs
                + (groups == 1 ? "" : ", " + groups + " groups");
    }
}
