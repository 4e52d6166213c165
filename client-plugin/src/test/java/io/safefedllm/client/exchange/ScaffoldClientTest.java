package io.safefedllm.client.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.train.LocalAlgorithm;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One client, whose training always moves the adapter from 0 to -0.1 with two steps at rate 0.05. */
class ScaffoldClientTest {
    private static final String A = "layers.0.q.lora_A.weight";
    private static final String B = "layers.0.q.lora_B.weight";
    private static final AdapterLayout LAYOUT =
            AdapterLayout.of(List.of(new TensorSpec(A, List.of(1, 1)), new TensorSpec(B, List.of(1, 1))));
    private static final ClientRecipe RECIPE =
            ClientRecipe.DEFAULTS.withSteps(2, 1).withConstantRate(0.05);
    private static final long NODE = 5;

    private final List<Float> drifts = new ArrayList<>();

    @Test
    void scaffold_firstRound_startsFromZero() {
        ConfigRecord reply = records(run(task(1, 0, 0f))).get(0);

        assertThat(drifts).containsExactly(0f);
        assertThat(reply.texts("keys")).hasValue(List.of(A, B));
        assertThat(reply.integer("version")).hasValue(1);
        assertThat(reply.integer("round")).hasValue(1);
        assertThat(change(reply)).isCloseTo(1f, within(1e-6f));
    }

    @Test
    void scaffold_acceptedRound_becomesTheOwnVariate() {
        List<ConfigRecord> replies = records(run(task(1, 0, 0f), task(2, 1, 0.25f)));

        // c_i = 1, so c - c_i = -0.75 and c_i' = 1 + 0.75.
        assertThat(drifts.get(1)).isCloseTo(-0.75f, within(1e-6f));
        assertThat(change(replies.get(1))).isCloseTo(0.75f, within(1e-6f));
    }

    @Test
    void scaffold_droppedRound_leavesTheOldVariate() {
        run(task(1, 0, 0f), task(2, 0, 0.25f), task(3, 2, 0.5f), task(4, 2, 0.5f));

        // Round 1 was dropped: c_i is 0 in round 2. Its c_i' = 1 - 0.25 was added, and holds in rounds 3 and 4.
        assertThat(drifts.get(1)).isCloseTo(0.25f, within(1e-6f));
        assertThat(drifts.get(2)).isCloseTo(-0.25f, within(1e-6f));
        assertThat(drifts.get(3)).isCloseTo(-0.25f, within(1e-6f));
    }

    @Test
    void scaffold_forgottenRound_takesTheMean() {
        run(task(7, 6, 0.5f));

        assertThat(drifts).containsExactly(0f);
    }

    @Test
    void scaffold_keysInAnotherOrder_areSorted() {
        ConfigRecord swapped = ConfigRecord.builder()
                .put("version", 1)
                .put("keys", List.of(B, A))
                .put("c", FloatBlob.of(new float[] {0.5f, 0.125f}))
                .put("accepted-round", 0)
                .build();

        ConfigRecord reply = records(run(content(config(1), swapped))).get(0);

        assertThat(drifts).containsExactly(0.125f);
        float[] change = FloatBlob.read(reply.bytes("dc").orElseThrow(), 2, "dc");
        assertThat(change[1]).isCloseTo(0.5f, within(1e-6f));
    }

    @Test
    void scaffold_unusableRecords_areRefusedByName() {
        assertThat(reason(scaffold(2, List.of(A, B), new float[2], 0))).contains("version 1", "2");
        assertThat(reason(scaffold(1, List.of(A), new float[1], 0))).contains("2 tensors", "names 1");
        assertThat(reason(scaffold(1, List.of(A, B), new float[1], 0))).contains("'c'", "2 float32", "4 bytes");
        assertThat(reason(scaffold(1, List.of(A, B), new float[] {0, Float.NaN}, 0)))
                .contains("not finite");
        assertThat(run(content(config(1).put("safe-fedllm.shadow", true), scaffold(1, List.of(A, B), new float[2], 0)))
                        .get(0)
                        .error()
                        .reason())
                .contains("shadow");
        assertThat(run(content(
                                config(1).put("safe-fedllm.fedprox-mu", 0.1),
                                scaffold(1, List.of(A, B), new float[2], 0)))
                        .get(0)
                        .error()
                        .reason())
                .contains("fedprox-mu");
        assertThat(run(content(ConfigRecord.builder(), scaffold(1, List.of(A, B), new float[2], 0)))
                        .get(0)
                        .error()
                        .reason())
                .contains("server-round", "none");
    }

    private String reason(ConfigRecord scaffold) {
        return run(content(config(1), scaffold)).get(0).error().reason();
    }

    private static float change(ConfigRecord reply) {
        float[] values = FloatBlob.read(reply.bytes("dc").orElseThrow(), 2, "dc");
        assertThat(values[1]).isEqualTo(values[0]);
        return values[0];
    }

    private static List<ConfigRecord> records(List<Message> replies) {
        return replies.stream()
                .map(reply ->
                        Objects.requireNonNull(reply.content().configRecords().get("safe-fedllm.scaffold")))
                .toList();
    }

    private List<Message> run(RecordDict... tasks) {
        LocalTrainer trainer = (from, plan) -> {
            drifts.add(((LocalAlgorithm.Scaffold) plan.algorithm()).drift().at(0));
            return new TrainingResult(LoraAdapter.copyOf(LAYOUT, new float[] {-0.1f, -0.1f}), List.of(1.0, 1.0), 2);
        };
        List<Message> replies = new ArrayList<>();
        EmbeddedFederation.builder()
                .node(NODE, Map.of(), new LoraClientApp(trainer, LAYOUT, 9, RECIPE, ReplyNames.DEFAULTS))
                .run((grid, context) -> {
                    for (RecordDict task : tasks) {
                        double now = context.clock().millis() / 1000.0;
                        List<String> sent =
                                grid.send(List.of(Message.instruction(grid.runId(), NODE, "train", task, "", now)));
                        replies.addAll(grid.poll(sent));
                    }
                });
        return replies;
    }

    private static RecordDict task(int round, int accepted, float c) {
        return content(config(round), scaffold(1, List.of(A, B), new float[] {c, c}, accepted));
    }

    private static ConfigRecord scaffold(int version, List<String> keys, float[] c, int accepted) {
        return ConfigRecord.builder()
                .put("version", version)
                .put("keys", keys)
                .put("c", FloatBlob.of(c))
                .put("accepted-round", accepted)
                .build();
    }

    private static ConfigRecord.Builder config(int round) {
        return ConfigRecord.builder().put("server-round", round);
    }

    /** The record of SCAFFOLD comes first, as a server may well send it. */
    private static RecordDict content(ConfigRecord.Builder config, ConfigRecord scaffold) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put(A, Array.ofFloat32(new int[] {1, 1}, 0));
        arrays.put(B, Array.ofFloat32(new int[] {1, 1}, 0));
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("arrays", ArrayRecord.of(arrays));
        records.put("safe-fedllm.scaffold", scaffold);
        records.put("config", config.build());
        return RecordDict.of(records);
    }
}
