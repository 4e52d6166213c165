package io.safefedllm.flower.object;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.GoldenArrays;
import io.safefedllm.flower.record.GoldenFiles;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The values of {@code objects.json}, rebuilt from the words that describe them. */
final class GoldenValues {
    private static final JsonNode CASES = GoldenFiles.read("objects.json").get("cases");
    private static final BigInteger TWO_TO_63 = BigInteger.ONE.shiftLeft(63);
    private static final String CYRILLIC = "\u043a\u043b\u044e\u0447";

    private GoldenValues() {}

    /** Returns the golden {@code value} of a case. */
    static JsonNode golden(String name) {
        return Objects.requireNonNull(CASES.get(name), name).get("value");
    }

    static List<String> caseNames() {
        return GoldenFiles.names(CASES);
    }

    /** Returns an {@link Array}, a {@link FlowerRecord}, a {@link RecordDict} or a {@link Message}. */
    static Object value(String name) {
        if (GoldenArrays.names().contains(name)) {
            return GoldenArrays.named(name);
        }
        if (name.startsWith("message_")) {
            return message(name);
        }
        return name.startsWith("recorddict_") ? dictionary(name) : record(name);
    }

    private static FlowerRecord record(String name) {
        Array w = GoldenArrays.twoByTwo();
        Array single = GoldenArrays.single();
        return switch (name) {
            case "arrayrecord_one" -> arrays("w", w);
            case "arrayrecord_same_twice" -> arrays("a", w, "b", GoldenArrays.twoByTwo());
            case "arrayrecord_order" -> arrays("z", w, "a", single);
            case "arrayrecord_unicode" -> arrays(CYRILLIC, w, "a\"b\\c/\u007f\u2028\ud83d\ude00\t", single);
            case "arrayrecord_empty" -> ArrayRecord.of(Map.of());
            case "lora_keys" -> lora();
            case "metric_mixed" ->
                MetricRecord.builder()
                        .put("loss", 0.5)
                        .put("num-examples", 10)
                        .put("hist", List.of(1L, 2L))
                        .put("accs", List.of(0.25, 0.75))
                        .build();
            case "metric_edges" -> metricEdges();
            case "config_mixed" ->
                ConfigRecord.builder()
                        .put("server-round", 1)
                        .put("lr", 0.1)
                        .put("name", "a")
                        .put("flag", true)
                        .put("blob", new byte[] {0, 1})
                        .put("names", List.of("x", "y"))
                        .build();
            case "config_lists" -> configLists();
            case "config_empty" -> ConfigRecord.builder().build();
            default -> throw new AssertionError("no value is written down for the case " + name);
        };
    }

    private static ArrayRecord arrays(Object... namesAndArrays) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (int i = 0; i < namesAndArrays.length; i += 2) {
            arrays.put((String) namesAndArrays[i], (Array) namesAndArrays[i + 1]);
        }
        return ArrayRecord.of(arrays);
    }

    private static ArrayRecord lora() {
        float[] values = new float[8];
        Arrays.fill(values, 0.25f);
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (String projection : List.of("q_proj", "v_proj")) {
            String prefix = "base_model.model.model.layers.0.self_attn." + projection;
            arrays.put(prefix + ".lora_A.weight", Array.ofFloat32(new int[] {2, 4}, values));
            arrays.put(prefix + ".lora_B.weight", Array.ofFloat32(new int[] {4, 2}, values));
        }
        return ArrayRecord.of(arrays);
    }

    private static MetricRecord metricEdges() {
        return MetricRecord.builder()
                .put("z", 0)
                .put("f", 0.0)
                .put("neg", -1)
                .put("max", Long.MAX_VALUE)
                .put("min", Long.MIN_VALUE)
                .put("big", TWO_TO_63)
                .put("bigs", List.of(1L, TWO_TO_63.shiftLeft(1).subtract(BigInteger.ONE)))
                .put("e", List.<Double>of())
                .put("nf", -0.0)
                .build();
    }

    private static ConfigRecord configLists() {
        return ConfigRecord.builder()
                .put("i", List.of(1L, -2L))
                .put("d", List.of(0.5, 1.0))
                .put("s", List.of("", "\u00e9"))
                .put("b", List.of(true, false))
                .put("y", List.of(new byte[] {}, new byte[] {(byte) 0xff}))
                .put("e", List.of())
                .put("empty", "")
                .put("f", false)
                .put("u", "\ud83d\ude00")
                .build();
    }

    private static RecordDict dictionary(String name) {
        FlowerRecord metrics = record("metric_mixed");
        return switch (name) {
            case "recorddict_train" ->
                records("arrays", record("arrayrecord_one"), "metrics", metrics, "config", record("config_mixed"));
            case "recorddict_empty" -> RecordDict.empty();
            case "recorddict_unicode" -> records(CYRILLIC, metrics);
            case "recorddict_same_twice" -> records("a", metrics, "b", record("metric_mixed"));
            default -> throw new AssertionError("no value is written down for the case " + name);
        };
    }

    private static RecordDict records(Object... keysAndRecords) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        for (int i = 0; i < keysAndRecords.length; i += 2) {
            records.put((String) keysAndRecords[i], (FlowerRecord) keysAndRecords[i + 1]);
        }
        return RecordDict.of(records);
    }

    /** Returns a message whose metadata is that of the golden file. */
    static Message message(String name) {
        JsonNode m = golden(name).get("metadata");
        Metadata metadata = new Metadata(
                Long.parseUnsignedLong(m.get("run_id").textValue()),
                "",
                Long.parseUnsignedLong(m.get("src_node_id").textValue()),
                Long.parseUnsignedLong(m.get("dst_node_id").textValue()),
                m.get("reply_to_message_id").textValue(),
                m.get("group_id").textValue(),
                m.get("ttl").doubleValue(),
                m.get("message_type").textValue(),
                m.get("created_at").doubleValue());
        return switch (name) {
            case "message_train", "message_group_1" -> Message.of(metadata, dictionary("recorddict_train"));
            case "message_evaluate_empty", "message_action" -> Message.of(metadata, RecordDict.empty());
            case "message_reply" ->
                Message.of(metadata, records("arrays", record("arrayrecord_one"), "metrics", record("metric_mixed")));
            case "message_error_reply" -> Message.ofError(metadata, new MessageError(2, "boom"));
            case "message_error_unicode" ->
                Message.ofError(metadata, new MessageError(8, "\u0431\u0443\u043c \ud83d\ude00"));
            case "message_error_no_reason" -> Message.ofError(metadata, new MessageError(1, ""));
            default -> throw new AssertionError("no value is written down for the case " + name);
        };
    }
}
