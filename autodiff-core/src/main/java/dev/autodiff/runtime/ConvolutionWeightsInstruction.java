package dev.autodiff.runtime;

import dev.autodiff.ir.Convolution;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights. What lies below some windows is copied to rows; transposed, they are
 * multiplied by the upstream gradient. The products of about two thousand windows are added up as they are, and these
 * sums in double precision, as {@link LongProduct} does. Sums over several blocks of images are formed apart, so that
 * threads can share the work and yet add in the same order.
 */
public final class ConvolutionWeightsInstruction extends ImageInstruction {
    /** Fewest columns of a part. */
    private static final int LEAST_COLUMNS = 32;

    /** Rows of the transposed product are multiples of two vectors long, as micro-panels are. */
    private static final int PITCH_UNIT = 32;

    private final int xSlot;
    private final int dySlot;
    private final int ySlot;
    private final int blocks;
    private final int groups;
    private final int outputs;
    private final int channels;
    private final int wide;
    private final int depth;
    /** The windows whose rows are multiplied at a time. */
    private final int block;
    /** Into how many the columns of a group are divided, if there is one block of images alone. */
    private final int splits;

    private final boolean depthwise;
    /** True if the transposed gradient is computed, as few outputs would fill no vectors. */
    private final boolean transposed;
    /** True if what lies below windows is copied tap by tap, as it has one channel. */
    private final boolean byTaps;
    /** The distance between rows. */
    private final int pitch;

    private final MatmulLayout product;

    /** Creates the instruction that computes a group. */
    public ConvolutionWeightsInstruction(FusedGroup group, Convolution convolution, Slots slots, Kernels kernels) {
        super(
                group,
                convolution.window(),
                convolution.image(group.first()),
                convolution.output(group.first()),
                kernels);
        Value y = group.first();
        this.xSlot = slots.of(y.input(0));
        this.dySlot = slots.of(y.input(1));
        this.ySlot = slots.of(y);
        this.blocks = convolution.blocks();
        this.groups = convolution.groups();
        this.outputs = y.shape().dim(4);
        this.channels = layout.channels() / groups;
        this.wide = outputs / groups;
        this.depth = layout.taps() * channels;
        this.block =
                Math.max(1, Math.min(LongProduct.BLOCK, ConvolutionInstruction.MOST_GATHERED / Math.max(1, depth)));
        this.depthwise = channels == 1 && wide == 1;
        this.splits = blocks > 1 || depthwise ? 1 : Math.max(1, wide / LEAST_COLUMNS);
        this.transposed = wide > 1 && wide < ConvolutionInstruction.NARROW && wide < depth;
        this.byTaps = layout.channels() == 1 && !transposed && depth > 1;
        if (byTaps) {
            this.pitch = block + PITCH_UNIT;
            this.product = new MatmulLayout(pitch, 1, outputs, 1, outputs);
        } else if (transposed) {
            this.pitch = (depth + PITCH_UNIT - 1) / PITCH_UNIT * PITCH_UNIT;
            this.product = new MatmulLayout(1, outputs, pitch, 1, depth);
        } else {
            this.pitch = depth;
            this.product = new MatmulLayout(1, pitch, outputs, 1, outputs);
        }
    }

    @Override
    public long work() {
        return (long) images * layout.windows() * depth * outputs / 4;
    }

    /** Returns the number of results that can be computed apart from each other. */
    private int units() {
        return depthwise ? blocks : blocks * groups * splits;
    }

    @Override
    public int parts(int threads) {
        return Math.max(1, Math.min(partsFor(work(), threads), units()));
    }

    /** More parts than threads, as these are not equally fast on a shared machine. */
    @Override
    public int taskParts(int threads) {
        return parts(threads) == 1 ? 1 : Math.min(units(), Packing.PARTS_PER_THREAD * threads);
    }

    @Override
    public int rows(int threads) {
        return 0;
    }

    @Override
    public boolean readsByRows(Value operand) {
        return false;
    }

