package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * The places of the numbers on arrows: on the last part of the curve, near the consumer, whose rule computed the
 * number, and apart from each other and from the names of frames where that is possible.
 */
final class ArrowLabels {
    /** The height of a label in pixels. */
    static final double HEIGHT = 18;

    private static final double CHARACTER = 7.3;

    /** The space between a label and the end of its arrow. */
    private static final double TIP = 12;

    /** Above this number of labels a reader does not look at each, and comparing all pairs would take long. */
    private static final int MOST_COMPARED = 2000;

    /**
     * The place of a label.
     *
     * @param x the middle of the label
     * @param y the middle of the label
     * @param width the width of the label
     */
    record Place(double x, double y, double width) {
        boolean overlaps(Place other) {
            return Math.abs(x - other.x) < (width + other.width) / 2 && Math.abs(y - other.y) < HEIGHT;
        }
    }

    private ArrowLabels() {}

    /** Returns the width of a label in pixels, 0 if it is empty. */
    static double width(String label) {
        return label.isEmpty() ? 0 : label.length() * CHARACTER + 8;
    }

    /** Returns a place for each arrow, in their order; those of arrows without a label have no meaning. */
    static List<Place> places(Diagram diagram, Placement placement) {
        List<Place> places = new ArrayList<>();
        List<Place> taken = new ArrayList<>();
        for (ScopeFrames.Frame frame : ScopeFrames.of(diagram, placement)) {
            double width = width(frame.scope());
            taken.add(new Place(frame.left() + 4 + width / 2, frame.top() + 10, width));
        }
        for (int i = 0; i < diagram.arrows().size(); i++) {
            Arrow arrow = diagram.arrows().get(i);
            List<Place> candidates = candidates(placement.routes().get(i), placement.direction(), width(arrow.label()));
            Place place = taken.size() > MOST_COMPARED ? candidates.get(0) : firstFree(candidates, taken);
            places.add(place);
            if (!arrow.label().isEmpty()) {
                taken.add(place);
            }
        }
        return places;
    }

    private static Place firstFree(List<Place> candidates, List<Place> taken) {
        return candidates.stream()
                .filter(candidate -> taken.stream().noneMatch(candidate::overlaps))
                .findFirst()
                .orElse(candidates.get(0));
    }

    /** Returns the best place first: the end of arrows to the right, which are apart there; the middle of others. */
    private static List<Place> candidates(double[] route, Direction direction, double width) {
        int last = route.length - 4;
        boolean right = direction == Direction.RIGHT;
        double from = route[right ? last : last + 1];
        double to = route[right ? last + 2 : last + 3];
        double reach = to - from;
        double[] targets = right
                ? new double[] {to - TIP - width / 2, from + reach / 2, from + TIP + width / 2}
                : new double[] {from + reach / 2, from + 0.2 * reach, from + 0.78 * reach};
        List<Place> candidates = new ArrayList<>();
        for (double target : targets) {
            candidates.add(on(route, last, right, target, width));
        }
        return candidates;
    }

    /** Returns the point of a curve with a given coordinate in the direction of the arrows, found by bisection. */
    private static Place on(double[] route, int last, boolean right, double target, double width) {
        double x0 = route[last];
        double y0 = route[last + 1];
        double x1 = route[last + 2];
        double y1 = route[last + 3];
        double from = right ? x0 : y0;
        double to = right ? x1 : y1;
        double low = 0;
        double high = 1;
        while (high - low > 1e-4) {
            double t = (low + high) / 2;
            if (from + (to - from) * (1.5 * t * (1 - t) + t * t * t) < target) {
                low = t;
            } else {
                high = t;
            }
        }
        double across = low * low * (3 - 2 * low);
        return right
                ? new Place(target, y0 + (y1 - y0) * across, width)
                : new Place(x0 + (x1 - x0) * across, target, width);
    }
}
