package io.safefedllm.client.exchange;

import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Step evidence on the wire (SF-13.1, source {@code report}; docs/WIRE.md). Asked for by the server with three values of the train
 * config, never sent unasked.
 */
final class EvidenceRecords {
    /** Key of the record in the reply, and of the value that asks for it. */
    static final String EVIDENCE = "safe-fedllm.evidence";

    private static final String KEYS = "safe-fedllm.evidence-keys";
    private static final String PROBE = "safe-fedllm.probe-sha256";
    private static final String REPORT = "report";
    private static final long VERSION = 1;

    private EvidenceRecords() {}

    /**
     * Returns the tensors whose steps the server wants to see, in its order; none if it asks for nothing.
     *
     * @throws IllegalArgumentException if it asks for something unknown, or for tensors that {@code layout} lacks
     */
    static List<String> asked(ConfigRecord config, AdapterLayout layout) {
        Optional<String> kind = config.text(EVIDENCE);
        if (kind.isEmpty()) {
            return List.of();
        }
        if (!kind.get().equals(REPORT)) {
            throw new IllegalArgumentException(
                    EVIDENCE + " must be '" + REPORT + "' or absent but was '" + kind.get() + "'");
        }
        List<String> keys = config.texts(KEYS).orElse(List.of());
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(EVIDENCE + " needs " + KEYS + ", a list of tensor names");
        }
        for (String key : keys) {
            if (!layout.contains(key)) {
                throw new IllegalArgumentException(
                        KEYS + " names '" + key + "', which this node's adapter lacks; its first" + " tensor is '"
                                + layout.tensors().get(0).name() + "'");
            }
        }
        return keys;
    }

    /**
     * Returns the evidence of a training run that recorded its steps.
     *
     * @param from the adapter of the message
     * @param shadow whether the message was a shadow task
     */
    static ConfigRecord record(
            ConfigRecord config, LoraAdapter from, TrainingPlan plan, TrainingResult result, boolean shadow) {
        int count = result.steps().size();
        ConfigRecord.Builder record = ConfigRecord.builder()
                .put("version", VERSION)
                .put("run", shadow ? "shadow" : "main")
                .put("steps", LongStream.rangeClosed(1, count).boxed().toList())
                .put("keys", plan.recorded());
        for (int t = 1; t <= count; t++) {
            record.put("step-" + t, FloatBlob.of(result.steps().get(t - 1).toArray()));
        }
        return record.put("probe-sha256", config.text(PROBE).orElse(""))
                .put("base-sha256", from.sha256())
                .put("lora-a-sha256", from.loraASha256())
                .put("learning-rate", plan.learningRate())
                .build();
    }
}
