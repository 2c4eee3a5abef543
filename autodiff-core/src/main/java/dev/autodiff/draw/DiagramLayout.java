package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.layout.LayeredLayout;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.util.List;

/** The layout of a diagram, in the direction that fits pages and screens better. */
final class DiagramLayout {
    /** Larger diagrams are laid out in one direction only, since that takes long enough. */
    private static final int TRY_BOTH = 600;

    /** The ratio of width to height that fits pages and screens. */
    private static final double GOOD_ASPECT = 1.6;

    private DiagramLayout() {}

    /** Places the boxes and arrows of a diagram. */
    static Placement of(Diagram diagram) {
        Placement right = place(diagram, Direction.RIGHT);
        if (diagram.boxes().size() > TRY_BOTH) {
            return right;
        }
        Placement down = place(diagram, Direction.DOWN);
        return distance(right) <= distance(down) ? right : down;
    }

    private static double distance(Placement placement) {
        return Math.abs(Math.log(placement.width() / placement.height() / GOOD_ASPECT));
    }

    private static Placement place(Diagram diagram, Direction direction) {
        List<Box> boxes = diagram.boxes();
        double label = diagram.arrows().stream()
                .mapToDouble(arrow -> ArrowLabels.width(arrow.label()))
                .max()
                .orElse(0);
        double gap = direction == Direction.RIGHT ? Math.max(48, label + 26) : label > 0 ? 66 : 44;
        return LayeredLayout.of(
                boxes.stream().mapToDouble(Box::width).toArray(),
                boxes.stream().mapToDouble(Box::height).toArray(),
                diagram.arrows().stream()
                        .map(arrow -> new int[] {arrow.from(), arrow.to()})
                        .toArray(int[][]::new),
                gap,
                direction);
    }
}
