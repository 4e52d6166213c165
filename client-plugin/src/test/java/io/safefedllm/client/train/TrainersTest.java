package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.TinyModel;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of both trainers on a model that learns to repeat its first token. */
class TrainersTest {
    private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj"), "tiny");
    private static final TrainingPlan PRETRAINING = TrainingPlan.of(120, 8, 1e-2, 11)
            .withSchedule(new Schedule(Schedule.Shape.COSINE, 10))
            .withMaxGradNorm(1);
    private static final TrainingPlan LOCAL = TrainingPlan.of(3, 4, 1e-2, 5);

    private static final String QUERY_B = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";
    private static final String VALUE_B = "base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight";

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static PretrainedModel pretrained;

    @SuppressWarnings("NullAway.Init")
    private static CausalLm model;

    @SuppressWarnings("NullAway.Init")
    private static TextTokenizer tokenizer;

    @BeforeAll
    static void pretrain() throws IOException {
        pretrained = pretrain(PRETRAINING);
        pretrained.write(directory);
        model = CausalLm.load(ModelDirectory.open(directory), EngineDevice.CPU);
        tokenizer = TextTokenizer.open(Golden.model("llama-a").resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        model.close();
        tokenizer.close();
    }

    private static PretrainedModel pretrain(TrainingPlan plan) {
        return new FullTrainer(TinyModel.config(), EngineDevice.CPU).train(TinyModel.rows(), plan, report -> {});
    }

    private static LoraTrainer trainer(LoraConfig lora) {
        return new LoraTrainer(model, tokenizer, lora);
    }

    @Test
    void fullTrainer_learnableTask_isLearnt() {
        List<int[]> prompts = new ArrayList<>();
        for (int word = 0; word < 8; word++) {
            prompts.add(TinyModel.prompt(word));
        }

        List<int[]> answers = model.generate(Optional.empty(), prompts, 5, Set.of(TinyModel.END));

        for (int word = 0; word < 8; word++) {
            assertThat(answers.get(word)).containsExactly(word + 3, word + 3);
        }
        assertThat(pretrained.losses()).hasSize(120);
        assertThat(pretrained.losses().get(119)).isLessThan(0.1);
    }

    @Test
    void fullTrainer_sameSeed_writesTheSameFiles(@TempDir Path other) throws IOException {
        TrainingPlan few = TrainingPlan.of(3, 4, 1e-2, 11);
        pretrain(few).write(other.resolve("a"));
        pretrain(few).write(other.resolve("b"));

        for (String file : List.of("config.json", "model.safetensors")) {
            assertThat(Files.mismatch(
                            other.resolve("a").resolve(file), other.resolve("b").resolve(file)))
                    .isEqualTo(-1);
        }
        assertThat(pretrain(TrainingPlan.of(3, 4, 1e-2, 12)).losses())
                .isNotEqualTo(pretrain(few).losses());
    }

    @Test
    void loraTrainer_sameSeedAndRows_givesTheSameAdapter() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.initial(7);

        TrainingResult one = trainer.train(start, TinyModel.rows(), LOCAL, StepListener.NONE);
        TrainingResult other = trainer.train(start, TinyModel.rows(), LOCAL, StepListener.NONE);

        assertThat(other.adapter()).isEqualTo(one.adapter()).isNotEqualTo(start);
        assertThat(one.losses()).hasSize(3);
        assertThat(one.examples()).isEqualTo(12);
        assertThat(one.meanLoss())
                .isCloseTo(one.losses().stream().mapToDouble(x -> x).sum() / 3, within(1e-12));
    }

    @Test
    void loraTrainer_startInAnotherOrder_givesTheSameAdapter() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.initial(7);
        var tensors = new ArrayList<>(start.layout().tensors());
        java.util.Collections.reverse(tensors);
        LoraAdapter reversed = start.arrangedAs(io.safefedllm.probe.lora.AdapterLayout.of(tensors));

