package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A diagram in which each name scope is a single box. A scope stays open where a path leaves it and comes back, as
 * around a layer that is applied twice: its box would stand before and behind another.
 */
final class Folding {
    private final Diagram diagram;

    /** For each box, the number of the first box that it is drawn as one with. */
    private final int[] group;

    private Folding(Diagram diagram, int depth) {
        this.diagram = diagram;
        this.group = new int[diagram.boxes().size()];
        Map<String, Integer> first = new LinkedHashMap<>();
        for (int i = 0; i < group.length; i++) {
            String scope = outer(diagram.boxes().get(i).scope(), depth);
            group[i] = scope.isEmpty() ? i : first.merge(scope, i, (known, now) -> known);
        }
    }

    /**
     * Returns the diagram with single boxes for scopes.
     *
     * @param depth the depth of the scopes that become boxes, 1 for the outermost
     */
    static Diagram of(Diagram diagram, int depth) {
        Folding folding = new Folding(diagram, depth);
        List<Integer> order = folding.order();
        while (order.isEmpty()) {
            order = folding.order();
        }
        return folding.draw(order, depth);
    }

    /** Returns the scope of a depth around one; empty if that is not so deep. */
    private static String outer(String scope, int depth) {
        String[] names = scope.split("/", -1);
        return names.length < depth ? "" : String.join("/", Arrays.asList(names).subList(0, depth));
    }

    /** Returns the groups in an order in which all arrows lead on; if there is none, opens some and returns nothing. */
    private List<Integer> order() {
        Set<Integer> left = new LinkedHashSet<>();
        for (int of : group) {
            left.add(of);
        }
        List<Integer> order = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Integer> free = ends(left, true);
            if (free.isEmpty()) {
                openCycles(left);
                return List.of();
            }
            order.addAll(free);
            free.forEach(left::remove);
        }
        return order;
    }

    /** Returns those groups that no arrow from another of them leads to, or from which none leads to another. */
    private List<Integer> ends(Set<Integer> groups, boolean sources) {
        Set<Integer> others = new HashSet<>();
        for (Arrow arrow : diagram.arrows()) {
            int from = group[arrow.from()];
            int to = group[arrow.to()];
            if (from != to && groups.contains(from) && groups.contains(to)) {
                others.add(sources ? to : from);
            }
        }
        return groups.stream().filter(of -> !others.contains(of)).toList();
    }

    /** Opens the groups that are left when those behind all cycles are removed as well. */
    private void openCycles(Set<Integer> groups) {
        for (List<Integer> last = ends(groups, false); !last.isEmpty(); last = ends(groups, false)) {
            last.forEach(groups::remove);
        }
        for (int i = 0; i < group.length; i++) {
            if (groups.contains(group[i])) {
                group[i] = i;
            }
        }
    }

    private Diagram draw(List<Integer> order, int depth) {
        Map<Integer, Integer> places = new LinkedHashMap<>();
        List<Box> boxes = new ArrayList<>();
        for (int of : order) {
            places.put(of, boxes.size());
            boxes.add(box(of, depth));
        }
        Set<Arrow> arrows = new LinkedHashSet<>();
        for (Arrow arrow : diagram.arrows()) {
            int from = places.getOrDefault(group[arrow.from()], 0);
            int to = places.getOrDefault(group[arrow.to()], 0);
            if (from != to) {
                arrows.add(new Arrow(from, to, arrow.label(), arrow.faint()));
            }
        }
        return new Diagram(diagram.title(), boxes, List.copyOf(arrows));
    }

    private Box box(int of, int depth) {
        List<Box> members = new ArrayList<>();
        Look look = Look.OPERATION;
        for (int i = 0; i < group.length; i++) {
            if (group[i] == of) {
                Box member = diagram.boxes().get(i);
                members.add(member);
                look = member.look() == Look.RESULT ? Look.RESULT : look;
            }
        }
        if (members.size() == 1) {
            return members.get(0);
        }
        Box last = members.get(members.size() - 1);
        String scope = outer(last.scope(), depth);
        int slash = scope.lastIndexOf('/');
        return new Box(
                scope.substring(slash + 1),
                members.size() + " nodes",
                last.value(),
                "",
                scope.substring(0, Math.max(0, slash)),
                String.join("\n", members.stream().map(Box::hint).toList()),
                look);
    }
}
