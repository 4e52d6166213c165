package io.safefedllm.lab.attack;

import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A federation without training: honest clients add 1 to the first tensor and 2 to the second, poisoned ones take 4 away. */
final class DrillGround {
    static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec("base.layers.0.q_proj.lora_B.weight", List.of(2, 1)),
            new TensorSpec("base.layers.1.q_proj.lora_B.weight", List.of(1, 2))));

    static final List<LoraUpdate> HONEST = List.of(update(1, 1, 2, 2), update(2, 1, 2, 4), update(3, 1, 2, 6));

    private DrillGround() {}

    static LoraUpdate update(float... values) {
        return LoraUpdate.copyOf(LAYOUT, values);
    }

    static LoraAdapter global(float value) {
        float[] values = new float[LAYOUT.size()];
        Arrays.fill(values, value);
        return LoraAdapter.wrap(LAYOUT, values);
    }

    /** Returns an attacker with everything it may need; those of one ring share their state. */
    static HostileClientApp attacker(String spec, int number, Collusion ring) {
        return attacker(spec, number, ring, new ArrayList<>());
    }

    static HostileClientApp attacker(String spec, int number, Collusion ring, List<Integer> strikes) {
        ClientApp poisoned = trainer(-4, -4, -4, -4);
        return attacker(spec, number, ring, strikes, poisoning -> poisoned);
    }

    static HostileClientApp attacker(
            String spec, int number, Collusion ring, List<Integer> strikes, Poisoner poisoner) {
        FederationFacts facts =
                new FederationFacts(number, OptionalInt.of(10), OptionalInt.of(3), HONEST.size(), OptionalInt.of(9), 7);
        return new HostileClientApp(
                Attacks.named(spec),
                new HostileNode(
                        trainer(1, 1, 2, 2),
                        poisoner,
                        (message, context, global) -> HONEST,
                        ring,
                        facts,
                        ReplyNames.DEFAULTS,
                        strikes::add));
    }

    static ClientApp trainer(float... change) {
        return (message, context) -> {
            LoraAdapter from = AdapterRecords.only(message.content());
            Map<String, FlowerRecord> records = new LinkedHashMap<>();
            records.put("arrays", AdapterRecords.record(from.plus(update(change))));
            records.put("metrics", MetricRecord.of(Map.of("train_loss", 0.5, "num-examples", 80L)));
            records.put(
                    "safe-fedllm.evidence",
                    ConfigRecord.builder()
                            .put("steps", List.of(1L))
                            .put(
                                    "keys",
                                    LAYOUT.tensors().stream()
                                            .map(TensorSpec::name)
                                            .toList())
                            .put("step-1", bytes(change))
                            .build());
            return RecordDict.of(records);
        };
    }

    static byte[] bytes(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    static Message main(int round, LoraAdapter global) {
        return message(
                global, ConfigRecord.builder().put("server-round", (long) round).build());
    }

    static Message shadow(int round, LoraAdapter first) {
        return message(
                first,
                ConfigRecord.builder()
                        .put("server-round", 1L)
                        .put("safe-fedllm.round", (long) round)
                        .put("safe-fedllm.shadow", true)
                        .build());
    }

    private static Message message(LoraAdapter adapter, ConfigRecord config) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("arrays", AdapterRecords.record(adapter));
        records.put("config", config);
        return Message.instruction(1, 2, "train", RecordDict.of(records), "", 0);
    }

    /** Returns what a reply changes of the adapter that was sent. */
    static float[] change(RecordDict reply, LoraAdapter from) throws Exception {
        return LoraUpdate.between(from, AdapterRecords.only(reply, LAYOUT)).toArray();
    }

    static ClientContext context() {
        return new ClientContext() {
            @Override
            public long runId() {
                return 1;
            }

            @Override
            public long nodeId() {
                return 2;
            }

            @Override
            public Map<String, Object> nodeConfig() {
                return Map.of();
            }

            @Override
            public Map<String, Object> runConfig() {
                return Map.of();
            }

            @Override
            public RecordDict state() {
                return RecordDict.empty();
            }

            @Override
            public void state(RecordDict state) {}
        };
    }
}
