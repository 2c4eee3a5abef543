package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.draw.layout.LayeredLayout;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The layout stands twice: in Java for drawings, and in the page, whose boxes grow while numbers change. Both put
 * everything at the same places, but for the margin around the whole.
 */
@Tag("slow")
class LayoutIT extends PageTest {
    private static final int GRAPHS = 150;

    @Test
    void randomGraphsStandAtTheSamePlaces() throws IOException {
        open(Models.neuron(), "neuron");
        for (int seed = 0; seed < GRAPHS; seed++) {
            Random random = new Random(seed);
            int nodes = 1 + random.nextInt(seed % 10 == 0 ? 150 : 30);
            compare("graph " + seed, nodes, written(nodes, random), random);
        }
    }

    /** Shapes that random graphs hardly have: wide fans, edges side by side, unconnected parts, great lengths. */
    @Test
    void graphsOfAllShapesStandAtTheSamePlaces() throws IOException {
        open(Models.neuron(), "neuron");
        Random random = new Random(1);
        compare("a node alone", 1, List.of(), random);
        compare("nodes without edges", 7, List.of(), random);
        compare("a chain", 200, each(1, 200, v -> List.of(v - 1)), random);
        compare("a leaf with 150 users", 151, each(1, 151, v -> List.of(0)), random);
        compare("150 operands of one node", 151, each(150, 151, v -> range(0, 150)), random);
        compare("five edges side by side", 3, each(1, 3, v -> List.of(v - 1, v - 1, v - 1, v - 1, v - 1)), random);
        compare("doublings, each of which uses its operand twice", 60, each(1, 60, v -> List.of(v - 1, v - 1)), random);
        compare("dense layers", 48, each(8, 48, v -> range(v / 8 * 8 - 8, v / 8 * 8)), random);
        compare("sums of pairs", 127, each(64, 127, v -> List.of(2 * (v - 64), 2 * (v - 64) + 1)), random);
        compare("shortcuts", 90, each(1, 90, v -> v < 7 ? List.of(v - 1) : List.of(v - 1, v - 7)), random);
        compare("a leaf that every step of a loop uses", 120, each(2, 120, v -> List.of(v - 1, 0)), random);
        compare("chains side by side", 60, each(3, 60, v -> List.of(v - 3)), random);
    }

    /** Above limits, both sweep less often, and long edges are drawn straight across. */
    @Test
    void largeGraphsStandAtTheSamePlaces() throws IOException {
        open(Models.neuron(), "neuron");
        Random random = new Random(2);
        compare("more dummies than the limit", 400, each(2, 400, v -> List.of(v - 1, 0)), random);
        compare("4,500 nodes", 4500, written(4500, random), random);
        compare("10,000 nodes", 10_000, written(10_000, random), random);
    }

    /** The boxes and arrows of pages, with their layers open and folded, to the right and down. */
    @Test
    void graphsOfPagesStandAtTheSamePlaces() throws IOException {
        for (Trace trace :
                List.of(Models.neuron(), Models.mlp(), Models.training(), Models.softmax(), Models.large())) {
            open(trace, "layout");
            for (boolean folded : new boolean[] {false, true}) {
                browser()
                        .run("setNear(false, 0); if (members.size) { view.collapsed = new Set(" + folded
                                + " ? members.keys() : []); rearrange(); } if (!view.layout) place()");
                // Folded layers may stand before their operands; here they are numbered as Java asks for it.
                Map<String, @Nullable Object> shown = Json.object(browser().run("""
                        const layer = ({box: b}) => view.layout.right ? b.x + b.w / 2 : b.y + b.h / 2, at = [];
                        const order = view.items.map((_, i) => i);
                        order.sort((i, j) => layer(view.items[i]) - layer(view.items[j]));
                        order.forEach((i, k) => { at[i] = k; });
                        const boxes = order.map(i => view.items[i].box);
                        return {w: boxes.map(b => b.w), h: boxes.map(b => b.h),
                          edges: view.links.flatMap(l => [at[l.from], at[l.to]])}"""));
                double[] ends = numbers(shown.get("edges"));
                int[][] edges = IntStream.range(0, ends.length / 2)
                        .mapToObj(i -> new int[] {(int) ends[2 * i], (int) ends[2 * i + 1]})
                        .toArray(int[][]::new);
                for (Direction direction : Direction.values()) {
                    String graph = trace.result().label() + (folded ? ", folded, " : ", open, ") + direction;
                    compare(graph, numbers(shown.get("w")), numbers(shown.get("h")), edges, 66, direction);
                }
            }
        }
    }

