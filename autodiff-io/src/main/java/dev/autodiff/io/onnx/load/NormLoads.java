package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Statistics;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Normalisations, pooling over all places, and losses; examples stand along axis 0 and channels along axis 1. */
final class NormLoads {
    /** The most channels of which each is added to its neighbours by a matrix. */
    private static final int MOST_NEIGHBOURS = 1 << 11;

    private NormLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("BatchNormalization", LoadRule.one(NormLoads::batchNormalization));
        rules.put("LayerNormalization", NormLoads::layerNormalization);
        rules.put("RMSNormalization", LoadRule.one(NormLoads::rmsNormalization));
        rules.put("InstanceNormalization", LoadRule.one(n -> {
            Tensor normal = normal(n.in(0), n.number("epsilon", 1e-5f), from(n, 2));
            return normal.mul(channels(n.in(1), n.rank(0))).add(channels(n.in(2), n.rank(0)));
        }));
        rules.put("GroupNormalization", LoadRule.one(NormLoads::groupNormalization));
        rules.put("MeanVarianceNormalization", LoadRule.one(n -> {
            int[] axes = n.wholes("axes").orElse(new int[] {0, 2, 3});
            Tensor x = n.in(0);
            Tensor centred = x.sub(Reductions.mean(x, true, axes));
            return centred.div(Statistics.std(x, 0, true, axes).add(1e-9));
        }));
        rules.put("LpNormalization", LoadRule.one(n -> {
            Tensor x = n.in(0);
            int axis = n.axis(n.whole("axis", -1));
            Tensor length = n.whole("p", 2) == 1 ? Reductions.sum(x.abs(), true, axis) : Statistics.norm(x, true, axis);
            return Comparisons.where(length.eq(0), n.constant(0, x), x.div(length));
        }));
        rules.put("LRN", LoadRule.one(NormLoads::acrossChannels));
        rules.put("GlobalAveragePool", LoadRule.one(n -> Reductions.mean(n.in(0), true, from(n, 2))));
        rules.put("GlobalMaxPool", LoadRule.one(n -> Reductions.max(n.in(0), true, from(n, 2))));
        rules.put("NegativeLogLikelihoodLoss", LoadRule.one(n -> loss(n, n.in(0))));
        rules.put("SoftmaxCrossEntropyLoss", n -> {
            Tensor logs = Activations.logSoftmax(n.in(0), 1);
            return List.of(Item.of(loss(n, logs)), Item.of(logs));
        });
    }

    /** Returns the axes from one on. */
    private static int[] from(LoadNode n, int first) {
        return IntStream.range(first, n.rank(0)).toArray();
    }

    /** Returns a vector with one number for each channel so that it broadcasts against axis 1 of so many. */
    static Tensor channels(Tensor vector, int rank) {
        int[] dims = new int[Math.max(1, rank - 1)];
        Arrays.fill(dims, 1);
        dims[0] = -1;
        return rank <= 2 ? vector : vector.reshape(dims);
    }

    /** Moves the last axis to a place. */
    static Tensor lastTo(Tensor x, int axis) {
        int last = x.shape().rank() - 1;
        int[] order = new int[last + 1];
        for (int i = 0; i <= last; i++) {
            order[i] = i < axis ? i : i == axis ? last : i - 1;
        }
        return axis == last ? x : x.transpose(order);
    }

    private static Tensor normal(Tensor x, double epsilon, int... axes) {
        Tensor centred = x.sub(Reductions.mean(x, true, axes));
        return centred.div(
                Reductions.mean(centred.square(), true, axes).add(epsilon).sqrt());
    }

    private static Tensor batchNormalization(LoadNode n) {
        if (n.flag("training_mode", false)) {
            throw new CannotLoad("is in training mode: export the model for inference");
        }
        int rank = n.rank(0);
        Tensor deviation = n.in(4).add(n.number("epsilon", 1e-5f)).sqrt();
        Tensor factor = n.in(1).div(deviation);
        return n.in(0).sub(channels(n.in(3), rank)).mul(channels(factor, rank)).add(channels(n.in(2), rank));
    }

    private static List<Item> layerNormalization(LoadNode n) {
        Tensor x = n.in(0);
        int[] axes = from(n, n.axis(n.whole("axis", -1)));
        Tensor mean = Reductions.mean(x, true, axes);
        Tensor centred = x.sub(mean);
        Tensor variance = Reductions.mean(centred.square(), true, axes);
        Tensor inverse =
                n.constant(1, x).div(variance.add(n.number("epsilon", 1e-5f)).sqrt());
        Tensor scaled = centred.mul(inverse).mul(n.in(1));
        List<Item> results = new ArrayList<>();
        results.add(Item.of(n.has(2) ? scaled.add(n.in(2)) : scaled));
        results.add(Item.of(mean));
        results.add(Item.of(inverse));
        return results;
    }

    private static Tensor rmsNormalization(LoadNode n) {
        Tensor x = n.in(0);
        int[] axes = from(n, n.axis(n.whole("axis", -1)));
        Tensor square = Reductions.mean(x.square(), true, axes).add(n.number("epsilon", 1e-5f));
        return x.div(square.sqrt()).mul(n.in(1));
    }

    private static Tensor groupNormalization(LoadNode n) {
        Tensor x = n.in(0);
        int groups = n.whole("num_groups", 1);
        int channels = x.shape().dim(1);
        if (channels == Shape.UNKNOWN || groups < 1 || channels % groups != 0) {
            throw new CannotLoad("has " + groups + " groups of the channels of " + x.shape());
        }
        int[] dims = x.shape().dims();
        if (Arrays.stream(dims).filter(dim -> dim == Shape.UNKNOWN).count() > 1) {
            throw new CannotLoad("has more than one open dimension: " + x.shape());
        }
        int[] split = IntStream.concat(
                        IntStream.of(dims[0], groups, channels / groups),
                        Arrays.stream(dims).skip(2))
                .toArray();
        Tensor normal = normal(
                        x.reshape(split),
                        n.number("epsilon", 1e-5f),
                        IntStream.range(2, split.length).toArray())
                .reshape(dims);
        boolean each = n.opset() >= 21; // before, scale and bias had one number for each group
        Tensor scale = each ? n.in(1) : repeated(n.in(1), channels / groups);
        Tensor bias = each ? n.in(2) : repeated(n.in(2), channels / groups);
        return normal.mul(channels(scale, dims.length)).add(channels(bias, dims.length));
    }

    private static Tensor repeated(Tensor vector, int times) {
        return Arrangement.tile(vector.expandDims(1), 1, times).reshape(-1);
    }

    /** Divides by what the squares of neighbouring channels add up to. */
    private static Tensor acrossChannels(LoadNode n) {
        Tensor x = n.in(0);
        int size = n.whole("size", 1);
        int channels = x.shape().dim(1);
        if (channels == Shape.UNKNOWN || size < 1 || channels > MOST_NEIGHBOURS) {
            throw new CannotLoad("adds up " + size + " channels of " + x.shape());
        }
        int[] order = from(n, 0);
        order[1] = order.length - 1;
        order[order.length - 1] = 1;
        int below = (size - 1) / 2;
        double[] near = new double[channels * channels];
        for (int i = 0; i < near.length; i++) {
            int distance = i / channels - i % channels; // of the channel that is added from the one that it is added to
            near[i] = distance >= -below && distance <= size - 1 - below ? 1 : 0;
        }
        Tensor band = Tensors.constant(NDArray.wrap(near, channels, channels).cast(x.dtype()));
        Tensor sums = x.square().transpose(order).matmul(band).transpose(order);
        Tensor divisor = sums.mul(n.number("alpha", 1e-4f) / size).add(n.number("bias", 1));
        return x.div(divisor.pow(n.number("beta", 0.75)));
    }

    /** Returns the loss of log probabilities {@code [n, classes, ...]} and class numbers {@code [n, ...]}. */
    private static Tensor loss(LoadNode n, Tensor logs) {
        int classes = logs.shape().dim(1);
        if (classes == Shape.UNKNOWN) {
            throw new CannotLoad("has an open number of classes: " + logs.shape());
        }
        Tensor labels = n.in(1).cast(DType.INT32);
        Tensor valid = Tensors.scalar(1, logs.dtype());
        if (n.hasAttribute("ignore_index")) {
            Tensor counted = Comparisons.ne(labels, n.whole("ignore_index", 0));
            labels = labels.mul(counted);
            valid = counted.cast(logs.dtype());
        }
        Tensor rows = labels.oneHot(classes).cast(logs.dtype());
        Tensor weighted = n.has(2) ? rows.mul(n.in(2)) : rows;
        Tensor chosen = NormLoads.lastTo(weighted, 1);
        Tensor losses = chosen.mul(logs).sum(1).neg().mul(valid);
        return switch (n.text("reduction", "mean")) {
            case "none" -> losses;
            case "sum" -> losses.sum();
            default -> losses.sum().div(weighted.sum(-1).mul(valid).sum());
        };
    }
}
