package io.safefedllm.lab.report;

import static io.safefedllm.lab.report.Html.escape;
import static io.safefedllm.lab.report.Html.fill;
import static io.safefedllm.lab.report.Html.fixed;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.journal.ClientLine;
import io.safefedllm.strategy.journal.ClientLine.Judged;
import io.safefedllm.strategy.journal.ClientStory;
import io.safefedllm.strategy.journal.RoundLine;
import io.safefedllm.strategy.journal.RunHistory;
import io.safefedllm.strategy.journal.SkipReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The page {@code report.html} of a run that has a journal and nothing else: who is hostile is not known here. It holds
 * everything it needs and asks the network for nothing.
 */
final class JournalPage {
    private static final String WEIGHTS_TEXT =
            "What to see: full colour is weight 1, an empty cell weight 0, no cell no"
                    + " reply. A red frame is a harmful round, a cross a reply that broke a rule, a grey cell quarantine. The clients with"
                    + " the least weight come first.";
    private static final String ROUNDS_TEXT =
            "A skipped round leaves the adapter as it was; that is a normal result of a round, not an error.";
    private static final String CLIENTS_TEXT =
            "What happened to each client, in words; the clients with the least weight first.";
    private static final String SETTINGS_TEXT = "Everything that this run was made with, as its journal states it.";

    private final RunHistory history;
    private final List<Long> nodes;

    private JournalPage(RunHistory history) {
        this.history = history;
        this.nodes = new ArrayList<>(history.nodes());
        nodes.sort(Comparator.comparingDouble(this::meanWeight));
    }

    /** Returns the page. */
    static String html(RunHistory history) {
        return new JournalPage(history).html();
    }

    private String html() {
        StringBuilder page = new StringBuilder(ReportPage.HEAD);
        page.append(ReportPage.stylesheet()).append("</style>\n</head>\n<body>\n<main>\n");
        page.append("<header>\n<p class=\"kicker\">Safe-FedLLM for Flower &middot; run ")
                .append(escape(history.run().path("runId").asText("?")))
                .append("</p>\n<h1>")
                .append(escape(headline()))
                .append("</h1>\n<p class=\"lead\">")
                .append(escape(lead()))
                .append("</p>\n</header>\n");
        ReportPage.section(
                page,
                "weights",
                "Weights by client and round",
                WEIGHTS_TEXT,
                ReportPage.figure(new NodeWeights(history, nodes).svg()));
        ReportPage.section(page, "rounds", "Rounds", ROUNDS_TEXT, rounds());
        ReportPage.section(page, "clients", "Clients", CLIENTS_TEXT, clients());
        ReportPage.section(page, "settings", "Settings", SETTINGS_TEXT, settings());
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private String headline() {
        long skipped = history.rounds().stream()
                .filter(round -> round.skipped().isPresent())
                .count();
        return fill(
                "%s, mean weight %s%s",
                plural(history.rounds().size(), "round"),
                fixed(
                        history.rounds().stream()
                                .mapToDouble(RoundLine::meanWeight)
                                .average()
                                .orElse(0),
                        2),
                skipped == 0 ? "" : fill(", %d skipped", skipped));
    }

    private String lead() {
        long refused =
                lines().stream().filter(line -> line.code().isViolation()).count();
        long harmful = lines().stream().filter(JournalPage::isHarmful).count();
        long quarantined = nodes.stream().filter(this::wasQuarantined).count();
        return fill(
                "Level %s, rule %s; %s, %s refused and %d harmful, %s in quarantine at some time.",
                history.run().path("level").asText("?"),
                history.run().path("rule").asText("?"),
                plural(nodes.size(), "client"),
                plural(refused, "reply", "replies"),
                harmful,
                plural(quarantined, "client"));
    }

    private List<ClientLine> lines() {
        return history.rounds().stream()
                .flatMap(round -> round.clients().stream())
                .toList();
    }

    static boolean isHarmful(ClientLine line) {
        return line.code() == ReplyCode.OK
                && line.verdict().map(Judged::harmful).orElse(false);
    }

    static boolean isQuarantined(ClientLine line) {
        return line.verdict()
                .map(verdict -> verdict.quarantined() || verdict.quarantineLeft() > 0)
                .orElse(false);
    }

    private boolean wasQuarantined(long node) {
        return lines().stream().anyMatch(line -> line.nodeId() == node && isQuarantined(line));
    }

    private double meanWeight(long node) {
        return lines().stream()
                .filter(line -> line.nodeId() == node && line.isPresent())
                .mapToDouble(line -> line.share().weight())
                .average()
                .orElse(0.0);
    }

    private String rounds() {
        StringBuilder table =
                new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">round</th>");
        for (String title :
                List.of("replies", "refused", "harmful", "in quarantine", "mean weight", "norm", "outcome")) {
            table.append(fill("<th scope=\"col\">%s</th>", title));
        }
        table.append("</tr></thead>\n<tbody>\n");
        for (RoundLine round : history.rounds()) {
            List<ClientLine> clients = round.clients();
            table.append(fill(
                    "<tr><th scope=\"row\">%d</th><td>%d</td><td>%d</td><td>%d</td><td>%d</td>",
                    round.round(),
                    clients.stream().filter(ClientLine::isPresent).count(),
                    clients.stream().filter(line -> line.code().isViolation()).count(),
                    clients.stream().filter(JournalPage::isHarmful).count(),
                    clients.stream().filter(JournalPage::isQuarantined).count()));
            table.append(fill(
                    "<td>%s%s</td><td>%s</td><td>%s</td></tr>\n",
                    bar(round.meanWeight()),
                    fixed(round.meanWeight(), 2),
                    round.rho().isPresent() ? fixed(round.rho().getAsDouble(), 4) : "&ndash;",
                    outcome(round)));
        }
        return table.append("</tbody>\n</table></div>").toString();
    }

    private static String outcome(RoundLine round) {
        String degraded = round.degraded() ? "too few rows for the rule's promise" : "new adapter";
        return round.skipped()
                .map(SkipReason::name)
                .map(reason -> "skipped: " + escape(reason))
                .orElse(degraded);
    }

    private static String bar(double share) {
        return fill(
                "<span class=\"bar honest-bar\"><span style=\"width:%s%%\"></span></span>", fixed(100.0 * share, 0));
    }

    private String clients() {
        StringBuilder text = new StringBuilder();
        for (long node : nodes) {
            ClientStory story = ClientStory.of(history, node);
            text.append(fill(
                    "<details><summary>node %s: %s</summary>\n<ul class=\"story\">\n",
                    Long.toUnsignedString(node), escape(story.summary())));
            for (ClientStory.Chapter chapter : story.chapters()) {
                text.append(fill("<li>round %d: %s</li>\n", chapter.round(), escape(chapter.sentence())));
            }
            text.append("</ul></details>\n");
        }
        return text.toString();
    }

    private String settings() {
        StringBuilder table = new StringBuilder("<table class=\"settings\">\n<tbody>\n");
        for (Map.Entry<String, JsonNode> setting :
                history.run().path("settings").properties()) {
            JsonNode value = setting.getValue();
            table.append(fill(
                    "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n",
                    escape(setting.getKey()), escape(value.isTextual() ? value.textValue() : value.toString())));
        }
        return table.append("</tbody>\n</table>").toString();
    }

    private static String plural(long count, String noun) {
        return plural(count, noun, noun + "s");
    }

    private static String plural(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
