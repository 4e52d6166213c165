package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.AuditKind;
import io.safefedllm.strategy.trust.ClientState;
import io.safefedllm.strategy.trust.EvidenceLevelSettings;
import io.safefedllm.strategy.trust.EvidenceStatus;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.LevelCurves;
import io.safefedllm.strategy.trust.LevelSettings;
import io.safefedllm.strategy.trust.LocalRecipe;
import io.safefedllm.strategy.trust.ShadowNeed;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.TrustSettings;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The authors' levels with their own memories (SF-4, section 8.1). */
final class LevelVectors {
    static final Map<String, VectorCheck> CHECKS =
            Map.of("levels", LevelVectors::levels, "client-curve", LevelVectors::clientCurve);

    private LevelVectors() {}

    private static void clientCurve(GoldenCase vector) {
        double[] raw = Arrays.stream(vector.inputNumbers("score"))
                .map(score -> LevelCurves.clientRaw(score, 10.0))
                .toArray();
        double[] shadow = Arrays.stream(vector.inputNumbers("share"))
                .map(share -> LevelCurves.shadow(share, 7.0))
                .toArray();

        vector.assertAgrees("raw", raw, vector.expected("raw"));
        vector.assertAgrees("shadow", shadow, vector.expected("shadow"));
    }

    private static void levels(GoldenCase vector) {
        Level level = Level.named(vector.input("level").asText()).orElseThrow();
        TrustPolicy policy = TrustPolicies.of(level, settings(vector));
        TrustLedger ledger = TrustLedger.fresh(AuditKey.of(new byte[AuditKey.LENGTH]));
        for (int k = 0; k < vector.input("rounds").size(); k++) {
            JsonNode replies = vector.input("rounds").get(k).get("replies");
            JsonNode expected = vector.expected("rounds").get(k);
            ServerRound round = new ServerRound(k + 1);
            List<Testimony> testimonies = new ArrayList<>();
            boolean[] asked = new boolean[replies.size()];
            for (int i = 0; i < asked.length; i++) {
                long client = replies.get(i).get("client").asLong();
                asked[i] = policy.shadowNeed(round, client, ledger).isNeeded();
                assertThat(policy.shadowNeed(round, client, ledger)).isNotEqualTo(ShadowNeed.AFTER_MAIN);
                testimonies.add(testimony(vector, round, replies.get(i), asked[i]));
            }
            double[] weights = weights(policy.weigh(testimonies, ledger));

            assertThat(asked)
                    .as("shadow runs of round %d", k)
                    .isEqualTo(GoldenCase.booleans(expected.get("shadow_run_needed")));
            vector.assertAgrees("weights of round " + k, weights, expected.get("weights"));
        }
        finalState(vector, ledger);
    }

    private static TrustSettings settings(GoldenCase vector) {
        JsonNode freeze = vector.input("freeze_round");
        LevelSettings level = LevelSettings.PAPER_FAITHFUL;
        return TrustSettings.PAPER_FAITHFUL
                .withLevel(new LevelSettings(
                        vector.input("time_decay").asDouble(),
                        level.priorAlpha(),
                        level.priorBeta(),
                        level.slope(),
                        vector.input("eta").asDouble(),
                        level.harmfulShare(),
                        freeze.isNull() ? OptionalInt.empty() : OptionalInt.of(freeze.asInt())))
                .withEvidence(new EvidenceLevelSettings(
                        vector.input("evidence_min").asInt(),
                        AuditKind.COUNTER,
                        vector.input("audit_interval").asInt(),
                        EvidenceLevelSettings.PAPER_FAITHFUL.auditProbability(),
                        true))
                .withMinWeight(vector.input("min_weight").asDouble())
                .withRecipe(new LocalRecipe(
                        vector.input("steps").asInt(),
                        vector.input("batch").asInt(),
                        vector.input("accumulation").asInt()));
    }

    /** The authors count harmful steps and read the last score apart, so a count of 0 may go with a harmful last score. */
    private static Testimony testimony(GoldenCase vector, ServerRound round, JsonNode reply, boolean asked) {
        int total = vector.input("steps").asInt();
        JsonNode last = reply.get("p_last");
        Evidence evidence = last.isNull()
                ? new Evidence(List.of(), total, Optional.empty())
                : new Evidence(
                        Steps.of(
                                total,
                                reply.get("harmful_steps").asInt(),
                                last.asDouble(),
                                vector.input("threshold").asDouble()),
                        total,
                        Optional.empty());
        return new Testimony(
                round,
                reply.get("client").asLong(),
                ReplyCode.OK,
                reply.get("n").asLong(),
                asked,
                Optional.of(evidence));
    }

    static double[] weights(List<Verdict> verdicts) {
        return verdicts.stream()
                .mapToDouble(verdict -> verdict.weight().value())
                .toArray();
    }

    private static void finalState(GoldenCase vector, TrustLedger ledger) {
        JsonNode expected = vector.expected("final_state");
        for (int client = 0; client < expected.get("mean").size(); client++) {
            Optional<ClientState> known = ledger.client(client);
            if (known.isEmpty()) {
                assertThat(expected.get("status").get(client).asText()).isEqualTo("none");
                assertThat(expected.get("count").get(client).asInt()).isZero();
                continue;
            }
            ClientState state = known.get();
            vector.assertAgrees(
                    "alpha and beta",
                    new double[] {state.alpha(), state.beta()},
                    expected.get("alpha_beta").get(client));
            vector.assertAgrees("mean", state.mean(), expected.get("mean").get(client));
            assertThat(state.meanCount())
                    .isEqualTo(expected.get("count").get(client).asInt());
            assertThat(state.evidence().status().name().toLowerCase(Locale.ROOT))
                    .isEqualTo(expected.get("status").get(client).asText());
            assertThat(state.evidence().auditCounter())
                    .isEqualTo(expected.get("audit_counter").get(client).asInt());
            assertThat(state.evidence().entries())
                    .hasSize(expected.get("evidence_length").get(client).asInt());
            JsonNode frozen = expected.get("frozen_weight").get(client);
            assertThat(frozen.isNull()).isEqualTo(state.evidence().status() == EvidenceStatus.NONE);
            vector.assertAgrees("frozen weight", state.evidence().frozenWeight(), frozen);
        }
    }
}
