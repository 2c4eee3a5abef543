package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.draw.layout.LayeredLayout;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
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
    void bothPutEverythingAtTheSamePlaces() throws IOException {
        open(Models.neuron(), "neuron");
        for (int seed = 0; seed < GRAPHS; seed++) {
            Random random = new Random(seed);
            int nodes = 1 + random.nextInt(seed % 10 == 0 ? 150 : 30);
            double[] widths = random.doubles(nodes, 60, 260).map(Math::rint).toArray();
            double[] heights =
                    random.ints(nodes, 0, 3).mapToDouble(i -> 50 + 18 * i).toArray();
            int[][] edges = edges(nodes, random);
            Direction direction = random.nextBoolean() ? Direction.RIGHT : Direction.DOWN;
            Placement java = LayeredLayout.of(widths, heights, edges, 66, direction);
            Map<String, @Nullable Object> page = Json.object(browser()
                    .run("const l = layeredLayout(" + sizes(widths, heights) + "," + Arrays.deepToString(edges) + ","
                            + (direction == Direction.RIGHT) + ",66); return {x: l.boxes.map(b => b.x), y:"
                            + " l.boxes.map(b => b.y), routes: l.routes.map(r => r.flat())}"));
            String graph = "graph " + seed;
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
    }

    /** Graphs as they are written: most operands are near, some are used often, and a few come from far away. */
    private static int[][] edges(int nodes, Random random) {
        List<int[]> edges = new ArrayList<>();
        for (int to = 1; to < nodes; to++) {
            int operands = random.nextInt(4);
            for (int k = 0; k < operands; k++) {
                int back = random.nextInt(5) == 0 ? to : Math.min(to, 4);
                edges.add(new int[] {to - 1 - random.nextInt(back), to});
            }
        }
        return edges.toArray(int[][]::new);
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
