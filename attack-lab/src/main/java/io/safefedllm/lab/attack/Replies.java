package io.safefedllm.lab.attack;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Replies with one thing changed; arguments stay as they were. */
final class Replies {
    /** The record with a client's own account of its steps. */
    static final String EVIDENCE = "safe-fedllm.evidence";

    private static final String STEP = "step-";

    private Replies() {}

    static RecordDict withAdapter(RecordDict reply, LoraAdapter adapter) {
        return changed(reply, (key, record) -> record instanceof ArrayRecord ? AdapterRecords.record(adapter) : record);
    }

    static RecordDict withoutEvidence(RecordDict reply) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>(reply.records());
        records.remove(EVIDENCE);
        return RecordDict.of(records);
    }

    /** Puts the evidence record of {@code other} in place of the reply's own. */
    static RecordDict withEvidenceOf(RecordDict reply, RecordDict other) {
        FlowerRecord evidence = other.records().get(EVIDENCE);
        return evidence == null
                ? withoutEvidence(reply)
                : changed(reply, (key, record) -> key.equals(EVIDENCE) ? evidence : record);
    }

    /** Changes one value of the evidence record, if there is one. */
    static RecordDict withEvidence(RecordDict reply, UnaryOperator<Map<String, Object>> change) {
        return changed(
                reply,
                (key, record) -> key.equals(EVIDENCE) && record instanceof ConfigRecord config
                        ? ConfigRecord.of(change.apply(new LinkedHashMap<>(config.values())))
                        : record);
    }

    /** Changes the bytes of every step of an evidence record. */
    static Map<String, Object> withSteps(Map<String, Object> evidence, UnaryOperator<byte[]> change) {
        evidence.replaceAll((key, value) -> key.startsWith(STEP) && value instanceof Bytes bytes
                ? Bytes.copyOf(change.apply(bytes.toArray()))
                : value);
        return evidence;
    }

    /**
     * Claims another number of examples.
     *
     * @param examples a whole number, a decimal one, {@code NaN}, or {@code absent}
     */
    static RecordDict withExamples(RecordDict reply, String name, String examples) {
        return changed(reply, (key, record) -> {
            if (!(record instanceof MetricRecord metrics)) {
                return record;
            }
            Map<String, Object> values = new LinkedHashMap<>(metrics.values());
            values.remove(name);
            if (!examples.equals("absent")) {
                values.put(name, number(examples));
            }
            return MetricRecord.of(values);
        });
    }

    /**
     * Checks that a reply can carry that claim.
     *
     * @throws IllegalArgumentException if it cannot
     */
    static void requireExamples(String examples) {
        if (!examples.equals("absent")) {
            MetricRecord.of(Map.of("claim", number(examples)));
        }
    }

    private static Object number(String text) {
        return text.matches("-?\\d+") ? new BigInteger(text) : (Object) Double.valueOf(text);
    }

    private static RecordDict changed(RecordDict reply, BiFunction<String, FlowerRecord, FlowerRecord> change) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        reply.records().forEach((key, record) -> records.put(key, change.apply(key, record)));
        return RecordDict.of(records);
    }
}
