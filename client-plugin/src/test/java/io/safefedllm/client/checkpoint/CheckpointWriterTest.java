package io.safefedllm.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.TinyModel;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWriterTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"llama-a", "llama-b", "llama-c", "qwen2-a", "qwen2-b"})
    void write_anyModelInShards_readsBackTheSame(String name) throws IOException {
        ModelDirectory golden = ModelDirectory.open(Golden.model(name));
        Path out = directory.resolve("out");
        List<Long> progress = new ArrayList<>();

        try (WeightSource weights = golden.weights()) {
            new CheckpointWriter(TensorType.F32, 30_000, (done, total) -> {
                        progress.add(done);
                        assertThat(done).isLessThanOrEqualTo(total);
                    })
                    .write(out, golden.config(), weights, Map.of());
        }

        assertThat(out.resolve(ModelDirectory.INDEX)).isRegularFile();
        assertThat(out.resolve(ModelDirectory.SINGLE_FILE)).doesNotExist();
        assertThat(progress).isSorted().hasSizeGreaterThan(10);
        ModelDirectory copy = ModelDirectory.open(out);
        assertThat(copy.config()).isEqualTo(golden.config());
        try (WeightSource expected = golden.weights();
                WeightSource actual = copy.weights()) {
            for (String tensor : ModelTensors.shapes(copy.config()).keySet()) {
                assertThat(values(actual, tensor)).as(tensor).isEqualTo(values(expected, tensor));
            }
        }
    }

    private static float[] values(WeightSource source, String name) {
        FloatBuffer values = FloatBuffer.allocate(source.shape(name).stream().reduce(1, Math::multiplyExact));
        source.read(name, values);
        return values.array();
    }

    @Test
    void write_directoryThatHoldsSomething_isRefusedAndLeavesIt() throws IOException {
        Path out = Files.createDirectory(directory.resolve("out"));
        Files.writeString(out.resolve("mine"), "mine");

        assertThatThrownBy(() -> write(out, TensorType.F32, 1f)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(out.resolve("mine")).hasContent("mine");
        assertThat(names(directory)).containsExactly("out");
    }

    @Test
    void write_emptyDirectory_isFilled() throws IOException {
        Path out = Files.createDirectory(directory.resolve("out"));

        write(out, TensorType.F32, 1f);

        assertThat(names(out)).containsExactlyInAnyOrder("config.json", "model.safetensors");
    }

    @Test
    void write_valueThatTheTypeCannotHold_leavesNothing() {
        Path out = directory.resolve("out");

        assertThatThrownBy(() -> write(out, TensorType.F16, 70_000f))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("70000.0")
                .hasMessageContaining("bf16");
        assertThatThrownBy(() -> write(out, TensorType.F32, Float.NaN))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("damaged");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void write_afterAKilledWriter_removesWhatItLeft() throws IOException {
        Path dead = Files.createDirectory(directory.resolve(".out.incomplete-999999999"));
        Files.writeString(dead.resolve("model.safetensors"), "half");
        Path other = Files.createDirectory(directory.resolve(".out.incomplete-not-ours"));

        write(directory.resolve("out"), TensorType.BF16, 1f);

        assertThat(dead).doesNotExist();
        assertThat(other).isDirectory();
        assertThat(directory.resolve("out/config.json")).content().contains("\"torch_dtype\" : \"bfloat16\"");
    }

    @Test
    void write_afterAKilledWriterWithTheSameProcessId_removesWhatItLeft() throws IOException {
        Path dead = Files.createDirectory(
                directory.resolve(".out.incomplete-" + ProcessHandle.current().pid()));
        Files.writeString(dead.resolve("tokenizer.json"), "half");

        write(directory.resolve("out"), TensorType.F32, 1f);

        assertThat(names(directory)).containsExactly("out");
        assertThat(names(directory.resolve("out"))).containsExactlyInAnyOrder("config.json", "model.safetensors");
    }

    @Test
    void open_whileTheSameProcessWritesThere_leavesItsFilesAndIsRefused() throws IOException {
        Path out = directory.resolve("out");
        try (StagedDirectory first = StagedDirectory.open(out)) {
            assertThatThrownBy(() -> StagedDirectory.open(out)).isInstanceOf(FileAlreadyExistsException.class);

            assertThat(first.path()).isDirectory();
        }
    }

    private static List<String> names(Path parent) throws IOException {
        try (var files = Files.list(parent)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void write(Path out, TensorType type, float value) throws IOException {
        new CheckpointWriter(type, (done, total) -> {})
                .write(out, TinyModel.config(), new Constant(TinyModel.config(), value), Map.of());
    }

    /** Weights that are all the same number. */
    private record Constant(ModelConfig config, float value) implements WeightSource {
        @Override
        public Set<String> names() {
            return ModelTensors.shapes(config).keySet();
        }

        @Override
        public List<Integer> shape(String name) {
            return java.util.Objects.requireNonNull(ModelTensors.shapes(config).get(name));
        }

        @Override
        public void read(String name, long from, long count, FloatBuffer into) {
            for (long i = 0; i < count; i++) {
                into.put(value);
            }
        }

        @Override
        public void close() {}
    }
}