    private static void compare(String graph, int nodes, List<int[]> edges, Random random) {
        double[] widths = random.doubles(nodes, 60, 260).map(Math::rint).toArray();
        double[] heights =
                random.ints(nodes, 0, 3).mapToDouble(i -> 50 + 18 * i).toArray();
        Direction direction = random.nextBoolean() ? Direction.RIGHT : Direction.DOWN;
        double gap = 42 + random.nextInt(80);
        compare(graph, widths, heights, edges.toArray(int[][]::new), gap, direction);
    }

    private static void compare(
            String graph, double[] widths, double[] heights, int[][] edges, double gap, Direction direction) {
        Placement java = LayeredLayout.of(widths, heights, edges, gap, direction);
        Map<String, @Nullable Object> page = Json.object(browser()
                .run("const l = layeredLayout(" + sizes(widths, heights) + "," + Arrays.deepToString(edges) + ","
                        + (direction == Direction.RIGHT) + "," + gap + "); return {x: l.boxes.map(b => b.x), y:"
                        + " l.boxes.map(b => b.y), routes: l.routes.map(r => r.flat())}"));
        double[] x = numbers(page.get("x"));
        double[] y = numbers(page.get("y"));
        double right = x[0] - java.x()[0];
        double down = y[0] - java.y()[0];
        assertArrayEquals(moved(java.x(), right, right), x, 1e-6, graph);
        assertArrayEquals(moved(java.y(), down, down), y, 1e-6, graph);
        List<@Nullable Object> routes = Json.array(page.get("routes"));
        assertEquals(java.routes().size(), routes.size());
        for (int e = 0; e < edges.length; e++) {
            double[] route = moved(java.routes().get(e), right, down);
            assertArrayEquals(route, numbers(routes.get(e)), 1e-6, graph + ", edge " + e);
        }
    }

    /** Graphs as they are written: most operands are near, some are used often, and a few come from far away. */
    private static List<int[]> written(int nodes, Random random) {
        List<int[]> edges = new ArrayList<>();
        for (int to = 1; to < nodes; to++) {
            int operands = random.nextInt(4);
            for (int k = 0; k < operands; k++) {
                int back = random.nextInt(5) == 0 ? to : Math.min(to, 4);
                edges.add(new int[] {to - 1 - random.nextInt(back), to});
            }
        }
        return edges;
    }

    /** The edges of a graph in which each node from a first one on has the operands that a rule gives. */
    private static List<int[]> each(int first, int nodes, IntFunction<List<Integer>> operands) {
        return IntStream.range(first, nodes)
                .boxed()
                .flatMap(v -> operands.apply(v).stream().map(u -> new int[] {u, v}))
                .toList();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static String sizes(double[] widths, double[] heights) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> "{w:" + widths[i] + ",h:" + heights[i] + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Adds one number to those at even places, and another to those at odd ones. */
    private static double[] moved(double[] places, double even, double odd) {
        return IntStream.range(0, places.length)
                .mapToDouble(i -> places[i] + (i % 2 == 0 ? even : odd))
                .toArray();
    }

    private static double[] numbers(@Nullable Object list) {
        return Json.array(list).stream()
                .mapToDouble(v -> ((Number) Objects.requireNonNull(v)).doubleValue())
                .toArray();
    }
}
