package io.safefedllm.app.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.console.TextTable;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.journal.ClientLine;
import io.safefedllm.strategy.journal.ClientLine.Judged;
import io.safefedllm.strategy.journal.ClientStory;
import io.safefedllm.strategy.journal.RoundLine;
import io.safefedllm.strategy.journal.RunHistory;
import io.safefedllm.strategy.journal.SkipReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A journal for people and for programs. */
final class JournalText {
    private static final List<String> HEADER =
            List.of("round", "replies", "refused", "harmful", "quarantined", "mean weight", "skipped");

    private JournalText() {}

    /** Returns a line a round and, under them, a line a client. */
    static String overview(RunHistory history) {
        TextTable table = new TextTable(HEADER);
        history.rounds().forEach(round -> table.add(cells(round)));
        StringBuilder text = new StringBuilder(head(history)).append("\n\n").append(table);
        text.append('\n');
        for (long node : history.nodes()) {
            text.append("node ")
                    .append(Long.toUnsignedString(node))
                    .append(": ")
                    .append(ClientStory.of(history, node).summary())
                    .append('\n');
        }
        if (!history.unfinished().isEmpty()) {
            text.append("\nround ").append(history.unfinished().get(0).round()).append(" did not finish\n");
        }
        return text.toString();
    }

    private static String head(RunHistory history) {
        return "run " + history.run().path("runId").asText("?") + ", level "
                + history.run().path("level").asText("?") + ", rule "
                + history.run().path("rule").asText("?") + ", safe-fedllm "
                + history.run().path("version").asText("?");
    }

    private static List<String> cells(RoundLine round) {
        return List.of(
                Integer.toString(round.round()),
                count(round, ClientLine::isPresent),
                count(round, client -> client.code().isViolation()),
                count(round, JournalText::isHarmful),
                count(round, JournalText::isQuarantined),
                fixed(round.meanWeight()),
                round.skipped().map(SkipReason::name).orElse("-"));
    }

    private static boolean isHarmful(ClientLine client) {
        return client.code() == ReplyCode.OK
                && client.verdict().map(Judged::harmful).orElse(false);
    }

    private static boolean isQuarantined(ClientLine client) {
        return client.verdict()
                .map(verdict -> verdict.quarantined() || verdict.quarantineLeft() > 0)
                .orElse(false);
    }

    private static String count(RoundLine round, Predicate<ClientLine> which) {
        return Long.toString(round.clients().stream().filter(which).count());
    }

    /** Returns the overview as one JSON object and a line feed. */
    static String overviewJson(RunHistory history) throws JsonProcessingException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("run", history.run());
        object.put(
                "rounds",
                history.rounds().stream().map(JournalText::roundObject).toList());
        List<Map<String, Object>> clients = new ArrayList<>();
        for (long node : history.nodes()) {
            clients.add(storyObject(history, node));
        }
        object.put("clients", clients);
        return json(object);
    }

    /** Returns what a round was for each of its clients. */
    static String round(RunHistory history, RoundLine round) {
        StringBuilder text = new StringBuilder("round " + round.round() + ": mean weight " + fixed(round.meanWeight())
                + round.skipped().map(reason -> ", skipped: " + reason).orElse("") + "\n");
        for (ClientLine client : round.clients()) {
            ClientStory.of(history, client.nodeId()).chapters().stream()
                    .filter(chapter -> chapter.round() == round.round())
                    .forEach(chapter -> text.append("node ")
                            .append(Long.toUnsignedString(client.nodeId()))
                            .append(": ")
                            .append(chapter.sentence())
                            .append('\n'));
        }
        return text.toString();
    }

    /** Returns a round as one JSON object and a line feed. */
    static String roundJson(RunHistory history, RoundLine round) throws JsonProcessingException {
        Map<String, Object> object = roundObject(round);
        List<Map<String, Object>> clients = new ArrayList<>();
        for (ClientLine client : round.clients()) {
            ClientStory.of(history, client.nodeId()).chapters().stream()
                    .filter(chapter -> chapter.round() == round.round())
                    .forEach(chapter -> {
                        Map<String, Object> entry = new LinkedHashMap<>();
                        entry.put("node", Long.toUnsignedString(client.nodeId()));
                        entry.put("code", client.code());
                        entry.put("weight", chapter.weight());
                        entry.put("sentence", chapter.sentence());
                        clients.add(entry);
                    });
        }
        object.put("clients", clients);
        return json(object);
    }

    private static Map<String, Object> roundObject(RoundLine round) {
        Map<String, Object> object = new LinkedHashMap<>();
        List<String> cells = cells(round);
        object.put("round", round.round());
        for (int i = 1; i <= HEADER.indexOf("quarantined"); i++) {
            object.put(HEADER.get(i), Integer.parseInt(cells.get(i)));
        }
        object.put("meanWeight", round.meanWeight());
        object.put("skipped", round.skipped().isPresent());
        object.put("reason", round.skipped().map(SkipReason::name).orElse(""));
        return object;
    }

    /** Returns the history of one client in words. */
    static String story(RunHistory history, long nodeId) {
        ClientStory story = ClientStory.of(history, nodeId);
        return "node " + Long.toUnsignedString(nodeId) + ": " + story.summary() + "\n"
                + story.chapters().stream()
                        .map(chapter -> "round " + chapter.round() + ": " + chapter.sentence() + "\n")
                        .collect(Collectors.joining());
    }

    /** Returns the history of one client as one JSON object and a line feed. */
    static String storyJson(RunHistory history, long nodeId) throws JsonProcessingException {
        return json(storyObject(history, nodeId));
    }

    private static Map<String, Object> storyObject(RunHistory history, long nodeId) {
        ClientStory story = ClientStory.of(history, nodeId);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("node", Long.toUnsignedString(nodeId));
        object.put("summary", story.summary());
        List<Map<String, Object>> rounds = new ArrayList<>();
        for (ClientStory.Chapter chapter : story.chapters()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("round", chapter.round());
            entry.put("weight", chapter.weight());
            entry.put("sentence", chapter.sentence());
            rounds.add(entry);
        }
        object.put("rounds", rounds);
        return object;
    }

    /** Returns the ids of all clients, for a message. */
    static String nodes(RunHistory history) {
        return history.nodes().stream().map(Long::toUnsignedString).collect(Collectors.joining(", "));
    }

    private static String fixed(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String json(Object value) throws JsonProcessingException {
        return new JsonMapper().writeValueAsString(value) + "\n";
    }
}
