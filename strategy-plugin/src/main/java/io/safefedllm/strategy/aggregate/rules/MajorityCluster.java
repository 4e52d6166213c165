package io.safefedllm.strategy.aggregate.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The first cluster that holds more than half of the mass when points are joined in the order of their distances.
 *
 * <p>HDBSCAN with a least cluster size of floor(m/2) + 1, one sample a core and a single cluster allowed comes down to this:
 * the edges of the complete graph are added in ascending length (Kruskal) until one component's mass exceeds W / 2 by more
 * than the slack 1e-12 W. Edges of exactly equal length are added together before the test.
 */
final class MajorityCluster {
    private static final double SLACK = 1e-12;

    private record Edge(double length, int from, int to) {}

    private MajorityCluster() {}

    /**
     * Returns the members of the cluster, ascending; the only point if there is one.
     *
     * @param points one point a row
     * @param rows the rows, for their weights; at least one
     */
    static int[] of(double[][] points, LiveRows rows) {
        int m = points.length;
        int[] component = new int[m];
        Arrays.setAll(component, i -> i);
        List<Edge> edges = edges(points);
        int next = 0;
        while (next < edges.size()) {
            double length = edges.get(next).length();
            while (next < edges.size() && edges.get(next).length() == length) {
                join(component, edges.get(next));
                next++;
            }
            int[] heavy = heavy(component, rows);
            if (heavy.length > 0) {
                return heavy;
            }
        }
        return component;
    }

    private static List<Edge> edges(double[][] points) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < i; j++) {
                edges.add(new Edge(Norms.distance(points[i], points[j]), i, j));
            }
        }
        edges.sort(Comparator.comparingDouble(Edge::length));
        return edges;
    }

    private static void join(int[] component, Edge edge) {
        int kept = component[edge.from()];
        int dropped = component[edge.to()];
        for (int i = 0; i < component.length; i++) {
            if (component[i] == dropped) {
                component[i] = kept;
            }
        }
    }

    private static int[] heavy(int[] component, LiveRows rows) {
        double total = rows.totalWeight();
        double[] masses = new double[component.length];
        for (int i = 0; i < component.length; i++) {
            masses[component[i]] += rows.weight(i);
        }
        for (int name = 0; name < masses.length; name++) {
            if (masses[name] > total / 2.0 + SLACK * total) {
                int chosen = name;
                return IntStream.range(0, component.length)
                        .filter(i -> component[i] == chosen)
                        .toArray();
            }
        }
        return new int[0];
    }
}
