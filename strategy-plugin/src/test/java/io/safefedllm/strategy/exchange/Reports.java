package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Records of local steps for tests. */
public final class Reports {
    /** Digest of the probe that the records are for. */
    public static final String PROBE = "0123abcd";

    private Reports() {}

    /** Returns the record of an honest client with one value list a step; a key put again replaces the value. */
    public static ConfigRecord.Builder record(
            IssuedAdapter issued, TaskKind run, AdapterLayout keys, List<float[]> steps) {
        ConfigRecord.Builder record = ConfigRecord.builder()
                .put("version", 1)
                .put("run", run.key())
                .put("steps", LongStream.rangeClosed(1, steps.size()).boxed().toList())
                .put("keys", keys.tensors().stream().map(TensorSpec::name).toList())
                .put("probe-sha256", PROBE)
                .put("base-sha256", issued.sha256())
                .put("lora-a-sha256", issued.loraASha256())
                .put("learning-rate", 5e-5);
        for (int i = 0; i < steps.size(); i++) {
            record.put("step-" + (i + 1), bytes(steps.get(i)));
        }
        return record;
    }

    /** Returns values as little-endian float32. */
    public static byte[] bytes(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    /** Returns a reply with a record of its steps. */
    public static RecordDict reply(LoraAdapter adapter, long examples, ConfigRecord record) {
        Map<String, FlowerRecord> records =
                new LinkedHashMap<>(Replies.honest(adapter, examples).records());
        records.put(StepEvidence.RECORD, record);
        return RecordDict.of(records);
    }

    /** Returns the claim of such a reply. */
    public static ClaimedUpdate claim(LoraAdapter adapter, ConfigRecord record) {
        DecodeResult result = new ReplyReader(adapter.layout()).read(reply(adapter, 1, record));
        if (result instanceof DecodeResult.Claimed claimed) {
            return claimed.claim();
        }
        throw new AssertionError(result);
    }
}
