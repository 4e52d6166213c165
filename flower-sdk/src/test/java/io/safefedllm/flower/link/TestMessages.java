package io.safefedllm.flower.link;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages for tests, at a fixed time. */
public final class TestMessages {

    /** The time of every message here. */
    public static final double NOW = 1_780_000_000.0;

    private TestMessages() {}

    public static InstantSource clock() {
        return InstantSource.fixed(Instant.ofEpochSecond((long) NOW));
    }

    public static Message train(ClaimedRun run, long nodeId) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>(weights(1f, 2f).records());
        records.put("config", ConfigRecord.of(Map.of("server-round", 1L)));
        return Message.instruction(run.claim().runId(), nodeId, "train", RecordDict.of(records), "", NOW);
    }

    public static Message query(ClaimedRun run, long nodeId) {
        return Message.instruction(run.claim().runId(), nodeId, "query", RecordDict.empty(), "", NOW);
    }

    public static RecordDict weights(float... values) {
        Array array = Array.ofFloat32(new int[] {values.length}, values);
        return RecordDict.of(Map.of("arrays", ArrayRecord.of(Map.of("w", array))));
    }
}
