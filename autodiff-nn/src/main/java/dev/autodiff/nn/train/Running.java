package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.metric.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The losses and the metrics of the batches of a pass over data so far. */
final class Running {
    /** The name of the sum of the penalties of the layers, which is a part of the loss. */
    static final String PENALTY = "penalty";

    private final List<Output> outputs;
    private final List<List<Metric.Accumulator>> accumulators = new ArrayList<>();

    /** The sums of the losses of the outputs, without their weights, over the rows since the pass was resumed. */
    private final double[] lossSums;

    private double lossSum;
    private long rows;
    private long resumedRows;

    private final boolean hasPenalty;
    private double penaltySum;

    /** True for outputs that were NaN, of which metrics would make no number or a wrong one. */
    private final boolean[] hasNan;

    /** True for outputs with a mask, which is fetched with them. */
    private final boolean[] hasMask;

    /** Begins a pass over the graph of a mode. */
    Running(List<Output> outputs, Network network, Mode mode) {
        List<Tensor> values = network.outputs(mode);
        this.outputs = outputs;
        this.hasPenalty = !network.penalties(mode).isEmpty();
        this.hasMask = new boolean[outputs.size()];
        for (int i = 0; i < hasMask.length; i++) {
            hasMask[i] = Attachments.mask(values.get(i)).isPresent();
        }
        this.lossSums = new double[outputs.size()];
        this.hasNan = new boolean[outputs.size()];
        outputs.forEach(output ->
                accumulators.add(output.metrics().stream().map(Metric::start).toList()));
    }

    /**
     * Returns what a run fetches first, so that its results can be added.
     *
     * @param cost the sum of the losses and penalties
     * @param losses the loss of each output
     */
    static List<Tensor> fetches(List<Output> outputs, Tensor cost, List<Tensor> losses, Network network, Mode mode) {
        List<Tensor> values = network.outputs(mode);
        List<Tensor> fetches = new ArrayList<>(List.of(cost));
        network.penalties(mode).stream().reduce(Tensor::add).ifPresent(fetches::add);
        if (outputs.size() > 1) {
            fetches.addAll(losses);
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).metrics().isEmpty()) {
                fetches.add(values.get(i));
                Attachments.mask(values.get(i)).ifPresent(fetches::add);
            }
        }
        return fetches;
    }

    /** Returns the names of the values in their order. */
    static Set<String> names(List<Output> outputs, Network network) {
        Set<String> names = new LinkedHashSet<>(Set.of("loss"));
        if (!network.penalties(Mode.TRAINING).isEmpty()) {
            names.add(PENALTY);
        }
        for (Output output : outputs) {
            if (outputs.size() > 1) {
                names.add(output.nameOf("loss"));
            }
            output.metrics().forEach(metric -> names.add(output.nameOf(metric.name())));
        }
        return names;
    }

    /** Takes over the losses of batches that were done before. */
    void resume(Progress progress) {
        lossSum = progress.lossSum();
        rows = progress.rows();
        resumedRows = rows;
    }

    double lossSum() {
        return lossSum;
    }

    long rows() {
        return rows;
    }

    /** Adds the results of a run with a batch. */
    void add(PreparedRun run, Batch batch) {
        int count = batch.rows();
        lossSum += run.number(0) * count;
        rows += count;
        int fetch = 1;
        if (hasPenalty) {
            penaltySum += run.number(fetch++) * count;
        }
        if (outputs.size() > 1) {
            for (int i = 0; i < lossSums.length; i++) {
                lossSums[i] += run.number(fetch++) * count;
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).metrics().isEmpty()) {
                NDArray predictions = run.value(fetch++);
                NDArray labels = batch.targets().get(i);
                if (hasMask[i]) {
                    addSteps(i, predictions, labels, run.value(fetch++));
                } else {
                    add(i, predictions, labels);
                }
            }
        }
    }

    /** Adds the steps that a mask says to count as so many examples, if there is a label for each. */
    private void addSteps(int output, NDArray predictions, NDArray labels, NDArray mask) {
        int steps = mask.size();
        boolean fits = labels.shape().rank() > 1 && labels.dim(0) == mask.dim(0) && labels.dim(1) == mask.dim(1);
        int[] counted = IntStream.range(0, steps).filter(i -> mask.at(i) != 0).toArray();
        if (!fits) {
            add(output, predictions, labels);
        } else if (counted.length > 0) {
            add(output, steps(predictions, counted), steps(labels, counted));
        }
    }

    /** Returns some steps of sequences, one a row. */
    private static NDArray steps(NDArray sequences, int... counted) {
        int[] dims = sequences.shape().dims();
        int[] rows = Arrays.copyOfRange(dims, 1, dims.length);
        rows[0] = dims[0] * dims[1];
        return sequences.reshape(rows).take(counted);
    }

    private void add(int output, NDArray predictions, NDArray labels) {
        List<Metric> metrics = outputs.get(output).metrics();
        hasNan[output] |= containsNan(predictions);
        if (hasNan[output]) {
            return;
        }
        for (int i = 0; i < metrics.size(); i++) {
            try {
                accumulators.get(output).get(i).add(predictions, labels);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "The metric "
                                + outputs.get(output).nameOf(metrics.get(i).name()) + " does not fit outputs "
                                + predictions.dtype() + " " + predictions.shape() + " and labels " + labels.dtype()
                                + " " + labels.shape() + ": " + e.getMessage(),
                        e);
            }
        }
    }

    private static boolean containsNan(NDArray predictions) {
        if (predictions.dtype() == DType.INT32) {
            return false;
        }
        for (int i = 0; i < predictions.size(); i++) {
            if (Double.isNaN(predictions.at(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the values by their names; those of metrics are NaN as soon as an output was. */
    Map<String, Double> logs() {
        Map<String, Double> logs = new LinkedHashMap<>();
        logs.put("loss", lossSum / rows);
        if (hasPenalty) {
            logs.put(PENALTY, penaltySum / (rows - resumedRows));
        }
        for (int i = 0; i < outputs.size(); i++) {
            Output output = outputs.get(i);
            if (outputs.size() > 1) {
                logs.put(output.nameOf("loss"), lossSums[i] / (rows - resumedRows));
            }
            for (int j = 0; j < output.metrics().size(); j++) {
                logs.put(
                        output.nameOf(output.metrics().get(j).name()),
                        hasNan[i] ? Double.NaN : accumulators.get(i).get(j).value());
            }
        }
        return logs;
    }
}
