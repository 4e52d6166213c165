package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.client.train.StepListener;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.it.harness.Launch;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.PeftEnvironment;
import io.safefedllm.it.harness.PythonEnvironment;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Adapters go from here to PEFT and back, and mean the same there. Needs torch, transformers and PEFT, which {@code -Ppeft} installs and
 * which later runs find.
 */
@Tag("peft")
class PeftInterchangeIT {
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double LATE_LOSS_TOLERANCE = 1e-4;
    private static final double ELEMENT_TOLERANCE = 1e-4;
    private static final double USUAL_TOLERANCE = 1e-5;
    private static final double USUAL_SHARE = 0.999;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Path SCRIPT = Path.of("src", "test", "peft", "interchange.py");
    private static final Path GOLDEN =
            Path.of("..", "client-plugin", "src", "test", "resources", "golden", "lora", "models");
    private static final JsonMapper JSON = new JsonMapper();

    private static final long ADAPTER_SEED = 11;
    private static final long TRAINING_SEED = 23;
    private static final int STEPS = 4;
    private static final double RATE = 1e-3;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "tiny-llama, q_proj;v_proj, 0.1",
        "llama-a, all-linear, 0",
        "llama-b, all-linear, 0.2",
        "llama-c, q_proj;down_proj, 0",
        "qwen2-a, all-linear, 0.1",
        "qwen2-b, q_proj;v_proj, 0",
    })
    void adapter_trainedOnEitherSide_hasTheSameLossOnTheOther(String name, String targets, double dropout)
            throws IOException {
        PythonEnvironment python = PeftEnvironment.requireOrFind(PeftInterchangeIT.class);
        Path checkpoint = name.equals("tiny-llama") ? TinyLlama.MODEL : GOLDEN.resolve(name);
        ModelDirectory model = ModelDirectory.open(checkpoint);
        LoraConfig lora = new LoraConfig(4, 8, dropout, List.of(targets.split(";", -1)), checkpoint.toString());
        InterchangeRows rows = new InterchangeRows(model.config().dimensions().vocabulary(), 4, 24);

        try (CausalLm loaded = CausalLm.load(model, EngineDevice.CPU);
                TextTokenizer tokenizer = TextTokenizer.open(model.tokenizerFile())) {
            TrainingResult ours = train(new LoraTrainer(loaded, tokenizer, lora), rows);
            Path sent = directory.resolve("sent");
            PeftDirectory.write(sent, new PeftAdapter(lora, ours.adapter()));
            double ourLoss = loaded.loss(Optional.of(PeftDirectory.read(sent)), rows.batch());

            JsonNode theirs = ask(python, task(checkpoint, lora, targets, rows, sent));

            assertThat(theirs.get("complaints")).isEmpty();
            assertThat(theirs.get("loadedLoss").doubleValue()).isCloseTo(ourLoss, within(LOSS_TOLERANCE));
            PeftAdapter theirAdapter = PeftDirectory.read(directory.resolve("own"));
            assertThat(loaded.loss(Optional.of(theirAdapter), rows.batch()))
                    .isCloseTo(theirs.get("ownLoss").doubleValue(), within(LOSS_TOLERANCE));
            assertSameTraining(ours, theirs, new LoraTrainer(loaded, tokenizer, lora));
            assertSameEnd(ours.adapter(), theirAdapter.adapter());
        }
    }

    /** Same seed, same first adapter, same dropout masks: the losses of every step. */
    private void assertSameTraining(TrainingResult ours, JsonNode theirs, LoraTrainer trainer) throws IOException {
        PeftAdapter start = PeftDirectory.read(directory.resolve("start"));
        assertThat(trainer.initial(ADAPTER_SEED).arrangedAs(start.adapter().layout()))
                .isEqualTo(start.adapter());
        for (int step = 0; step < STEPS; step++) {
            assertThat(ours.losses().get(step))
                    .as("loss of step %s", step + 1)
                    .isCloseTo(
                            theirs.get("trainingLosses").get(step).doubleValue(),
                            within(step == 0 ? LOSS_TOLERANCE : LATE_LOSS_TOLERANCE));
        }
    }

    /**
     * The adapters after the last step. AdamW divides a gradient by the root of its own moment, so where a gradient is next to nothing
     * its rounding alone moves an element by up to the learning rate: nearly all elements are equal to rounding, none is far off.
     */
    private static void assertSameEnd(LoraAdapter ours, LoraAdapter theirs) {
        float[] expected = theirs.toArray();
        float[] actual = ours.arrangedAs(theirs.layout()).toArray();
        int equal = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            assertThat(difference).isLessThan(ELEMENT_TOLERANCE);
            equal += difference < USUAL_TOLERANCE ? 1 : 0;
        }
        assertThat((double) equal / expected.length).isGreaterThanOrEqualTo(USUAL_SHARE);
    }

    private static TrainingResult train(LoraTrainer trainer, InterchangeRows rows) {
        BatchSource always = rows::batch;
        TrainingPlan plan = TrainingPlan.of(STEPS, 1, RATE, TRAINING_SEED);
        return trainer.train(trainer.initial(ADAPTER_SEED), always, plan, StepListener.NONE);
    }

    private Map<String, Object> task(
            Path checkpoint, LoraConfig lora, String targets, InterchangeRows rows, Path adapter) {
        Map<String, Object> task = new HashMap<>(rows.lists());
        task.put("model", checkpoint.toAbsolutePath().normalize().toString());
        task.put("adapter", adapter.toString());
        task.put("start", directory.resolve("start").toString());
        task.put("own", directory.resolve("own").toString());
        task.put("r", lora.r());
        task.put("alpha", lora.alpha());
        task.put("dropout", lora.dropout());
        task.put("targets", targets.equals("all-linear") ? targets : lora.targetModules());
        task.put("seed", ADAPTER_SEED);
        task.put("trainingSeed", TRAINING_SEED);
        task.put("steps", STEPS);
        task.put("rate", RATE);
        return task;
    }

    private JsonNode ask(PythonEnvironment python, Map<String, Object> task) throws IOException {
        Path question = directory.resolve("task.json");
        Path answer = directory.resolve("answer.json");
        JSON.writeValue(question.toFile(), task);
        List<String> command = List.of(
                python.program("python"), SCRIPT.toAbsolutePath().toString(), question.toString(), answer.toString());
        try (ManagedProcess process =
                ManagedProcess.start(new Launch("interchange", command, PeftEnvironment.variables(), directory))) {
            assertThat(process.awaitExit(LIMIT)).as(process.describe()).isZero();
        }
        return JSON.readTree(answer.toFile());
    }
}
