package io.safefedllm.client.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.train.LocalAlgorithm;
import io.safefedllm.client.train.RoundRate;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoraClientAppTest {
    private static final String A = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    private static final String B = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";
    private static final AdapterLayout LAYOUT =
            AdapterLayout.of(List.of(new TensorSpec(A, List.of(1, 2)), new TensorSpec(B, List.of(2, 1))));
    private static final long NODE = 7;
    private static final ClientRecipe RECIPE = ClientRecipe.DEFAULTS.withSteps(5, 16);

    private final List<TrainingPlan> plans = new ArrayList<>();

    @Test
    void handle_trainMessage_repliesWithAdapterLossAndExamples() throws Exception {
        Message reply = answer(RECIPE, Map.of(), "train", content(config().put("server-round", 1)));

        assertThat(reply.content().records().keySet()).containsExactly("arrays", "metrics");
        ArrayRecord trained = reply.content().arrayRecords().values().iterator().next();
        assertThat(trained)
                .isEqualTo(ArrayRecord.of(ordered(
                        B, Array.ofFloat32(new int[] {2, 1}, 4, 5), A, Array.ofFloat32(new int[] {1, 2}, 2, 3))));
        MetricRecord metrics =
                reply.content().metricRecords().values().iterator().next();
        assertThat(metrics.number("train_loss")).hasValue(1.5);
        assertThat(metrics.integer("num-examples")).hasValue(80);
    }

    @Test
    void handle_seedRoundAndPartition_decideTheRows() throws Exception {
        answer(
                RECIPE,
                Map.of("partition-id", 3L),
                "train",
                content(config().put("server-round", 2).put("safe-fedllm.seed", 9)));
        answer(RECIPE, Map.of(), "train", content(config().put("server-round", 2)));

        assertThat(plans.get(0).seed()).isEqualTo(RowSeeds.derive(9, 2, "3"));
        assertThat(plans.get(1).seed()).isEqualTo(RowSeeds.derive(RECIPE.seed(), 2, "7"));
    }

    @Test
    void handle_shadowTask_takesTheRowsOfItsRoundAndTheRateOfTheFirst() throws Exception {
        ClientRecipe falling = new ClientRecipe(5, 16, 1, new RoundRate(1e-3, 1e-4), StepSettings.DEFAULTS, 1);
        answer(
                falling,
                Map.of(),
                "train",
                content(config().put("server-round", 1)
                        .put("safe-fedllm.shadow", true)
                        .put("safe-fedllm.round", 4)));
        answer(falling, Map.of(), "train", content(config().put("server-round", 4)));
        answer(
                falling,
                Map.of(),
                "train",
                content(config().put("server-round", 1).put("safe-fedllm.learning-rate", 5e-5)));

        assertThat(plans.get(0).seed()).isEqualTo(plans.get(1).seed());
        assertThat(plans.get(0).learningRate()).isEqualTo(1e-3);
        assertThat(plans.get(1).learningRate()).isLessThan(1e-3);
        assertThat(plans.get(2).learningRate()).isEqualTo(5e-5);
    }

    @Test
    void handle_otherTypes_areRefused() throws Exception {
        Message reply = answer(RECIPE, Map.of(), "evaluate", content(config()));

        assertThat(reply.error().code()).isEqualTo(2);
        assertThat(reply.error().reason()).contains("only trains", "'evaluate'");
    }

    @Test
    void handle_wrongNames_areRefusedWithBothSides() throws Exception {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put(A, Array.ofFloat32(new int[] {1, 2}, 0, 0));
        arrays.put("other", Array.ofFloat32(new int[] {1}, 0));

        Message reply = answer(RECIPE, Map.of(), "train", content(config(), ArrayRecord.of(arrays)));

        assertThat(reply.error().reason()).contains("1 missing (first '" + B, "1 not known here (first 'other')");
    }

    @Test
    void handle_wrongRank_isRefusedWithShapes() throws Exception {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put(A, Array.ofFloat32(new int[] {2, 1}, 0, 0));
        arrays.put(B, Array.ofFloat32(new int[] {2, 1}, 0, 0));

        Message reply = answer(RECIPE, Map.of(), "train", content(config(), ArrayRecord.of(arrays)));

        assertThat(reply.error().reason()).contains("[1, 2]", "[2, 1]");
    }

    @Test
    void handle_noArrays_isRefused() throws Exception {
        Message reply = answer(RECIPE, Map.of(), "train", RecordDict.of(Map.of("config", config().build())));

        assertThat(reply.error().reason()).contains("one array record but held 0");
    }

    @Test
    void recipe_noSteps_isRefused() {
        assertThatThrownBy(() -> RECIPE.withSteps(0, 16)).hasMessageContaining("0, 16");
    }

    @Test
    void handle_evidenceAskedFor_addsTheStepsOfTheNamedTensors() throws Exception {
        Message reply = answer(
                RECIPE,
                Map.of(),
                "train",
                content(config().put("server-round", 3)
                        .put("safe-fedllm.evidence", "report")
                        .put("safe-fedllm.evidence-keys", List.of(B))
                        .put("safe-fedllm.probe-sha256", "ab12")
                        .put("safe-fedllm.learning-rate", 0.5)));

        assertThat(plans.get(0).recorded()).containsExactly(B);
        assertThat(reply.content().records().keySet()).containsExactly("arrays", "metrics", "safe-fedllm.evidence");
        ConfigRecord evidence = reply.content().configRecords().get("safe-fedllm.evidence");
        LoraAdapter sent = LoraAdapter.copyOf(LAYOUT, new float[] {1, 2, 3, 4});
        assertThat(evidence)
                .isEqualTo(config().put("version", 1)
                        .put("run", "main")
                        .put("steps", List.of(1L, 2L))
                        .put("keys", List.of(B))
                        .put("step-1", new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40})
                        .put("step-2", new byte[] {0, 0, 0x40, 0x40, 0, 0, (byte) 0x80, (byte) 0xbf})
                        .put("probe-sha256", "ab12")
                        .put("base-sha256", sent.sha256())
                        .put("lora-a-sha256", sent.loraASha256())
                        .put("learning-rate", 0.5)
                        .build());
    }

    @Test
    void handle_evidenceOfAShadowTask_saysSo() throws Exception {
        Message reply = answer(
                RECIPE,
                Map.of(),
                "train",
                content(config().put("server-round", 1)
                        .put("safe-fedllm.shadow", true)
                        .put("safe-fedllm.evidence", "report")
                        .put("safe-fedllm.evidence-keys", List.of(B))));

        assertThat(reply.content().configRecords().get("safe-fedllm.evidence"))
                .isNotNull()
                .returns(Optional.of("shadow"), evidence -> evidence.text("run"));
    }

    @Test
    void handle_unknownEvidenceOrTensor_isRefused() throws Exception {
        Message kind = answer(RECIPE, Map.of(), "train", content(config().put("safe-fedllm.evidence", "all")));
        Message tensor = answer(
                RECIPE,
                Map.of(),
                "train",
                content(config().put("safe-fedllm.evidence", "report")
                        .put("safe-fedllm.evidence-keys", List.of("elsewhere"))));

        assertThat(kind.error().reason()).contains("'report'", "'all'");
        assertThat(tensor.error().reason()).contains("'elsewhere'");
    }

    @Test
    void handle_fedProxWeight_entersThePlan() throws Exception {
        answer(RECIPE, Map.of(), "train", content(config().put("safe-fedllm.fedprox-mu", 0.01)));
        Message negative = answer(RECIPE, Map.of(), "train", content(config().put("safe-fedllm.fedprox-mu", -1.0)));

        assertThat(plans.get(0).algorithm()).isEqualTo(new LocalAlgorithm.FedProx(0.01));
        assertThat(negative.error().reason()).contains("-1.0");
    }

    private Message answer(ClientRecipe recipe, Map<String, Object> nodeConfig, String type, RecordDict content) {
        LocalTrainer trainer = (from, plan) -> {
            plans.add(plan);
            float[] values = from.arrangedAs(LAYOUT).toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += 1;
            }
            return new TrainingResult(LoraAdapter.wrap(LAYOUT, values), List.of(1.0, 2.0), 80, steps(plan));
        };
        LoraClientApp app = new LoraClientApp(trainer, LAYOUT, 160, recipe, ReplyNames.DEFAULTS);
        List<Message> replies = new ArrayList<>();
        RunOutcome outcome = EmbeddedFederation.builder()
                .node(NODE, nodeConfig, app)
                .runConfig(Map.of("num-server-rounds", 10L))
                .run((grid, context) -> {
                    List<String> sent = grid.send(
                            List.of(Message.instruction(grid.runId(), NODE, type, content, "", now(context))));
                    replies.addAll(grid.poll(sent));
                });
        assertThat(outcome.reason()).isEmpty();
        return replies.get(0);
    }

    private static List<LoraUpdate> steps(TrainingPlan plan) {
        if (plan.recorded().isEmpty()) {
            return List.of();
        }
        AdapterLayout recorded =
                AdapterLayout.of(plan.recorded().stream().map(LAYOUT::tensor).toList());
        return List.of(
                LoraUpdate.copyOf(recorded, new float[] {1, 2}), LoraUpdate.copyOf(recorded, new float[] {3, -1}));
    }

    private static double now(ServerContext context) {
        return context.clock().millis() / 1000.0;
    }

    private static ConfigRecord.Builder config() {
        return ConfigRecord.builder();
    }

    private static RecordDict content(ConfigRecord.Builder config) {
        return content(
                config,
                ArrayRecord.of(ordered(
                        B, Array.ofFloat32(new int[] {2, 1}, 3, 4), A, Array.ofFloat32(new int[] {1, 2}, 1, 2))));
    }

    private static Map<String, Array> ordered(String first, Array one, String second, Array two) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put(first, one);
        arrays.put(second, two);
        return arrays;
    }

    private static RecordDict content(ConfigRecord.Builder config, ArrayRecord arrays) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put("arrays", arrays);
        records.put("config", config.build());
        return RecordDict.of(records);
    }
}
