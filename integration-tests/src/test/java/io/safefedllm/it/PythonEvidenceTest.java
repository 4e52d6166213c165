package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.StepEvidence;
import io.safefedllm.strategy.exchange.TrainTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The vectors by which the Python package's step evidence is checked are what our own client sends. After a change of the
 * record, {@code -Dsafefedllm.write-vectors=true} writes them anew.
 */
class PythonEvidenceTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("safefedllm.root"), "python", "tests", "vectors", "step-evidence.json");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String MODULE = "base_model.model.model.layers.0.self_attn.";
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec(MODULE + "q_proj.lora_A.weight", List.of(1, 3)),
            new TensorSpec(MODULE + "q_proj.lora_B.weight", List.of(2, 1)),
            new TensorSpec(MODULE + "v_proj.lora_A.weight", List.of(1, 3)),
            new TensorSpec(MODULE + "v_proj.lora_B.weight", List.of(2, 1))));
    private static final EvidenceRequest REQUEST = new EvidenceRequest(
            List.of(MODULE + "v_proj.lora_B.weight", MODULE + "q_proj.lora_B.weight"), "ab".repeat(32));
    private static final int STEPS = 3;
    private static final double RATE = 3e-3;

    @Test
    void vectors_ofOurClient_areThoseInThePackage() throws IOException {
        Map<String, Object> vectors = new TreeMap<>(Map.of("main", vector(false), "shadow", vector(true)));
        String made = JSON.writeValueAsString(vectors) + "\n";
        if (Boolean.getBoolean("safefedllm.write-vectors")) {
            Files.createDirectories(VECTORS.getParent());
            Files.writeString(VECTORS, made);
        }

        assertThat(JSON.readTree(VECTORS.toFile())).isEqualTo(JSON.readTree(made));
    }

    private static Map<String, Object> vector(boolean shadow) {
        List<LoraAdapter> states = new ArrayList<>(List.of(start()));
        LoraClientApp app = new LoraClientApp(
                (from, plan) -> train(from, plan, states),
                LAYOUT,
                48,
                ClientRecipe.DEFAULTS.withSteps(STEPS, 16).withConstantRate(RATE),
                ReplyNames.DEFAULTS);
        ConfigRecord evidence = Objects.requireNonNull(
                answer(app, task(shadow)).content().configRecords().get(StepEvidence.RECORD));

        Map<String, Object> vector = new LinkedHashMap<>();
        vector.put("tensors", tensors(states));
        vector.put("request", new TreeMap<>(Map.of("keys", REQUEST.keys(), "probe", REQUEST.probeSha256())));
        vector.put("learningRate", RATE);
        Map<String, Object> record = new LinkedHashMap<>();
        evidence.values().forEach((key, value) -> record.put(key, value instanceof Bytes bytes ? hex(bytes) : value));
        vector.put("record", record);
        return vector;
    }

    private static RecordDict task(boolean shadow) {
        return shadow
                ? TrainTask.shadow(
                        TrainTask.arrays(start()),
                        ServerRound.first(),
                        1,
                        OptionalDouble.of(RATE),
                        Optional.of(REQUEST))
                : TrainTask.main(TrainTask.arrays(start()), ServerRound.first(), 1, Optional.of(REQUEST));
    }

    private static Message answer(LoraClientApp app, RecordDict content) {
        List<Message> replies = new ArrayList<>();
        RunOutcome outcome = EmbeddedFederation.builder()
                .node(2, Map.of(), app)
                .run((grid, context) -> replies.addAll(
                        grid.poll(grid.send(List.of(Message.instruction(grid.runId(), 2, "train", content, "", (double)
                                context.clock().instant().getEpochSecond()))))));
        assertThat(outcome.reason()).isEmpty();
        return replies.get(0);
    }

    /** An adapter with values whose differences round, and with a negative zero, which digests take for zero. */
    private static LoraAdapter start() {
        float[] values = {0.1f, -0.0f, 1e-30f, 0.3f, -1234.567f, 7f, -0.7f, 3e8f, 1e-7f, -0.0f};
        return LoraAdapter.wrap(LAYOUT, values);
    }

    private static TrainingResult train(LoraAdapter from, TrainingPlan plan, List<LoraAdapter> states) {
        List<LoraUpdate> steps = new ArrayList<>();
        float[] values = from.toArray();
        for (int t = 1; t <= plan.steps(); t++) {
            for (int i = 0; i < values.length; i++) {
                values[i] += 0.001f * t * (i - 4);
            }
            LoraAdapter state = LoraAdapter.wrap(from.layout(), values.clone());
            states.add(state);
            steps.add(recorded(from, state, plan.recorded()));
        }
        return new TrainingResult(states.get(plan.steps()), List.of(1.0), 48, steps);
    }

    private static LoraUpdate recorded(LoraAdapter from, LoraAdapter to, List<String> names) {
        AdapterLayout layout =
                AdapterLayout.of(names.stream().map(LAYOUT::tensor).toList());
        float[] values = new float[layout.size()];
        for (String name : names) {
            float[] before = from.tensor(name);
            float[] after = to.tensor(name);
            for (int i = 0; i < before.length; i++) {
                values[layout.offset(name) + i] = after[i] - before[i];
            }
        }
        return LoraUpdate.wrap(layout, values);
    }

    private static Map<String, Object> tensors(List<LoraAdapter> states) {
        Map<String, Object> tensors = new LinkedHashMap<>();
        for (TensorSpec tensor : LAYOUT.tensors()) {
            List<String> values = states.stream()
                    .map(state -> state.arrangedAs(LAYOUT).tensor(tensor.name()))
                    .map(PythonEvidenceTest::hex)
                    .toList();
            tensors.put(tensor.name(), new TreeMap<>(Map.of("shape", tensor.shape(), "littleEndian", values)));
        }
        return tensors;
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }

    private static String hex(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return HexFormat.of().formatHex(buffer.array());
    }
}
