package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.at;
import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Draws the weights of one arm: a row for each client, hostile ones on top, a column for each round. */
final class WeightMap {
    private static final double LEFT = 88;
    private static final double TOP = 22;
    private static final double ROW = 17;
    private static final double COLUMN = 20;
    private static final double GAP = 2;
    private static final String FULLY_ADMITTED = "OK";

    private final ArmResult arm;
    private final String id;

    WeightMap(ArmResult arm, int index) {
        this.arm = arm;
        this.id = "weights-" + index;
    }

    String svg() {
        List<ClientResult> clients = clients();
        double width = LEFT + arm.rounds().size() * COLUMN + 8;
        double height = TOP + clients.size() * ROW + 14;
        StringBuilder svg = new StringBuilder(fill(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"%3$s-t %3$s-d\">",
                at(width), at(height), id));
        svg.append(fill(
                "<title id=\"%s-t\">Weights of %s</title><desc id=\"%1$s-d\">%s</desc>",
                id, escape(arm.name()), escape(description())));
        for (RoundResult round : arm.rounds()) {
            header(svg, round);
        }
        for (int row = 0; row < clients.size(); row++) {
            row(svg, row, clients.get(row));
        }
        return svg.append("</svg>").toString();
    }

    private String description() {
        return fill(
                "Hostile clients held %s of the weight; honest clients had %s on average; %d rounds were skipped.",
                fixed(arm.hostileWeightShare(), 2), fixed(arm.honestWeightMean(), 2), arm.roundsSkipped());
    }

    private List<ClientResult> clients() {
        List<ClientResult> clients = new ArrayList<>(
                arm.rounds().isEmpty() ? List.of() : arm.rounds().get(0).clients());
        clients.sort(Comparator.comparing((ClientResult client) -> !client.hostile())
                .thenComparingInt(ClientResult::client));
        return clients;
    }

    private void header(StringBuilder svg, RoundResult round) {
        if (round.round() == 1 || round.round() % 5 == 0 || round.skipped()) {
            svg.append(fill(
                    "<text class=\"tick mid%s\" x=\"%s\" y=\"%s\">%s</text>",
                    round.skipped() ? " skipped" : "",
                    at(x(round) + (COLUMN - GAP) / 2),
                    at(TOP - 7),
                    round.skipped() ? "skip" : Integer.toString(round.round())));
        }
    }

    private void row(StringBuilder svg, int row, ClientResult client) {
        double y = TOP + row * ROW;
        svg.append(fill(
                "<text class=\"tick end%s\" x=\"%s\" y=\"%s\">%s %d</text>",
                client.hostile() ? " hostile-text" : "",
                at(LEFT - 7),
                at(y + ROW - GAP - 3.5),
                client.hostile() ? "hostile" : "honest",
                client.client()));
        for (RoundResult round : arm.rounds()) {
            round.clients().stream()
                    .filter(other -> other.client() == client.client())
                    .forEach(cell -> cell(svg, round, cell, y));
        }
    }

    private void cell(StringBuilder svg, RoundResult round, ClientResult cell, double y) {
        svg.append(fill(
                "<g class=\"cell %s\"><rect class=\"back\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"/>",
                cell.hostile() ? "hostile" : "honest", at(x(round)), at(y), at(COLUMN - GAP), at(ROW - GAP)));
        svg.append(fill(
                "<rect class=\"fill\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\" fill-opacity=\"%s\">",
                at(x(round)), at(y), at(COLUMN - GAP), at(ROW - GAP), fixed(cell.weight(), 3)));
        svg.append(fill(
                "<title>client %d (%s), round %d: weight %s%s</title></rect></g>",
                cell.client(),
                cell.hostile() ? "hostile" : "honest",
                round.round(),
                fixed(cell.weight(), 2),
                cell.reason().equals(FULLY_ADMITTED) ? "" : ", " + escape(cell.reason())));
    }

    private static double x(RoundResult round) {
        return LEFT + (round.round() - 1) * COLUMN;
    }
}
