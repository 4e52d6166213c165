package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.safefedllm.client.checkpoint.CheckpointWriter;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.WeightSource;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DeviceUnavailableException;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Native memory has a lexical owner, and no array that backward reads is freed too early. */
class EngineMemoryTest {
    private static final Path CASE = Golden.caseOf("llama-a");
    private static final LoraConfig LORA = Golden.lora("llama-a", "qv");
    private static final double GRADIENT_TOLERANCE = 5e-6;
    private static final int PIECE = 2048;

    private static LoraAdapter warm(CausalLm model) {
        return Golden.adapter(
                CASE.resolve("qv/grads.safetensors"),
                "warm.param.",
                LoraTargets.of(model.config(), LORA).layout());
    }

    @Test
    void load_tensorsAboveTheBound_areReadInPieces() {
        ModelDirectory directory = ModelDirectory.open(Golden.model("llama-b"));
        try (CausalLm model = Golden.load("llama-b");
                WeightSource source = directory.weights();
                NDManager owner = model.manager().newSubManager()) {
            DecoderWeights whole = DecoderWeights.load(directory.config(), new WeightLoader(source, owner));
            DecoderWeights pieces = DecoderWeights.load(directory.config(), new WeightLoader(source, owner, 1000, 600));

            assertThat(pieces.embedding()).isEqualTo(whole.embedding());
            for (int n = 0; n < whole.layers().size(); n++) {
                var expected = whole.layers().get(n);
                var actual = pieces.layers().get(n);
                assertThat(actual.attentionInput().weight())
                        .isEqualTo(expected.attentionInput().weight());
                assertThat(actual.mlpInput().weight())
                        .isEqualTo(expected.mlpInput().weight());
                assertThat(actual.mlpOutput().weight())
                        .isEqualTo(expected.mlpOutput().weight());
            }
            assertThat(whole.embedding().getShape().size()).isGreaterThan(1000 / Float.BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void load_inPieces_takesOneBufferOutsideTheHeap(TensorType type, @TempDir Path temporary) throws IOException {
        ModelDirectory golden = ModelDirectory.open(Golden.model("llama-b"));
        Path out = temporary.resolve("model");
        try (WeightSource weights = golden.weights()) {
            new CheckpointWriter(type, (done, total) -> {}).write(out, golden.config(), weights, Map.of());
        }
        ModelDirectory directory = ModelDirectory.open(out);
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        try (CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
                WeightSource source = directory.weights();
                NDManager owner = model.manager().newSubManager()) {
            DecoderWeights.load(
                    directory.config(), new WeightLoader(source, owner, 0, PIECE)); // channels keep buffers too
            long before = direct.getMemoryUsed();

            DecoderWeights pieces = DecoderWeights.load(directory.config(), new WeightLoader(source, owner, 0, PIECE));

            assertThat(direct.getMemoryUsed() - before).isLessThanOrEqualTo(PIECE);
            assertThat(pieces.embedding().getShape().size() * Float.BYTES).isGreaterThan(2 * PIECE);
            assertThat(pieces.embedding()).isEqualTo(model.weights().embedding());
            assertThat(pieces.finalNorm()).isEqualTo(model.weights().finalNorm());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-c", "qwen2-a"})
    void load_directoryOfOurOwn_isMappedAndGivesTheSameBits(String name, @TempDir Path temporary) throws IOException {
        ModelDirectory golden = ModelDirectory.open(Golden.model(name));
        Path out = temporary.resolve("model");
        try (WeightSource weights = golden.weights()) {
            new CheckpointWriter(TensorType.F32, (done, total) -> {}).write(out, golden.config(), weights, Map.of());
        }
        ModelDirectory own = ModelDirectory.open(out);
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);

        try (WeightSource weights = own.weights()) {
            for (TensorGroup group : TensorGroup.of(own.config())) {
                assertThat(weights.map(group.names()).map(ByteBuffer::capacity))
                        .as(group.key())
                        .contains((int) group.size() * Float.BYTES);
            }
        }
        try (CausalLm mapped = CausalLm.load(own, EngineDevice.CPU);
                CausalLm copied = CausalLm.load(golden, EngineDevice.CPU)) {
            System.gc();

            assertThat(mapped.logits(Optional.empty(), batch)).isEqualTo(copied.logits(Optional.empty(), batch));
        }
    }

    @Test
    void map_tensorsApartOrOfAnotherType_isNotPossible() {
        try (WeightSource alphabetical =
                        ModelDirectory.open(Golden.model("llama-a")).weights();
                WeightSource brain =
                        ModelDirectory.open(Golden.model("qwen2-b")).weights()) {
            List<String> input = TensorGroup.of(
                            ModelDirectory.open(Golden.model("llama-a")).config())
                    .stream()
                    .map(TensorGroup::names)
                    .filter(names -> names.size() == 3)
                    .findFirst()
                    .orElseThrow();

            assertThat(alphabetical.map(input)).isEmpty();
            assertThat(alphabetical.map(input.subList(0, 1))).isPresent();
            assertThat(brain.map(List.of(ModelTensors.FINAL_NORM))).isEmpty();
        }
    }

    /** DropoutGoldenTest does the same with dropout. */
    @ParameterizedTest
    @CsvSource({"llama-a, qv, 5", "llama-a, all7, 3", "qwen2-a, all7, 3"})
    void gradient_collectionBetweenForwardAndBackward_isStillRight(String name, String set, int repeats) {
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);
        Path golden = Golden.caseOf(name).resolve(set).resolve("grads.safetensors");
        LoraConfig lora = Golden.lora(name, set);

        try (CausalLm model = Golden.load(name);
                Objective objective = new LoraObjective(model, lora, new ForcedCollection())) {
            AdapterLayout layout = LoraTargets.of(model.config(), lora).layout();
            float[] expected = Golden.adapter(golden, "warm.grad.", layout).toArray();
            float[] parameters = Golden.adapter(golden, "warm.param.", layout).toArray();
            for (int i = 0; i < repeats; i++) {
                float[] gradient = new float[layout.size()];

                objective.lossAndGradient(parameters, batch, gradient);

                assertThat(Golden.largestDifference(gradient, expected)).isLessThan(GRADIENT_TOLERANCE);
            }
        }
    }

    @Test
    void gradient_repeated_isTheSameBits() {
        Batch batch = Golden.batch(CASE.resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load("llama-a");
                Objective objective = model.objective(LORA)) {
            float[] parameters = warm(model).toArray();
            float[] first = new float[parameters.length];
            float[] again = new float[parameters.length];
            objective.lossAndGradient(parameters, batch, first);
            for (int i = 0; i < 10; i++) {
                objective.lossAndGradient(parameters, batch, again);

                assertThat(again).isEqualTo(first);
            }
        }
    }

    @Test
    void steps_evaluationAndGeneration_leaveNoArrayBehind() {
        Batch batch = Golden.batch(CASE.resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load("llama-a");
                Objective objective = model.objective(LORA)) {
            Optional<PeftAdapter> adapter = Optional.of(new PeftAdapter(LORA, warm(model)));
            float[] parameters = warm(model).toArray();
            int before = model.manager().getManagedArrays().size();
            model.manager().cap();

            objective.lossAndGradient(parameters, batch, new float[parameters.length]);
            model.loss(adapter, batch);
            model.logits(Optional.empty(), batch);
            model.generate(adapter, List.of(new int[] {3}, new int[] {4, 5}), 5, Set.of());

            assertThat(model.manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void device_thatIsNotThere_isRefusedWithoutFallback() {
        assertThatThrownBy(() -> EngineRuntime.newManager(EngineDevice.gpu(99)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("cuda:99");
        assertThatThrownBy(() -> EngineDevice.resolve(ComputeDevice.cuda(99)))
                .isInstanceOf(DeviceUnavailableException.class);
        assertThat(EngineDevice.resolve(ComputeDevice.CPU))
                .isEqualTo(EngineDevice.CPU)
                .hasToString("cpu");
        assertThat(EngineDevice.gpu(1)).hasToString("cuda:1");
        assertThatThrownBy(() -> EngineDevice.gpu(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EngineRuntime.useThreads(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void device_chosenForAnotherReason_isTheSameDevice() {
        EngineDevice chosen = new EngineDevice(OptionalInt.empty(), "auto: this machine shows no CUDA device");

        assertThat(chosen).isEqualTo(EngineDevice.CPU).hasSameHashCodeAs(EngineDevice.CPU);
        assertThat(chosen.reason()).isNotEqualTo(EngineDevice.CPU.reason());
        assertThat(EngineDevice.gpu(0)).isNotEqualTo(EngineDevice.CPU).isNotEqualTo(EngineDevice.gpu(1));
    }

    @Test
    void generate_promptWithoutToken_isRefused() {
        try (CausalLm model = Golden.load("llama-c")) {
            assertThatThrownBy(() -> model.generate(Optional.empty(), List.of(new int[0]), 3, Set.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> model.generate(Optional.empty(), List.of(new int[] {1}), 0, Set.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(model.generate(Optional.empty(), List.of(), 3, Set.of())).isEmpty();
        }
    }
}
