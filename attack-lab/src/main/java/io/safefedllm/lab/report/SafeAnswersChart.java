package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.at;
import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Draws safe answers by round, one line an arm, each with its name at the right end. */
final class SafeAnswersChart {
    private static final double WIDTH = 860;
    private static final double HEIGHT = 380;
    private static final double LEFT = 52;
    private static final double RIGHT = 640;
    private static final double TOP = 18;
    private static final double BOTTOM = 330;
    private static final double LABEL_GAP = 19;

    /** Colours that stand out on white and on dark ground alike. */
    private static final String STYLE =
            """
            text { font-family: system-ui, sans-serif; }
            .grid { stroke: #8b949e; stroke-opacity: .35; }
            .tick, .axis { fill: #7d8590; font-size: 13px; }
            .label { fill: var(--line); font-size: 14px; }
            .value { font-weight: 650; }
            .mid { text-anchor: middle; }
            .end { text-anchor: end; }
            .anchor-low { --line: #d9534a; }
            .anchor-high { --line: #7d8590; }
            .arm-0 { --line: #d98200; }
            .arm-1 { --line: #9a6fd0; }
            .arm-2 { --line: #2a94c9; }
            .arm-3 { --line: #1f9d6c; }
            .arm-4 { --line: #c45c98; }
            .arm-5 { --line: #948231; }
            .series polyline { fill: none; stroke: var(--line); stroke-width: 2.4; stroke-linejoin: round; }
            .series circle { fill: var(--line); }
            .series .leader { stroke: var(--line); stroke-width: 1.2; }
            .anchor polyline { stroke-dasharray: 7 5; }
            """;

    private final List<ArmResult> arms;
    private final int rounds;

    SafeAnswersChart(List<ArmResult> arms) {
        this.arms = arms;
        this.rounds = arms.stream()
                .flatMap(arm -> arm.rounds().stream())
                .mapToInt(RoundResult::round)
                .max()
                .orElse(1);
    }

    /** Returns the figure with its colours inside, as a file of its own. */
    String standalone() {
        String inside = svg();
        int head = inside.indexOf('>') + 1;
        return inside.substring(0, head).replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ") + "<style>"
                + STYLE + "</style>" + inside.substring(head);
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(fill(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"lines-t lines-d\">", at(WIDTH), at(HEIGHT)));
        svg.append("<title id=\"lines-t\">Safe answers by round</title><desc id=\"lines-d\">")
                .append(escape(description()))
                .append("</desc>");
        axes(svg);
        for (int i = 0; i < arms.size(); i++) {
            line(svg, arms.get(i), ArmStyle.of(arms, i));
        }
        labels(svg);
        return svg.append("</svg>").toString();
    }

    private String description() {
        StringBuilder text = new StringBuilder("After the last round:");
        for (ArmResult arm : arms) {
            text.append(fill(" %s %s %%;", arm.name(), fixed(last(arm), 0)));
        }
        return text.toString();
    }

    private void axes(StringBuilder svg) {
        for (int percent = 0; percent <= 100; percent += 25) {
            svg.append(fill(
                    "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%3$s\" y2=\"%3$s\"/>",
                    at(LEFT), at(RIGHT), at(y(percent))));
            svg.append(fill(
                    "<text class=\"tick end\" x=\"%s\" y=\"%s\">%d %%</text>",
                    at(LEFT - 8), at(y(percent) + 4), percent));
        }
        int step = rounds <= 20 ? 1 : (rounds + 9) / 10;
        for (int round = 1; round <= rounds; round += step) {
            svg.append(
                    fill("<text class=\"tick mid\" x=\"%s\" y=\"%s\">%d</text>", at(x(round)), at(BOTTOM + 18), round));
        }
        svg.append(fill(
                "<text class=\"axis mid\" x=\"%s\" y=\"%s\">round</text>", at((LEFT + RIGHT) / 2), at(BOTTOM + 40)));
    }

    private void line(StringBuilder svg, ArmResult arm, ArmStyle style) {
        StringBuilder points = new StringBuilder();
        for (RoundResult round : arm.rounds()) {
            points.append(at(x(round.round())))
                    .append(',')
                    .append(at(y(round.safeAnswersPercent())))
                    .append(' ');
        }
        svg.append(fill("<g class=\"series %s%s\">", style.css(), style.anchor() ? " anchor" : ""));
        svg.append(fill("<polyline points=\"%s\"/>", points.toString().strip()));
        for (RoundResult round : arm.rounds()) {
            svg.append(fill(
                    "<circle cx=\"%s\" cy=\"%s\" r=\"3.2\"><title>%s, round %d: %s %% safe%s</title></circle>",
                    at(x(round.round())),
                    at(y(round.safeAnswersPercent())),
                    escape(arm.name()),
                    round.round(),
                    fixed(round.safeAnswersPercent(), 1),
                    round.skipped() ? ", round skipped" : ""));
        }
        svg.append("</g>");
    }

    /** Puts the names beside the ends of the lines, moved apart where ends lie close together. */
    private void labels(StringBuilder svg) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> y(last(arms.get(i)))));
        double[] place = new double[arms.size()];
        double floor = TOP + 4;
        for (int rank = 0; rank < place.length; rank++) {
            place[rank] = Math.max(floor, y(last(arms.get(order.get(rank)))) + 4);
            floor = place[rank] + LABEL_GAP;
        }
        double ceiling = BOTTOM + 6;
        for (int rank = place.length - 1; rank >= 0; rank--) {
            place[rank] = Math.min(place[rank], ceiling);
            ceiling = place[rank] - LABEL_GAP;
        }
        for (int rank = 0; rank < place.length; rank++) {
            label(svg, order.get(rank), place[rank]);
        }
    }

    private void label(StringBuilder svg, int index, double place) {
        ArmResult arm = arms.get(index);
        ArmStyle style = ArmStyle.of(arms, index);
        svg.append(fill(
                "<g class=\"series %s\"><line class=\"leader\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                style.css(), at(RIGHT + 5), at(y(last(arm))), at(RIGHT + 18), at(place - 4)));
        svg.append(fill(
                "<text class=\"label\" x=\"%s\" y=\"%s\">%s <tspan class=\"value\">%s %%</tspan></text></g>",
                at(RIGHT + 22), at(place), escape(style.label()), fixed(last(arm), 0)));
    }

    private static double last(ArmResult arm) {
        return arm.rounds().isEmpty()
                ? arm.safeAnswersPercent()
                : arm.rounds().get(arm.rounds().size() - 1).safeAnswersPercent();
    }

    private double x(int round) {
        return rounds == 1 ? RIGHT : LEFT + 8 + (RIGHT - LEFT - 8) * (round - 1) / (rounds - 1);
    }

    private static double y(double percent) {
        return BOTTOM - (BOTTOM - TOP) * percent / 100;
    }
}
