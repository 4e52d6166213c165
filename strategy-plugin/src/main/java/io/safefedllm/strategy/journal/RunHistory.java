package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.journal.JournalReader.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A journal read as a history: the run's first line, its finished rounds, and the clients of a round that did not finish.
 *
 * @param run all fields of the first line
 * @param rounds in order
 * @param unfinished clients of the round after the last one, empty if the run ended between two rounds
 */
public record RunHistory(JsonNode run, List<RoundLine> rounds, List<ClientLine> unfinished) {
    /** Copies the lists. */
    public RunHistory {
        rounds = List.copyOf(rounds);
        unfinished = List.copyOf(unfinished);
    }

    /**
     * Reads a journal whose chain is whole.
     *
     * @throws JournalException if a line lacks a field or one has the wrong type, the first line is not a run's, there is
     *     another one, or a client line stands among those of another round; names line and field
     */
    public static RunHistory of(JournalReader journal) throws JournalException {
        List<RoundLine> rounds = new ArrayList<>();
        List<ClientLine> clients = new ArrayList<>();
        Line first = journal.lines().get(0);
        if (!first.type().equals("run")) {
            throw new JournalException("line 1: field 'type' must be run but was " + first.type());
        }
        for (Line line : journal.lines().subList(1, journal.lines().size())) {
            int round = LineFields.of(line).count("round");
            int wanted = clients.isEmpty()
                    ? following(rounds, round)
                    : clients.get(0).round();
            if (round != wanted) {
                throw new JournalException(
                        "line " + line.seq() + ": field 'round' must be " + wanted + " but was " + round);
            }
            switch (line.type()) {
                case "client" -> clients.add(ClientLine.of(line));
                case "round" -> {
                    rounds.add(RoundLine.of(line, clients));
                    clients.clear();
                }
                default -> throw LineFields.of(line).wrong("type", "client or round");
            }
        }
        return new RunHistory(first.content(), rounds, clients);
    }

    /** The first round of a journal may have any number: a run can go on where another one stopped. */
    private static int following(List<RoundLine> rounds, int first) {
        return rounds.isEmpty() ? first : rounds.get(rounds.size() - 1).round() + 1;
    }

    /** Returns all clients that were ever drawn, ascending unsigned. */
    public SortedSet<Long> nodes() {
        SortedSet<Long> nodes = new TreeSet<>(Long::compareUnsigned);
        rounds.forEach(round -> round.clients().forEach(client -> nodes.add(client.nodeId())));
        unfinished.forEach(client -> nodes.add(client.nodeId()));
        return nodes;
    }
}
