package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The frames around scopes of names whose boxes stand together, with no other box between them. */
final class ScopeFrames {
    private static final double PADDING = 10;
    private static final double NAME_HEIGHT = 14;

    /**
     * A frame with room for the scope's name at its upper side.
     *
     * @param scope the names, joined by slashes
     */
    record Frame(String scope, double left, double top, double right, double bottom) {
        double width() {
            return right - left;
        }

        double height() {
            return bottom - top;
        }

        private Frame around(double x, double y, Box box) {
            return new Frame(
                    scope,
                    Math.min(left, x - PADDING),
                    Math.min(top, y - PADDING - NAME_HEIGHT),
                    Math.max(right, x + box.width() + PADDING),
                    Math.max(bottom, y + box.height() + PADDING));
        }

        private boolean touches(double x, double y, Box box) {
            return x < right && x + box.width() > left && y < bottom && y + box.height() > top;
        }

        private boolean holds(Box box) {
            return (box.scope() + "/").startsWith(scope + "/");
        }
    }

    private ScopeFrames() {}

    /** Returns the frames that can be drawn, sorted by scope, so that an outer one comes before those in it. */
    static List<Frame> of(Diagram diagram, Placement placement) {
        Map<String, Frame> frames = new TreeMap<>();
        for (int i = 0; i < diagram.boxes().size(); i++) {
            Box box = diagram.boxes().get(i);
            for (String scope = box.scope(); !scope.isEmpty(); scope = parent(scope)) {
                Frame frame = frames.getOrDefault(
                        scope,
                        new Frame(scope, Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE));
                frames.put(scope, frame.around(placement.x()[i], placement.y()[i], box));
            }
        }
        List<Frame> clear = new ArrayList<>(frames.values());
        clear.removeIf(frame -> !isClear(frame, diagram, placement));
        return clear;
    }

    private static boolean isClear(Frame frame, Diagram diagram, Placement placement) {
        for (int i = 0; i < diagram.boxes().size(); i++) {
            Box box = diagram.boxes().get(i);
            if (!frame.holds(box) && frame.touches(placement.x()[i], placement.y()[i], box)) {
                return false;
            }
        }
        return true;
    }

    private static String parent(String scope) {
        return scope.substring(0, Math.max(0, scope.lastIndexOf('/')));
    }
}