        assertThat(trainer.train(reversed, TinyModel.rows(), LOCAL, StepListener.NONE)
                        .adapter())
                .isEqualTo(trainer.train(start, TinyModel.rows(), LOCAL, StepListener.NONE)
                        .adapter());
    }

    @Test
    void listener_stepEvidence_sumsToTheWholeUpdate() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.initial(7);
        List<LoraAdapter> after = new ArrayList<>();

        TrainingResult result =
                trainer.train(start, TinyModel.rows(), LOCAL, (report, adapter) -> after.add(adapter.get()));

        float[] sum = new float[start.layout().size()];
        LoraAdapter before = start;
        for (LoraAdapter adapter : after) {
            float[] delta = LoraUpdate.between(before, adapter).toArray();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += delta[i];
            }
            before = adapter;
        }
        assertThat(Golden.largestDifference(
                        sum, LoraUpdate.between(start, result.adapter()).toArray()))
                .isLessThan(1e-6);
        assertThat(after.get(0)).isNotEqualTo(after.get(1));
    }

    @Test
    void firstStep_fromFreshAdapter_leavesLoraAUnchanged() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.initial(7);
        LoraAdapter after = trainer.train(start, TinyModel.rows(), TrainingPlan.of(1, 4, 1e-2, 5), StepListener.NONE)
                .adapter();

        for (var tensor : start.layout().tensors()) {
            assertThat(Arrays.equals(start.tensor(tensor.name()), after.tensor(tensor.name())))
                    .isEqualTo(tensor.isLoraA());
        }
    }

    @Test
    void dropout_sameSeed_isRepeatableAndDiffersFromNone() {
        LoraConfig dropping = new LoraConfig(4, 8, 0.3, List.of("all-linear"), "tiny");
        LoraConfig keeping = new LoraConfig(4, 8, 0, List.of("all-linear"), "tiny");
        LoraAdapter start = trainer(dropping).initial(7);

        LoraAdapter one = trained(dropping, start, LOCAL);

        assertThat(trained(dropping, start, LOCAL)).isEqualTo(one);
        assertThat(trained(keeping, start, LOCAL)).isNotEqualTo(one);
    }

    private static LoraAdapter trained(LoraConfig lora, LoraAdapter start, TrainingPlan plan) {
        return trainer(lora)
                .train(start, TinyModel.rows(), plan, StepListener.NONE)
                .adapter();
    }

    @Test
    void accumulation_twoHalves_equalsOneWholeBatch() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.initial(7);
        int[][] order = {{0, 1}, {2, 3}};
        int[] next = {0};
        BatchSource halves = () -> TinyModel.rows().batch(order[next[0]++ % 2]);
        BatchSource whole = () -> TinyModel.rows().batch(new int[] {0, 1, 2, 3});
        TrainingPlan plan = TrainingPlan.of(1, 2, 1e-2, 1);

        LoraAdapter split = trainer.train(start, halves, plan.withAccumulation(2), StepListener.NONE)
                .adapter();

        assertThat(Golden.largestDifference(
                        split.toArray(),
                        trainer.train(start, whole, plan, StepListener.NONE)
                                .adapter()
                                .toArray()))
                .isLessThan(1e-5);
    }

    @Test
    void train_notANumberInTheStart_stopsWithoutResult() {
        LoraTrainer trainer = trainer(LORA);
        float[] values = trainer.initial(7).toArray();
        values[3] = Float.NaN;
        LoraAdapter broken = LoraAdapter.wrap(trainer.initial(7).layout(), values);

        assertThatThrownBy(() -> trainer.train(broken, TinyModel.rows(), LOCAL, StepListener.NONE))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 1")
                .hasMessageContaining("NaN");
    }

    @Test
    void train_hugeRate_stopsWithoutResult() {
        LoraTrainer trainer = trainer(LORA);

        for (int steps : new int[] {1, 2}) {
            TrainingPlan wild = TrainingPlan.of(steps, 4, 1e39, 5);
            assertThatThrownBy(() -> trainer.train(trainer.initial(7), TinyModel.rows(), wild, StepListener.NONE))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("lower the learning rate");
        }
    }

    @Test
    void train_batchWithoutLabel_saysSo() {
        int ignored = TokenizedExample.IGNORED;
        BatchSource unlabelled =
                () -> Batch.of(new int[][] {{1, 2}}, new int[][] {{1, 1}}, new int[][] {{ignored, ignored}});

        assertThatThrownBy(() -> trainer(LORA).train(trainer(LORA).initial(7), unlabelled, LOCAL, StepListener.NONE))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no trained token");
    }

    @Test
    void train_adapterOfAnotherConfiguration_isRefused() {
        LoraAdapter other =
                trainer(new LoraConfig(2, 4, 0, List.of("k_proj"), "tiny")).initial(1);

        assertThatThrownBy(() -> trainer(LORA).train(other, TinyModel.rows(), LOCAL, StepListener.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> trainer(new LoraConfig(2, 4, 0, List.of("c_attn"), "tiny")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c_attn");
    }

    @Test
    void targets_partlyMatchingList_takesWhatMatches() {
        LoraTargets targets = LoraTargets.of(
                TinyModel.config(), new LoraConfig(2, 4, 0, List.of("layers.1.mlp.down_proj", "c_attn"), "tiny"));

        assertThat(targets.targets()).hasSize(1);
        assertThat(targets.layout().tensors().get(1).name())
                .isEqualTo("base_model.model.model.layers.1.mlp.down_proj.lora_B.weight");
    }

    @Test
    void generate_strings_goThroughTheTokenizer() {
        try (CausalLm golden = Golden.load("llama-a")) {
            LoraTrainer trainer = new LoraTrainer(golden, tokenizer, LORA);

            List<String> bare = trainer.generate(List.of("List three colours", "def add(a"), 20);

            assertThat(bare)
                    .isEqualTo(trainer.generate(trainer.initial(3), List.of("List three colours", "def add(a"), 20));
            assertThat(bare.get(0)).startsWith("I ## ##L");
        }
    }

    @Test
    void exclusively_insideItself_isReentrant() {
        assertThat(EngineRuntime.<Integer>exclusively(() -> EngineRuntime.exclusively(() -> 1)))
                .isEqualTo(1);
    }

    @Test
    void loraTrainer_recordedTensors_keepsTheirChangeAfterEveryStep() {
        LoraTrainer trainer = trainer(LORA);
        LoraAdapter start = trainer.train(trainer.initial(7), TinyModel.rows(), LOCAL, StepListener.NONE)
                .adapter();
        List<LoraAdapter> seen = new ArrayList<>();

        TrainingResult result = trainer.train(
                start,
                TinyModel.rows(),
                LOCAL.withRecorded(List.of(VALUE_B, QUERY_B)),
                (report, adapter) -> seen.add(adapter.get()));

        assertThat(result.steps()).hasSize(3);
        for (int t = 0; t < 3; t++) {
            LoraUpdate change = LoraUpdate.between(start, seen.get(t));
            assertThat(result.steps().get(t).layout().tensors())
                    .extracting(TensorSpec::name)
                    .containsExactly(VALUE_B, QUERY_B);
            assertThat(result.steps().get(t).tensor(VALUE_B)).isEqualTo(change.tensor(VALUE_B));
            assertThat(result.steps().get(t).tensor(QUERY_B)).isEqualTo(change.tensor(QUERY_B));
        }
        assertThat(result.steps().get(2).tensor(QUERY_B))
                .isEqualTo(LoraUpdate.between(start, result.adapter()).tensor(QUERY_B));
    }

    @Test
    void loraTrainer_recordedTensorThatIsNotThere_isRefused() {
        LoraTrainer trainer = trainer(LORA);

        assertThatThrownBy(() -> trainer.train(
                        trainer.initial(7), TinyModel.rows(), LOCAL.withRecorded(List.of("x")), StepListener.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'x'");
    }

    @Test
    void fedProx_noWeight_isPlainTraining() {
        assertThat(trained(new LocalAlgorithm.FedProx(0)).adapter())
                .isEqualTo(trained(LocalAlgorithm.PLAIN).adapter());
    }

    @Test
    void fedProx_strongPull_actsFromTheSecondStepAndStaysNearTheStart() {
        TrainingResult plain = trained(LocalAlgorithm.PLAIN);
        TrainingResult pulled = trained(new LocalAlgorithm.FedProx(100));

        assertThat(pulled.steps().get(0)).isEqualTo(plain.steps().get(0));
        assertThat(pulled.steps().get(2).norm())
                .isLessThan(0.7 * plain.steps().get(2).norm());
    }

    @Test
    void scaffold_drift_isTakenOffAfterEveryStep() {
        LoraAdapter start = trainer(LORA).initial(7);
        float[] drift = new float[start.layout().size()];
        Arrays.fill(drift, 0.25f);

        TrainingResult plain = trained(LocalAlgorithm.PLAIN);
        TrainingResult corrected = trained(new LocalAlgorithm.Scaffold(LoraUpdate.copyOf(start.layout(), drift)));

        float[] before = plain.steps().get(0).tensor(QUERY_B);
        float[] after = corrected.steps().get(0).tensor(QUERY_B);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isEqualTo((float) (before[i] - LOCAL.learningRate() * 0.25));
        }
        assertThat(corrected.adapter()).isNotEqualTo(plain.adapter());
    }

    private static TrainingResult trained(LocalAlgorithm algorithm) {
        LoraTrainer trainer = trainer(LORA);
        TrainingPlan plan = LOCAL.withAlgorithm(algorithm).withRecorded(List.of(QUERY_B));
        return trainer.train(trainer.initial(7), TinyModel.rows(), plan, StepListener.NONE);
    }
}
