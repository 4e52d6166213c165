package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.at;
import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import io.safefedllm.strategy.journal.ClientLine;
import io.safefedllm.strategy.journal.ClientStory;
import io.safefedllm.strategy.journal.RoundLine;
import io.safefedllm.strategy.journal.RunHistory;
import java.util.List;

/** Draws the weights of a run: a row for each client, a column for each round. */
final class NodeWeights {
    private static final double TOP = 22;
    private static final double ROW = 19;
    private static final double WIDTH = 960;
    private static final double WIDEST_COLUMN = 34;
    private static final double GAP = 2;
    private static final double DIGIT = 7.2;

    private final RunHistory history;
    private final List<Long> nodes;
    private final double left;
    private final double column;

    NodeWeights(RunHistory history, List<Long> nodes) {
        this.history = history;
        this.nodes = List.copyOf(nodes);
        int digits = nodes.stream()
                .mapToInt(node -> Long.toUnsignedString(node).length())
                .max()
                .orElse(1);
        this.left = 16 + digits * DIGIT;
        this.column = Math.min(
                WIDEST_COLUMN, (WIDTH - left) / Math.max(1, history.rounds().size()));
    }

    String svg() {
        double height = TOP + nodes.size() * ROW + 8;
        StringBuilder svg = new StringBuilder(fill(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"node-weights-t node-weights-d\">",
                at(WIDTH), at(height)));
        svg.append("<title id=\"node-weights-t\">Weights by client and round</title>");
        svg.append(fill(
                "<desc id=\"node-weights-d\">%d clients over %d rounds; the list of clients below says the same in"
                        + " words.</desc>",
                nodes.size(), history.rounds().size()));
        for (RoundLine round : history.rounds()) {
            header(svg, round);
        }
        for (int row = 0; row < nodes.size(); row++) {
            row(svg, row);
        }
        return svg.append("</svg>").toString();
    }

    private void header(StringBuilder svg, RoundLine round) {
        boolean skipped = round.skipped().isPresent();
        if (index(round.round()) == 0 || round.round() % 5 == 0 || skipped) {
            svg.append(fill(
                    "<text class=\"tick mid%s\" x=\"%s\" y=\"%s\">%s</text>",
                    skipped ? " skipped" : "",
                    at(x(round.round()) + (column - GAP) / 2),
                    at(TOP - 7),
                    skipped ? "skip" : Integer.toString(round.round())));
        }
    }

    private void row(StringBuilder svg, int row) {
        long node = nodes.get(row);
        double y = TOP + row * ROW;
        svg.append(fill(
                "<text class=\"tick end\" x=\"%s\" y=\"%s\">%s</text>",
                at(left - 8), at(y + ROW - GAP - 4), Long.toUnsignedString(node)));
        List<ClientStory.Chapter> chapters = ClientStory.of(history, node).chapters();
        for (RoundLine round : history.rounds()) {
            round.clients().stream()
                    .filter(line -> line.nodeId() == node && line.isPresent())
                    .forEach(line -> cell(svg, line, y, sentence(chapters, line)));
        }
    }

    private static String sentence(List<ClientStory.Chapter> chapters, ClientLine line) {
        return chapters.stream()
                .filter(chapter -> chapter.round() == line.round())
                .map(ClientStory.Chapter::sentence)
                .findFirst()
                .orElse("");
    }

    private void cell(StringBuilder svg, ClientLine line, double y, String sentence) {
        double x = x(line.round());
        String place = fill(
                "x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"", at(x), at(y), at(column - GAP), at(ROW - GAP));
        svg.append(fill("<g class=\"cell honest%s\">", JournalPage.isQuarantined(line) ? " barred" : ""));
        svg.append(fill(
                "<title>node %s, round %d: %s</title>",
                Long.toUnsignedString(line.nodeId()), line.round(), escape(sentence)));
        svg.append(fill("<rect class=\"back\" %s/>", place));
        svg.append(fill(
                "<rect class=\"fill\" %s fill-opacity=\"%s\"/>",
                place, fixed(line.share().weight(), 3)));
        if (JournalPage.isHarmful(line)) {
            svg.append(fill("<rect class=\"alarm\" %s/>", place));
        }
        if (line.code().isViolation()) {
            svg.append(fill(
                    "<path class=\"alarm\" d=\"M%s %sl%s %sm0 -%4$sl-%3$s %4$s\"/>",
                    at(x + 4), at(y + 4), at(column - GAP - 8), at(ROW - GAP - 8)));
        }
        svg.append("</g>");
    }

    private double x(int round) {
        return left + index(round) * column;
    }

    private int index(int round) {
        return round - history.rounds().get(0).round();
    }
}