    @Override
    void executeImages(Workspace workspace, int image0, int image1) {
        throw new UnsupportedOperationException(describe());
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        Scratch scratch = workspace.takeScratch();
        try {
            for (int unit = from(units(), part, parts); unit < from(units(), part + 1, parts); unit++) {
                if (depthwise) {
                    depthwise(workspace, unit, scratch);
                } else {
                    int rest = unit % (groups * splits);
                    sum(workspace, unit / (groups * splits), rest / splits, rest % splits, scratch);
                }
            }
        } finally {
            workspace.giveBack(scratch);
        }
    }

    private void depthwise(Workspace workspace, int images, Scratch scratch) {
        int size = layout.taps() * layout.channels();
        double[] totals = scratch.doubles(6, size);
        Arrays.fill(totals, 0, size, 0);
        arrays.depthwiseWeights(
                layout,
                workspace.arrays[xSlot],
                workspace.offsets[xSlot],
                workspace.arrays[dySlot],
                workspace.offsets[dySlot],
                totals,
                arrays.scratch(scratch, 3, layout.channels()),
                from(this.images, images, blocks),
                from(this.images, images + 1, blocks));
        arrays.round(totals, 0, workspace.arrays[ySlot], images * size, 1, size);
    }

    /** Computes the sums over one block of images, for one group and some of its columns. */
    private void sum(Workspace workspace, int part, int group, int split, Scratch scratch) {
        int column0 = group * wide + from(wide, split, splits);
        int columns = group * wide + from(wide, split + 1, splits) - column0;
        int size = depth * outputs; // a row for each tap and channel, of which some columns are used
        double[] totals = scratch.doubles(6, size);
        Object products = arrays.scratch(scratch, 4, size);
        Object sums = arrays.scratch(scratch, 5, size);
        Object rows = arrays.scratch(scratch, 3, byTaps ? depth * pitch : block * pitch);
        Arrays.fill(totals, 0, size, 0);
        int window1 = from(images, part + 1, blocks) * layout.windows();
        int summed = 0;
        for (int window = from(images, part, blocks) * layout.windows(); window < window1; window += block) {
            int count = Math.min(block, window1 - window);
            multiply(workspace, group, column0, columns, window, count, rows, summed == 0 ? sums : products, scratch);
            if (summed > 0) {
                arrays.add(products, sums, size);
            }
            summed += count;
            if (summed >= LongProduct.BLOCK || window + block >= window1) {
                arrays.addUp(sums, totals, size);
                summed = 0;
            }
        }
        Object y = workspace.arrays[ySlot];
        int first = part * size + column0;
        if (transposed) {
            for (int j = 0; j < columns; j++) {
                arrays.round(totals, (column0 + j) * depth, y, first + j, outputs, depth);
            }
        } else {
            for (int i = 0; i < depth; i++) {
                arrays.round(totals, i * outputs + column0, y, first + i * outputs, 1, columns);
            }
        }
    }

    /** Multiplies what lies below some windows by their upstream gradients. */
    private void multiply(
            Workspace workspace,
            int group,
            int column0,
            int columns,
            int window,
            int count,
            Object rows,
            Object to,
            Scratch scratch) {
        Object x = workspace.arrays[xSlot];
        int from = workspace.offsets[xSlot] + group * channels;
        Object dy = workspace.arrays[dySlot];
        int dyAt = workspace.offsets[dySlot] + window * outputs + column0;
        int at = column0 * depth;
        boolean isOneChannel = transposed && layout.channels() == 1 && columns > 1 && depth > 1;
        if (isOneChannel
                && arrays.weightsOfOneChannel(
                        layout, x, from, dy, dyAt, outputs, columns, to, at, window, count, scratch)) {
            return;
        }
        if (byTaps) {
            arrays.gatherTaps(layout, x, from, rows, pitch, window, count);
        } else {
            arrays.gather(layout, x, from, channels, rows, pitch, window, count);
        }
        if (transposed) {
            arrays.matmul(product, dy, dyAt, rows, 0, to, at, columns, depth, count, scratch);
        } else {
            arrays.matmul(product, rows, 0, dy, dyAt, to, column0, depth, columns, count, scratch);
        }
    }

    @Override
    public String describe() {
        return group().first().primitive().name() + " " + sizes() + " to " + outputs
                + (groups == 1 ? "" : ", " + groups + " groups");
    }
}
