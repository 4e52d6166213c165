package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.ClippedRows;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Copied;
import io.safefedllm.strategy.gate.DuplicatePolicy;
import io.safefedllm.strategy.gate.Likeness;
import io.safefedllm.strategy.gate.NormReference;
import io.safefedllm.strategy.gate.NormSettings;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.gate.RoundGateSettings;
import io.safefedllm.strategy.gate.RoundNorms;
import io.safefedllm.strategy.gate.UpdateSketch;
import io.safefedllm.strategy.trust.AdapterLevelSettings;
import io.safefedllm.strategy.trust.AdapterRule;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.TrustSettings;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The adapter level: cuts of a round, memory, and what a boosted update may move under the clip (SF-14). */
final class AdapterVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "adapter-rounds", AdapterVectors::rounds,
            "adapter-copies", AdapterVectors::copies,
            "adapter-boost", AdapterVectors::boost);

    private static final double THRESHOLD = 0.8;
    private static final double UNIT_NORM = 1.0;
    private static final long SKETCH_SEED = 0;
    private static final String TENSOR = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";

    private AdapterVectors() {}

    private static void rounds(GoldenCase vector) {
        TrustPolicy policy =
                policy(vector, AdapterRule.named(vector.input("rule").asText()).orElseThrow());
        TrustLedger ledger = ledger();
        for (int k = 0; k < vector.input("rounds").size(); k++) {
            List<Testimony> testimonies = new ArrayList<>();
            for (JsonNode reply : vector.input("rounds").get(k)) {
                testimonies.add(testimony(new ServerRound(k + 1), reply));
            }
            List<Verdict> verdicts = policy.weigh(testimonies, ledger);

            JsonNode expected = vector.expected("rounds").get(k);
            assertThat(verdicts.stream().map(Verdict::harmful))
                    .as("harmful in round %d", k)
                    .containsExactlyElementsOf(booleans(expected.get("harmful")));
            assertThat(verdicts.stream().mapToInt(Verdict::quarantineLeft).toArray())
                    .isEqualTo(GoldenCase.integers(expected.get("quarantine_left")));
            vector.assertAgrees(
                    "omega in round " + k,
                    verdicts.stream().mapToDouble(Verdict::levelWeight).toArray(),
                    expected.get("omega"));
            vector.assertAgrees("weights of round " + k, LevelVectors.weights(verdicts), expected.get("weight"));
        }
    }

    private static TrustPolicy policy(GoldenCase vector, AdapterRule rule) {
        AdapterLevelSettings settings = new AdapterLevelSettings(rule, OptionalDouble.empty(), OptionalDouble.empty())
                .calibrated(
                        vector.input("sigma0").asDouble(), vector.input("q0").asDouble());
        return TrustPolicies.of(Level.ADAPTER, TrustSettings.DEFAULTS.withAdapter(settings));
    }

    private static TrustLedger ledger() {
        return TrustLedger.fresh(AuditKey.of(new byte[AuditKey.LENGTH]));
    }

    private static List<Boolean> booleans(JsonNode list) {
        List<Boolean> values = new ArrayList<>();
        list.forEach(value -> values.add(value.asBoolean()));
        return values;
    }

    private static Testimony testimony(ServerRound round, JsonNode reply) {
        long node = Long.parseUnsignedLong(reply.get("node").asText());
        ReplyCode code = ReplyCode.valueOf(reply.get("code").asText());
        Optional<Evidence> evidence = reply.get("z").isNull()
                ? Optional.empty()
                : Optional.of(logit(reply.get("z").asDouble()));
        return new Testimony(round, node, code, 1, false, evidence);
    }

    private static Evidence logit(double z) {
        ProbeScore score = ProbeScore.ofLogit(z);
        ViewScore view = new ViewScore("all_b", UNIT_NORM, z, score, THRESHOLD, score.isMaliciousAt(THRESHOLD));
        return new Evidence(List.of(new StepScores(TaskKind.MAIN, 1, List.of(view))), Optional.empty());
    }

    private static void copies(GoldenCase vector) {
        assertThat(Likeness.TOLERANCE).isEqualTo(vector.input("tolerance").asDouble());
        RoundGate gate = new RoundGate(
                new RoundGateSettings(NormSettings.OFF, vector.input("window").asInt(), DuplicatePolicy.STRIKE));
        TrustPolicy policy = TrustPolicies.of(
                Level.ADAPTER, TrustSettings.DEFAULTS.withAdapter(AdapterLevelSettings.DEFAULTS.calibrated(1.0, 2.5)));
        TrustLedger ledger = ledger();
        for (int k = 0; k < vector.input("rounds").size(); k++) {
            JsonNode round = vector.input("rounds").get(k);
            RoundGate.Findings findings = gate.judge(participants(gate, round.get("updates")));
            assertCopies(vector, k, findings, weigh(policy, ledger, new ServerRound(k + 1), findings));
            gate.remember(sketch(round.get("step")), round.get("makers").asInt());
        }
    }

    private static UpdateSketch sketch(JsonNode values) {
        return UpdateSketch.of(update(values), SKETCH_SEED);
    }

    private static List<RoundGate.Participant> participants(RoundGate gate, JsonNode updates) {
        Map<Long, UpdateSketch> sketches = new TreeMap<>();
        updates.properties().forEach(reply -> sketches.put(Long.valueOf(reply.getKey()), sketch(reply.getValue())));
        Map<Long, Likeness> likenesses = gate.likenesses(sketches);
        List<RoundGate.Participant> participants = new ArrayList<>();
        likenesses.forEach((node, likeness) -> {
            LoraUpdate update = update(updates.get(String.valueOf(node)));
            participants.add(new RoundGate.Participant(
                    node, ReplyCode.OK, OptionalDouble.of(update.norm()), Optional.of(update.sha256()), likeness));
        });
        return participants;
    }

    private static List<Verdict> weigh(
            TrustPolicy policy, TrustLedger ledger, ServerRound round, RoundGate.Findings findings) {
        List<Testimony> testimonies = new ArrayList<>();
        findings.outcomes()
                .forEach((node, outcome) -> testimonies.add(new Testimony(
                        round, node, outcome.code(), 1, false, Optional.of(logit(0.1)), outcome.copied())));
        return policy.weigh(testimonies, ledger);
    }

    private static void assertCopies(
            GoldenCase vector, int round, RoundGate.Findings findings, List<Verdict> verdicts) {
        JsonNode expected = vector.expected("rounds").get(round);
        List<RoundGate.Outcome> outcomes = List.copyOf(findings.outcomes().values());
        assertThat(outcomes.stream()
                        .map(outcome -> outcome.copied().map(Copied::name).orElse("")))
                .as("copied in round %d", round)
                .containsExactlyElementsOf(texts(expected.get("copied")));
        assertThat(findings.participants().stream()
                        .map(participant -> participant.likeness().twin().orElse("")))
                .as("twins in round %d", round)
                .containsExactlyElementsOf(texts(expected.get("twin")));
        double[] weights = LevelVectors.weights(verdicts);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= outcomes.get(i).duplicates();
        }
        vector.assertAgrees("weights of round " + round, weights, expected.get("weight"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> values = new ArrayList<>();
        list.forEach(value -> values.add(value.asText()));
        return values;
    }

    private static LoraUpdate update(JsonNode numbers) {
        return LoraUpdate.copyOf(adapter(numbers).layout(), GoldenCase.floats(numbers));
    }

    private static void boost(GoldenCase vector) {
        LoraAdapter global = adapter(vector.input("global"));
        double[] norms = new double[vector.input("adapters").size()];
        double[][] rows = new double[norms.length][];
        List<Testimony> testimonies = new ArrayList<>();
        for (int i = 0; i < norms.length; i++) {
            LoraAdapter submitted = adapter(vector.input("adapters").get(i));
            norms[i] = LoraUpdate.between(global, submitted).norm();
            rows[i] = GoldenCase.widened(submitted.toArray());
            testimonies.add(new Testimony(
                    ServerRound.first(),
                    i + 1L,
                    ReplyCode.OK,
                    1,
                    false,
                    Optional.of(logit(vector.input("z").get(i).asDouble()))));
        }
        RoundNorms measured =
                NormReference.FRESH.measure(new NormSettings(true, 1.0, 2.0, OptionalDouble.empty()), norms);
        double[] scale = Arrays.stream(norms).map(measured::scale).toArray();
        double[] weights = LevelVectors.weights(policy(vector, AdapterRule.MAD).weigh(testimonies, ledger()));

        vector.assertAgrees("norms", norms, vector.expected("norms"));
        vector.assertAgrees("rho", measured.rho(), vector.expected("rho"));
        vector.assertAgrees("scale", scale, vector.expected("scale"));
        vector.assertAgrees("weights", weights, vector.expected("weight"));
        double[] effective = vector.inputNumbers("samples");
        for (int i = 0; i < effective.length; i++) {
            effective[i] *= weights[i];
        }
        UpdateStore store = new Rows(rows);
        vector.assertAgrees("unclipped", mean(store, effective, global), vector.expected("unclipped"));
        store = new ClippedRows(store, GlobalValues.of(global), scale);
        vector.assertAgrees("clipped", mean(store, effective, global), vector.expected("clipped"));
    }

    private static LoraAdapter adapter(JsonNode numbers) {
        AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec(TENSOR, List.of(numbers.size()))));
        return LoraAdapter.copyOf(layout, GoldenCase.floats(numbers));
    }

    private static double[] mean(UpdateStore store, double[] effective, LoraAdapter global) {
        Aggregate result = AggregationRules.named("mean")
                .combine(RuleInput.of(store, effective, global, Draws.seeded(1)))
                .aggregate()
                .orElseThrow();
        double[] values = new double[result.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = result.at(i);
        }
        return values;
    }
}
