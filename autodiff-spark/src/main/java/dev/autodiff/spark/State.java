package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.train.DividedStep;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that a step begins with, which the driver sends to all executors.
 *
 * @param step the number of the step, from 0
 * @param specs the names and shapes of the arrays
 * @param values the arrays, with the weight 1
 */
record State(long step, List<Packing.Spec> specs, Contribution values) implements Serializable {
    private static final String AVERAGE = "/average/";

    static State of(long step, Map<String, NDArray> arrays) {
        return new State(step, Packing.specs(arrays), Packing.pack(arrays, 1, 0));
    }

    Map<String, NDArray> arrays() {
        return Packing.mean(values, specs);
    }

    // ---- the first half of a step as arrays, and back

    static Map<String, NDArray> all(DividedStep.Part part) {
        Map<String, NDArray> all = new LinkedHashMap<>(part.gradients());
        part.averages().forEach((name, value) -> all.put(AVERAGE + name, value));
        return all;
    }

    static DividedStep.Part part(double loss, Map<String, NDArray> all) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        Map<String, NDArray> averages = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(AVERAGE)) {
                averages.put(name.substring(AVERAGE.length()), value);
            } else {
                gradients.put(name, value);
            }
        });
        return new DividedStep.Part(loss, gradients, averages);
    }
}
