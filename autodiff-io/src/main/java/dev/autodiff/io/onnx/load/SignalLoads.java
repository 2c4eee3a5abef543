package dev.autodiff.io.onnx.load;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.Map;

/** Windows that signals are multiplied with, and parts of signals and images around their middle. */
final class SignalLoads {
    private SignalLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("HannWindow", cosines(0.5, 0.5, 0));
        rules.put("HammingWindow", cosines(25 / 46.0, 21 / 46.0, 0));
        rules.put("BlackmanWindow", cosines(0.42, 0.5, 0.08));
        rules.put("CenterCropPad", LoadRule.one(SignalLoads::centre));
    }

    /** Returns a rule for a - b cos t + c cos 2t, t going once around. */
    private static LoadRule cosines(double a, double b, double c) {
        return LoadRule.one(n -> {
            int size = Folding.checked((long) n.number(0));
            int around = n.flag("periodic", true) ? size : size - 1;
            double[] values = new double[size];
            for (int i = 0; i < size; i++) {
                double t = 2 * Math.PI * i / around;
                values[i] = a - b * Math.cos(t) + c * Math.cos(2 * t);
            }
            return Tensors.constant(
                    NDArray.of(values).cast(Elements.dtype(Elements.type(n.whole("output_datatype", 1)))));
        });
    }

    /** Cuts off as much at both ends of axes, or adds zeros. */
    private static Tensor centre(LoadNode n) {
        int[] axes = n.wholes("axes").orElseGet(n::allAxes);
        int[] wanted = n.ints(1);
        Tensor x = n.in(0);
        int rank = n.rank(0);
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] starts = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, -1);
        for (int i = 0; i < axes.length; i++) {
            int axis = n.axis(axes[i]);
            int length = x.shape().dim(axis);
            if (length < 0 || wanted[i] < 0) {
                throw new CannotLoad("takes " + wanted[i] + " places around the middle of an axis of " + length);
            }
            int added = Math.max(0, wanted[i] - length);
            before[axis] = added / 2;
            after[axis] = added - added / 2;
            starts[axis] = Math.max(0, length - wanted[i]) / 2;
            sizes[axis] = Math.min(length, wanted[i]);
        }
        return Arrangement.pad(Indexing.slice(x, starts, sizes), before, after, 0);
    }
}
