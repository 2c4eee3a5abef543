package dev.autodiff.compiler;

import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.runtime.FusedGroup;
import dev.autodiff.runtime.SumsInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets loops over images sum their results, image by image, as they compute them. Those results that nothing else reads
 * are not stored.
 */
final class SumFusion {
    private final List<FusedGroup> groups;
    private final Liveness liveness;
    /** By value: the sums of its images. */
    private final Map<Value, List<Value>> sums = new HashMap<>();
    /** By value: the number of groups that read it. */
    private final Map<Value, Integer> readers = new HashMap<>();

    private SumFusion(List<FusedGroup> groups, Liveness liveness) {
        this.groups = groups;
        this.liveness = liveness;
        for (FusedGroup group : groups) {
            if (isSumOfImages(group.last())) {
                sums.computeIfAbsent(group.last().input(0), x -> new ArrayList<>(2))
                        .add(group.last());
            }
        }
    }

    /** Returns the groups with sums in those of the loops before them. */
    static List<FusedGroup> fuse(List<FusedGroup> groups, Liveness liveness) {
        SumFusion fusion = new SumFusion(groups, liveness);
        return fusion.sums.isEmpty() ? groups : fusion.fused();
    }

    private static boolean isSumOfImages(Value value) {
        return value.primitive() instanceof Reduce reduce
                && reduce.reduction() == Reduction.SUM
                && value.dtype().isFloating()
                && value.input(0).shape().rank() == 4
                && reduce.axes().equals(List.of(1, 2));
    }

    private List<FusedGroup> fused() {
        for (FusedGroup group : groups) {
            for (Value input : group.inputs()) {
                readers.merge(input, 1, Integer::sum);
            }
        }
        Set<Value> taken = new HashSet<>();
        List<FusedGroup> result = new ArrayList<>();
        for (FusedGroup group : groups) {
            boolean suits = group.isLoop() && SumsInstruction.suits(group);
            result.add(suits ? withSums(group, taken) : group);
        }
        result.removeIf(group -> !group.hasSums() && taken.contains(group.last()));
        return result;
    }

    private FusedGroup withSums(FusedGroup loop, Set<Value> taken) {
        List<Value> stored = new ArrayList<>();
        List<Value> summed = new ArrayList<>();
        for (Value output : loop.outputs()) {
            List<Value> here = sums.getOrDefault(output, List.of());
            summed.addAll(here);
            if (liveness.kept[output.id()] || readers.getOrDefault(output, 0) > here.size()) {
                stored.add(output);
            }
        }
        taken.addAll(summed);
        return summed.isEmpty() ? loop : FusedGroup.loopWithSums(loop, stored, summed);
    }
}
