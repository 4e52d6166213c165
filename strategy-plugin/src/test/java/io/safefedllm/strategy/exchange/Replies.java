package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.Adapters;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Contents of replies for tests. */
public final class Replies {
    private Replies() {}

    /** Returns a reply as an honest client sends it. */
    public static RecordDict honest(LoraAdapter adapter, long examples) {
        return reply(arrays(adapter), examples);
    }

    /** Returns a reply with these arrays. */
    public static RecordDict reply(Map<String, Array> arrays, long examples) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("arrays", ArrayRecord.of(arrays));
        records.put("metrics", examples(examples));
        return RecordDict.of(records);
    }

    /** Returns metrics with a number of examples. */
    public static MetricRecord examples(long count) {
        return MetricRecord.builder()
                .put("train_loss", 0.5)
                .put(ReplyReader.NUM_EXAMPLES, count)
                .build();
    }

    /** Returns an adapter's arrays in a map of the caller's own. */
    public static Map<String, Array> arrays(LoraAdapter adapter) {
        return new LinkedHashMap<>(TrainTask.arrays(adapter).arrays());
    }

    /** Returns the array of that name, which must be there. */
    public static Array get(Map<String, Array> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    /** Returns an array whose header says what it is told to. */
    public static Array npy(String descr, String shape, byte[] data) {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        String padded = header + " ".repeat(127 - 10 - header.length()) + "\n";
        ByteArrayOutputStream npy = new ByteArrayOutputStream();
        npy.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length(), 0});
        npy.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
        npy.writeBytes(data);
        return Array.of("float32", new int[0], Array.NUMPY_STYPE, npy.toByteArray());
    }

    /** Returns the adapter that a task brought to a client. */
    public static LoraAdapter received(Message task) {
        DecodeResult result = new ReplyReader(Adapters.LAYOUT).read(task.content());
        if (result instanceof DecodeResult.Claimed claimed) {
            return LoraAdapter.wrap(Adapters.LAYOUT, claimed.claim().toArray());
        }
        throw new IllegalArgumentException("the task holds no adapter of the tests' layout");
    }
}
