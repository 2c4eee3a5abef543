package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.graph.Tensor;
import dev.autodiff.runtime.ProgramSummary;
import dev.autodiff.runtime.ProgramSummary.Leaf;
import dev.autodiff.runtime.ProgramSummary.Work;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A compiled program as a diagram: a box for each instruction, with the operations fused into it and its
 * results' buffers.
 */
final class ProgramDiagram {
    private ProgramDiagram() {}

    static Diagram of(ProgramSummary outline) {
        List<Box> boxes = new ArrayList<>();
        List<Arrow> arrows = new ArrayList<>();
        outline.leaves().forEach(leaf -> boxes.add(box(leaf)));
        for (int i = 0; i < outline.works().size(); i++) {
            Work work = outline.works().get(i);
            for (ProgramSummary.Source source : work.reads()) {
                int from = source.leaf() ? source.index() : outline.leaves().size() + source.index();
                arrows.add(new Arrow(from, boxes.size(), "", false));
            }
            boxes.add(box(i, work));
        }
        long bytes = outline.buffers().stream()
                .mapToLong(buffer -> (long) buffer.length() * buffer.dtype().bytes())
                .sum();
        String title = "Program of " + outline.works().size() + " instructions in "
                + outline.buffers().size() + " buffers, " + bytes + " bytes";
        return new Diagram(title, boxes, arrows);
    }

    private static Box box(Leaf leaf) {
        Look look =
                switch (leaf.kind()) {
                    case "input" -> Look.PLACEHOLDER;
                    case "state" -> Look.VARIABLE;
                    default -> Look.CONSTANT;
                };
        String name = leaf.origin() instanceof Tensor tensor ? tensor.name() : leaf.kind();
        return new Box(
                Diagram.cut(name, 24),
                leaf.kind().equals(name) ? "" : leaf.kind(),
                leaf.shape().rank() == 0 ? "" : leaf.shape().toString(),
                "",
                "",
                hint(leaf.origin()),
                look);
    }

    private static Box box(int index, Work work) {
        Set<String> names = new LinkedHashSet<>();
        work.origins()
                .forEach(origin -> names.add(origin instanceof Tensor tensor ? tensor.name() : origin.toString()));
        String results = work.results().stream()
                .map(result -> (result.buffer() < 0 ? "state" : "buffer " + result.buffer()) + " " + result.shape())
                .collect(Collectors.joining(", "));
        String hint = work.origins().stream().map(Object::toString).collect(Collectors.joining("\n"));
        boolean update = work.results().stream().allMatch(result -> result.buffer() < 0);
        return new Box(
                index + "  " + Diagram.cut(work.description(), 34),
                work.threads() > 1 ? work.threads() + " threads" : "",
                Diagram.cut(String.join(" + ", names), 48),
                "→ " + Diagram.cut(results, 44),
                "",
                hint,
                update ? Look.UPDATE : Look.OPERATION);
    }

    private static String hint(@Nullable Object origin) {
        return origin == null ? "" : origin.toString();
    }
}
