package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.at;
import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.List;

/** Draws the updates of one arm in two principal components; later rounds are stronger in colour. */
final class UpdateScatter {
    private static final double WIDTH = 860;
    private static final double HEIGHT = 420;
    private static final double LEFT = 30;
    private static final double RIGHT = 690;
    private static final double TOP = 14;
    private static final double BOTTOM = 385;
    private static final double MARGIN = 0.06;

    private final UpdateMap map;
    private final double[] horizontal;
    private final double[] vertical;

    UpdateScatter(UpdateMap map) {
        this.map = map;
        this.horizontal =
                range(map.points().stream().mapToDouble(UpdatePoint::x).toArray());
        this.vertical = range(map.points().stream().mapToDouble(UpdatePoint::y).toArray());
    }

    String svg() {
        StringBuilder svg = new StringBuilder(fill(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"pca-t pca-d\">", at(WIDTH), at(HEIGHT)));
        svg.append(fill(
                "<title id=\"pca-t\">Updates of %s in two principal components</title><desc id=\"pca-d\">%s</desc>",
                escape(map.arm()), escape(description())));
        svg.append(fill(
                "<rect class=\"frame\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"6\"/>",
                at(LEFT), at(TOP), at(RIGHT - LEFT), at(BOTTOM - TOP)));
        int last = map.points().stream().mapToInt(UpdatePoint::round).max().orElse(1);
        for (UpdatePoint point : map.points()) {
            mark(svg, point, last);
        }
        legend(svg);
        List<Double> share = map.varianceShare();
        svg.append(fill(
                "<text class=\"axis mid\" x=\"%s\" y=\"%s\">first component (%s %% of the variance)</text>",
                at((LEFT + RIGHT) / 2), at(BOTTOM + 24), fixed(100 * share.get(0), 0)));
        svg.append(fill(
                "<text class=\"axis mid\" transform=\"translate(%s %s) rotate(-90)\">second component (%s %%)</text>",
                at(LEFT - 10), at((TOP + BOTTOM) / 2), fixed(100 * share.get(1), 0)));
        return svg.append("</svg>").toString();
    }

    private String description() {
        return fill(
                "%d updates, %d of them from hostile clients; mean first component %s for honest and %s for hostile.",
                map.points().size(),
                map.points().stream().filter(UpdatePoint::hostile).count(),
                fixed(mean(false), 2),
                fixed(mean(true), 2));
    }

    private double mean(boolean hostile) {
        return map.points().stream()
                .filter(point -> point.hostile() == hostile)
                .mapToDouble(UpdatePoint::x)
                .average()
                .orElse(0);
    }

    private void mark(StringBuilder svg, UpdatePoint point, int lastRound) {
        double opacity = 0.25 + 0.65 * point.round() / lastRound;
        double x = LEFT + (RIGHT - LEFT) * (point.x() - horizontal[0]) / (horizontal[1] - horizontal[0]);
        double y = BOTTOM - (BOTTOM - TOP) * (point.y() - vertical[0]) / (vertical[1] - vertical[0]);
        svg.append(fill(
                "<g class=\"mark %s\" fill-opacity=\"%s\">%s",
                point.hostile() ? "hostile" : "honest",
                fixed(opacity, 2),
                point.hostile() ? triangle(x, y) : circle(x, y)));
        svg.append(fill(
                "<title>client %d (%s), round %d</title></g>",
                point.client(), point.hostile() ? "hostile" : "honest", point.round()));
    }

    private static void legend(StringBuilder svg) {
        double x = RIGHT + 22;
        svg.append(fill("<g class=\"mark honest\" fill-opacity=\"0.9\">%s</g>", circle(x, TOP + 12)));
        svg.append(fill("<text class=\"label\" x=\"%s\" y=\"%s\">honest client</text>", at(x + 14), at(TOP + 16)));
        svg.append(fill("<g class=\"mark hostile\" fill-opacity=\"0.9\">%s</g>", triangle(x, TOP + 36)));
        svg.append(fill("<text class=\"label\" x=\"%s\" y=\"%s\">hostile client</text>", at(x + 14), at(TOP + 40)));
        svg.append(fill("<text class=\"tick\" x=\"%s\" y=\"%s\">pale: first rounds</text>", at(x - 6), at(TOP + 66)));
        svg.append(fill("<text class=\"tick\" x=\"%s\" y=\"%s\">strong: last rounds</text>", at(x - 6), at(TOP + 84)));
    }

    private static String circle(double x, double y) {
        return fill("<circle cx=\"%s\" cy=\"%s\" r=\"4.5\"/>", at(x), at(y));
    }

    private static String triangle(double x, double y) {
        return fill("<path d=\"M%s %sl5.4 9.4h-10.8z\"/>", at(x), at(y - 6.2));
    }

    private static double[] range(double[] values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        if (!(high > low)) {
            return new double[] {-1, 1};
        }
        double margin = (high - low) * MARGIN;
        return new double[] {low - margin, high + margin};
    }
}
