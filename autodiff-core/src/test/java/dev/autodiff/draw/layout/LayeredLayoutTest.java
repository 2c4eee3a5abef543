package dev.autodiff.draw.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class LayeredLayoutTest {
    private static final double GAP = 40;

    private record Graph(double[] widths, double[] heights, int[][] edges) {
        Placement place(Direction direction) {
            return LayeredLayout.of(widths, heights, edges, GAP, direction);
        }
    }

    private static Graph random(int nodes, int reach, long seed) {
        Random random = new Random(seed);
        List<int[]> edges = new ArrayList<>();
        for (int v = 1; v < nodes; v++) {
            for (int k = random.nextInt(3); k >= 0; k--) {
                edges.add(new int[] {v - 1 - random.nextInt(Math.min(v, reach)), v});
            }
        }
        return new Graph(
                random.doubles(nodes, 60, 220).toArray(),
                random.doubles(nodes, 32, 70).toArray(),
                edges.toArray(int[][]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nodesNeverOverlap(int seed) {
        Graph graph = random(10 * seed, 3 + 5 * seed, seed);
        assertNoOverlap(graph, graph.place(Direction.RIGHT));
        assertNoOverlap(graph, graph.place(Direction.DOWN));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void arrowsPointOneWayAndTouchTheirBoxes(Direction direction) {
        Graph graph = random(80, 20, 3);
        Placement placed = graph.place(direction);
        for (int e = 0; e < graph.edges.length; e++) {
            int from = graph.edges[e][0];
            int to = graph.edges[e][1];
            double[] route = placed.routes().get(e);
            int end = route.length - 2;
            if (direction == Direction.RIGHT) {
                assertEquals(placed.x()[from] + graph.widths[from], route[0], 1e-6);
                assertEquals(placed.x()[to], route[end], 1e-6);
                assertTrue(route[0] < route[end]);
                assertTrue(route[1] >= placed.y()[from] && route[1] <= placed.y()[from] + graph.heights[from]);
            } else {
                assertEquals(placed.y()[from] + graph.heights[from], route[1], 1e-6);
                assertEquals(placed.y()[to], route[end + 1], 1e-6);
                assertTrue(route[end] >= placed.x()[to] && route[end] <= placed.x()[to] + graph.widths[to]);
            }
        }
    }

    @Test
    void aTreeHasNoCrossings() {
        int[][] edges = IntStream.range(0, 14)
                .mapToObj(v -> new int[] {v, 8 + v / 2})
                .filter(edge -> edge[0] < edge[1])
                .toArray(int[][]::new);
        Graph graph = new Graph(filled(15, 50), filled(15, 20), edges);
        Placement placed = graph.place(Direction.RIGHT);
        for (int[] a : edges) {
            for (int[] b : edges) {
                boolean sameLayers = placed.x()[a[0]] == placed.x()[b[0]] && placed.x()[a[1]] == placed.x()[b[1]];
                boolean crossed = placed.y()[a[0]] < placed.y()[b[0]] && placed.y()[a[1]] > placed.y()[b[1]];
                assertTrue(!sameLayers || !crossed, Arrays.toString(a) + " crosses " + Arrays.toString(b));
            }
        }
    }

    @Test
    void aChainIsStraight() {
        int[][] edges =
                IntStream.range(0, 30).mapToObj(v -> new int[] {v, v + 1}).toArray(int[][]::new);
        Placement placed = new Graph(filled(31, 50), filled(31, 20), edges).place(Direction.RIGHT);
        assertEquals(1, Arrays.stream(placed.y()).distinct().count());
    }

    @Test
    void placesNothingAtAll() {
        Placement placed = new Graph(new double[0], new double[0], new int[0][]).place(Direction.DOWN);
        assertEquals(0, placed.x().length);
    }

    @Test
    void fiveThousandNodesAreNoTrouble() {
        Graph graph = random(5000, 60, 1);
        Placement placed = graph.place(Direction.RIGHT);
        assertNoOverlap(graph, placed);
    }

    /** A chain and its gradient: edges from every node to the one that mirrors it, thousands of layers away. */
    @Test
    void longEdgesAreNoTrouble() {
        int half = 2500;
        List<int[]> edges = new ArrayList<>();
        for (int v = 1; v < 2 * half; v++) {
            edges.add(new int[] {v - 1, v});
            if (v > half) {
                edges.add(new int[] {2 * half - 1 - v, v});
            }
        }
        Graph graph = new Graph(filled(2 * half, 80), filled(2 * half, 40), edges.toArray(int[][]::new));
        Placement placed = graph.place(Direction.RIGHT);
        assertNoOverlap(graph, placed);
    }

    private static double[] filled(int n, double value) {
        double[] array = new double[n];
        Arrays.fill(array, value);
        return array;
    }

    private static void assertNoOverlap(Graph graph, Placement placed) {
        Integer[] byX = IntStream.range(0, graph.widths.length).boxed().toArray(Integer[]::new);
        Arrays.sort(byX, Comparator.comparingDouble(v -> placed.x()[v]));
        for (int i = 0; i < byX.length; i++) {
            int a = byX[i];
            assertTrue(placed.x()[a] >= 0 && placed.y()[a] >= 0, "outside: " + a);
            assertTrue(placed.x()[a] + graph.widths[a] <= placed.width(), "outside: " + a);
            assertTrue(placed.y()[a] + graph.heights[a] <= placed.height(), "outside: " + a);
            for (int j = i + 1; j < byX.length && placed.x()[byX[j]] < placed.x()[a] + graph.widths[a]; j++) {
                int b = byX[j];
                boolean apart = placed.y()[a] + graph.heights[a] <= placed.y()[b]
                        || placed.y()[b] + graph.heights[b] <= placed.y()[a];
                assertTrue(apart, a + " and " + b + " overlap");
            }
        }
    }
}
