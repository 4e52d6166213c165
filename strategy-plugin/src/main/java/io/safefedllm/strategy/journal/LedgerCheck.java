package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares {@code ledger.json} with what the lines of the journal lead to: what is remembered of every client, the length of
 * the rounds, the digests of old updates, and the adapter. The secret of the audits, the sketches made with it and whose control
 * SCAFFOLD took are in no line, so that nobody can tell whether they were changed.
 */
final class LedgerCheck {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode ledger;
    private final List<Finding> findings;

    /**
     * Makes a check.
     *
     * @param findings gets what is found
     */
    LedgerCheck(JsonNode ledger, List<Finding> findings) {
        this.ledger = ledger;
        this.findings = findings;
    }

    /**
     * Compares all of it.
     *
     * @param replay has played every round of the history
     */
    void compare(RunHistory history, JournalReplay replay) {
        List<RoundLine> rounds = history.rounds();
        int before = history.run().path("resumed").path("round").asInt();
        compare(
                "/round",
                rounds.isEmpty() ? before : rounds.get(rounds.size() - 1).round());
        if (!rounds.isEmpty()) {
            compare("/digests/adapter", rounds.get(rounds.size() - 1).adapterSha256());
        }
        compare("/origin/initialAdapterSha256", history.run().path("initialAdapterSha256"));
        compare("/firewall/rho", replay.rho());
        compare("/firewall/replays", replay.replays());
        if (replay.weighs()) {
            clients(byNode(JSON.valueToTree(replay.clients())), byNode(ledger.at("/trust/clients")));
        }
    }

    private static Map<String, JsonNode> byNode(JsonNode clients) {
        Map<String, JsonNode> byNode = new LinkedHashMap<>();
        clients.forEach(client -> byNode.put(client.path("node").asText(), client));
        return byNode;
    }

    private void clients(Map<String, JsonNode> recomputed, Map<String, JsonNode> written) {
        TreeSet<String> nodes = new TreeSet<>(recomputed.keySet());
        nodes.addAll(written.keySet());
        for (String node : nodes) {
            if (!Objects.equals(recomputed.get(node), written.get(node))) {
                findings.add(new Finding(
                        0, JournalVerifier.LEDGER, "does not remember of node " + node + " what the journal leads to"));
            }
        }
    }

    private void compare(String place, @Nullable Object recomputed) {
        if (!ledger.at(place).equals(JSON.valueToTree(recomputed))) {
            findings.add(new Finding(
                    0, JournalVerifier.LEDGER, "field '" + place.substring(1) + "' is not what the journal leads to"));
        }
    }
}
