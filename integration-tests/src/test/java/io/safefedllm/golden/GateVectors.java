package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.exchange.StepEvidence;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import io.safefedllm.strategy.gate.Duplicates;
import io.safefedllm.strategy.gate.EvidenceBinding;
import io.safefedllm.strategy.gate.Gate;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.NodeReplies;
import io.safefedllm.strategy.gate.NormReference;
import io.safefedllm.strategy.gate.NormSettings;
import io.safefedllm.strategy.gate.ReplayMemory;
import io.safefedllm.strategy.gate.ReportRules;
import io.safefedllm.strategy.gate.RoundNorms;
import io.safefedllm.strategy.gate.StepFinding;
import io.safefedllm.strategy.gate.StepNeed;
import io.safefedllm.strategy.gate.ViewNorm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The payload firewall (SF-7.1, 7.2), duplicates (SF-7.6) and the clip (SF-7.7). */
final class GateVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "firewall", GateVectors::firewall,
            "evidence-binding", GateVectors::evidenceBinding,
            "clip-rounds", GateVectors::clipRounds,
            "duplicates", GateVectors::duplicates);

    private static final String PROBE = "the probe of this case";
    private static final long NODE = 2;

    private GateVectors() {}

    /** Replies to a run whose level needs all the local steps of the submitted run. */
    private static void firewall(GoldenCase vector) {
        LoraAdapter global = GoldenCase.adapter(vector.input("global"));
        int total = vector.input("steps").asInt();
        assertThat(GoldenCase.integers(vector.input("required_steps"))).containsExactly(1, 2, 3);
        ReportRules rules = new ReportRules(total, StepNeed.ALL, StepNeed.NONE, true, loraB(global.layout()), PROBE);
        long cap = vector.input("max_num_examples").asLong();
        Gate gate = new Gate(
                new GateSettings(true, GateSettings.DEFAULT_ZERO_EPSILON, cap),
                global,
                List.of(norm(ViewSelector.FIRST_B, global), norm(ViewSelector.REST_B, global)),
                Optional.of(rules));
        JsonNode replies = vector.input("replies");
        for (int i = 0; i < replies.size(); i++) {
            Admission admission = judge(gate, replies.get(i), global, rules);

            assertThat(admission.code().name())
                    .as("reply %d", i)
                    .isEqualTo(vector.expected("codes").get(i).asText());
            Optional<Long> capped = admission instanceof Admission.Admitted admitted
                    ? Optional.of(admitted.cappedExamples())
                    : Optional.empty();
            JsonNode expected = vector.expected("capped_examples").get(i);
            assertThat(capped)
                    .as("reply %d", i)
                    .isEqualTo(expected.isNull() ? Optional.empty() : Optional.of(expected.asLong()));
        }
    }

    private static Admission judge(Gate gate, JsonNode reply, LoraAdapter global, ReportRules rules) {
        if (reply.isNull()) {
            return gate.admit(new NodeReplies(NODE, Optional.empty(), Optional.empty(), false), global);
        }
        IssuedAdapter issued = IssuedAdapter.of(global);
        DecodeResult result = new ReplyReader(global.layout()).read(content(reply, issued, rules));
        StepFinding finding = result instanceof DecodeResult.Claimed claimed
                ? gate.examine(claimed.claim(), TaskKind.MAIN, issued).finding()
                : StepFinding.FINE;
        return gate.admit(
                new NodeReplies(NODE, Optional.of(result), Optional.empty(), false, finding, StepFinding.FINE), global);
    }

    private static RecordDict content(JsonNode reply, IssuedAdapter issued, ReportRules rules) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        Map<String, Array> arrays = new LinkedHashMap<>();
        reply.get("adapter").properties().forEach(entry -> arrays.put(entry.getKey(), array(entry.getValue())));
        records.put("arrays", ArrayRecord.of(arrays));
        JsonNode examples = reply.path("num_examples");
        MetricRecord.Builder metrics = MetricRecord.builder();
        if (examples.isIntegralNumber()) {
            metrics.put(ReplyReader.NUM_EXAMPLES, examples.asLong());
        } else if (!examples.isNull()) {
            metrics.put(ReplyReader.NUM_EXAMPLES, GoldenCase.number(examples));
        }
        records.put("metrics", metrics.build());
        records.put(StepEvidence.RECORD, evidence(reply, issued, rules));
        return RecordDict.of(records);
    }

    /** What an honest client reports, but for the steps of the case: each is the update itself. */
    private static ConfigRecord evidence(JsonNode reply, IssuedAdapter issued, ReportRules rules) {
        List<Long> steps = new ArrayList<>();
        reply.get("steps").forEach(step -> steps.add(step.asLong()));
        ConfigRecord.Builder record = ConfigRecord.builder()
                .put("version", 1)
                .put("run", "main")
                .put("steps", steps)
                .put("keys", rules.request().keys())
                .put("probe-sha256", PROBE)
                .put("base-sha256", issued.sha256())
                .put("lora-a-sha256", issued.loraASha256())
                .put("learning-rate", 5e-5);
        byte[] update = update(reply.get("adapter"), issued.adapter(), rules.keys());
        steps.forEach(step -> record.put("step-" + step, update));
        return record.build();
    }

    private static byte[] update(JsonNode adapter, LoraAdapter global, AdapterLayout keys) {
        ByteBuffer bytes = ByteBuffer.allocate(keys.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (TensorSpec tensor : keys.tensors()) {
            float[] base = global.tensor(tensor.name());
            JsonNode sent = adapter.path(tensor.name()).path("data");
            for (int i = 0; i < base.length; i++) {
                bytes.putFloat(sent.has(i) ? finite((float) GoldenCase.number(sent.get(i))) - base[i] : 0);
            }
        }
        return bytes.array();
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : 0;
    }

    private static Array array(JsonNode tensor) {
        int[] shape = GoldenCase.integers(tensor.get("shape"));
        return tensor.get("dtype").asText().equals("float32")
                ? Array.ofFloat32(shape, GoldenCase.floats(tensor.get("data")))
                : Array.ofInt64(
                        shape,
                        Arrays.stream(GoldenCase.integers(tensor.get("data")))
                                .asLongStream()
                                .toArray());
    }

    private static AdapterLayout loraB(AdapterLayout layout) {
        return AdapterLayout.of(layout.tensors().stream()
                .filter(TensorSpec::isLoraB)
                .sorted(Comparator.comparing(TensorSpec::name))
                .toList());
    }

    private static ViewNorm norm(ViewSelector selector, LoraAdapter global) {
        FeatureExtractor extractor = new FeatureExtractor(FeatureKeys.of(selector, global.layout()), Normalisation.L2);
        return update -> extractor.extract(update).norm();
    }

    private static void evidenceBinding(GoldenCase vector) {
        float[] own = GoldenCase.floats(vector.input("own_delta"));
        JsonNode steps = vector.input("step_deltas");
        boolean[] matches = new boolean[steps.size()];
        for (int i = 0; i < matches.length; i++) {
            matches[i] = EvidenceBinding.matches(GoldenCase.floats(steps.get(i)), own);
        }
        ReplayMemory memory = new ReplayMemory(vector.input("window").asInt());
        List<String> codes = new ArrayList<>();
        for (String hash : GoldenCase.strings(vector.input("hashes"))) {
            codes.add(memory.isReplay(NODE, hash) ? "REPLAYED" : "OK");
            memory.remember(NODE, Optional.of(hash));
        }

        assertThat(matches).isEqualTo(GoldenCase.booleans(vector.expected("matches")));
        assertThat(codes).isEqualTo(GoldenCase.strings(vector.expected("replay")));
    }

    private static void clipRounds(GoldenCase vector) {
        NormSettings settings = new NormSettings(
                true,
                vector.input("kappa").asDouble(),
                vector.input("growth").asDouble(),
                OptionalDouble.of(vector.input("oversize_factor").asDouble()));
        NormReference reference = NormReference.FRESH;
        JsonNode rounds = vector.input("rounds");
        for (int k = 0; k < rounds.size(); k++) {
            double[] norms = GoldenCase.numbers(rounds.get(k).get("norms"));
            RoundNorms round = reference.measure(settings, norms);
            JsonNode expected = vector.expected("rounds").get(k);

            vector.assertAgrees("rho", round.rho(), expected.get("rho"));
            vector.assertAgrees("scale", Arrays.stream(norms).map(round::scale).toArray(), expected.get("scale"));
            boolean[] oversized = GoldenCase.booleans(expected.get("oversized"));
            for (int i = 0; i < norms.length; i++) {
                assertThat(round.isOversized(norms[i]))
                        .as("round %d norm %d", k, i)
                        .isEqualTo(oversized[i]);
            }
            reference =
                    reference.after(round, rounds.get(k).get("round_skipped").asBoolean());
        }
    }

    private static void duplicates(GoldenCase vector) {
        List<String> digests = new ArrayList<>();
        vector.input("updates")
                .forEach(update -> digests.add(GoldenCase.update(update).sha256()));
        double[] weights = vector.inputNumbers("weights");
        List<Integer> shares = Duplicates.shares(digests);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= shares.get(i);
        }

        assertThat(digests).isEqualTo(GoldenCase.strings(vector.expected("sha256")));
        vector.assertAgrees("weights", weights, vector.expected("weights"));
    }
}
