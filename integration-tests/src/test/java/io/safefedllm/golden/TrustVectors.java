package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.ClientState;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.LocalRecipe;
import io.safefedllm.strategy.trust.MemoryKind;
import io.safefedllm.strategy.trust.MemorySettings;
import io.safefedllm.strategy.trust.PenaltySettings;
import io.safefedllm.strategy.trust.PenaltyState;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.TrustSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trust memory, quarantine and audits (SF-7.3 to SF-7.5, SF-7.10, section 8.2). */
final class TrustVectors {
    static final Map<String, VectorCheck> CHECKS =
            Map.of("hardened-trust", TrustVectors::hardenedTrust, "audit-bits", TrustVectors::auditBits);

    private static final double THRESHOLD = 0.8;

    private TrustVectors() {}

    private static void auditBits(GoldenCase vector) {
        AuditKey key = AuditKey.ofHex(vector.input("key_hex").asText());
        List<String> nodes = GoldenCase.strings(vector.input("node_ids_decimal"));
        double probability = vector.input("probability").asDouble();
        for (int k = 0; k < vector.input("rounds").asInt(); k++) {
            double[] draws = new double[nodes.size()];
            boolean[] audited = new boolean[nodes.size()];
            for (int i = 0; i < draws.length; i++) {
                draws[i] = key.draw(new ServerRound(k + 1), Long.parseUnsignedLong(nodes.get(i)));
                audited[i] = draws[i] < probability;
            }

            vector.assertAgrees(
                    "draws of round " + k, draws, vector.expected("u").get(k));
            assertThat(audited)
                    .isEqualTo(GoldenCase.booleans(vector.expected("audited").get(k)));
        }
    }

    /** All clients of a file take part in one federation: a client's trust does not depend on the others. */
    private static void hardenedTrust(GoldenCase vector) {
        Level level = Level.named(vector.input("level").asText()).orElseThrow();
        TrustPolicy policy = TrustPolicies.of(level, settings(vector));
        TrustLedger ledger = TrustLedger.fresh(AuditKey.of(new byte[AuditKey.LENGTH]));
        JsonNode clients = vector.input("clients");
        for (int k = 0; k < clients.get(0).get("participations").size(); k++) {
            ServerRound round = new ServerRound(k + 1);
            for (int client = 0; client < clients.size(); client++) {
                JsonNode part = clients.get(client).get("participations").get(k);
                JsonNode expected = vector.expected("clients").get(client).get(k);
                ReplyCode code = ReplyCode.valueOf(part.get("code").asText());
                if (code == ReplyCode.NO_REPLY) {
                    assertThat(expected.get("weight").isNull()).isTrue();
                } else {
                    Testimony testimony = testimony(vector, round, client, code, part);
                    double[] weight = LevelVectors.weights(policy.weigh(List.of(testimony), ledger));
                    String name = clients.get(client).get("name").asText();
                    vector.assertAgrees("weight of " + name + " in round " + k, weight[0], expected.get("weight"));
                }
                assertPenalty(ledger, client, expected);
            }
        }
    }

    private static void assertPenalty(TrustLedger ledger, long client, JsonNode expected) {
        PenaltyState state = ledger.client(client).map(ClientState::penalty).orElse(PenaltyState.START);
        assertThat(state.remaining()).isEqualTo(expected.get("remaining").asInt());
        assertThat(state.level()).isEqualTo(expected.get("level").asInt());
        assertThat(state.remaining() > 0 ? "QUARANTINED" : "ACTIVE")
                .isEqualTo(expected.get("state").asText());
    }

    private static TrustSettings settings(GoldenCase vector) {
        PenaltySettings penalty = PenaltySettings.DEFAULTS;
        return TrustSettings.DEFAULTS
                .withMemory(new MemorySettings(
                        MemoryKind.TRUST,
                        vector.input("initial").asDouble(),
                        vector.input("recovery").asDouble()))
                .withPenalty(new PenaltySettings(
                        true,
                        vector.input("window").asInt(),
                        vector.input("strikes").asInt(),
                        vector.input("base").asInt(),
                        vector.input("max").asInt(),
                        penalty.forgiveAfter()))
                .withRecipe(new LocalRecipe(
                        vector.input("steps").asInt(), vector.input("batch").asInt(), 1));
    }

    private static Testimony testimony(
            GoldenCase vector, ServerRound round, long client, ReplyCode code, JsonNode part) {
        if (code.isViolation()) {
            return new Testimony(round, client, code, 0, true, Optional.empty());
        }
        int total = vector.input("steps").asInt();
        double last = part.get("s_last").asDouble();
        assertThat(part.get("last_harmful").asBoolean()).isEqualTo(last >= THRESHOLD);
        Evidence evidence = new Evidence(
                Steps.of(total, part.get("harmful_steps").asInt(), last, THRESHOLD), total, Optional.empty());
        return new Testimony(round, client, code, part.get("n").asLong(), true, Optional.of(evidence));
    }
}
