package io.safefedllm.client.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.checkpoint.WeightSource;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dequantised values, row order, names and the tokenizer against what Python's reader makes of the same files, bit for bit. */
@GoldenReader(
        files = "gguf/(gguf\\.json|(blocks|tiny\\.dequantised)\\.safetensors)",
        whole = "gguf/tiny\\.gguf",
        // The tensors of two real files, from which the blocks were cut.
        notes = "/files")
class GgufGoldenTest {
    /** Between two of the sixteen values of a four-bit block whose scale comes from its largest value. */
    private static final double COARSEST_STEP = 1 / 8.0;

    private static final Path TINY = Golden.root().resolve("gguf/tiny.gguf");
    private static final Path DEQUANTISED = Golden.root().resolve("gguf/tiny.dequantised.safetensors");
    private static final Path BLOCKS = Golden.shared().resolve("gguf/blocks.safetensors");

    @Test
    void decode_blocksOfRealAndMadeUpFiles_givesTheReferencesBits() {
        assumeTrue(Golden.isThere(BLOCKS), "the quantised blocks are missing");
        Set<String> types = new TreeSet<>();
        for (String name : Golden.names(BLOCKS, "")) {
            if (name.endsWith(".raw")) {
                GgmlType type = GgmlType.valueOf(name.replaceFirst("^\\w+\\.(\\w+)\\..*", "$1"));
                byte[] raw = Golden.bytes(BLOCKS, name);
                float[] expected = Golden.floats(BLOCKS, name.replace(".raw", ".f32"));
                float[] decoded = new float[expected.length];
                type.decode(ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN), decoded, decoded.length);

                assertThat(decoded).as(name).isEqualTo(expected);
                assertThat(type.byteLength(decoded.length)).isEqualTo(raw.length);
                types.add(type.name());
            }
        }
        assertThat(types).containsExactly("BF16", "F16", "Q4_0", "Q4_1", "Q4_K", "Q5_0", "Q5_1", "Q6_K", "Q8_0");
    }

    @Test
    void decode_blocksOfKnownValues_isNearThem() {
        assumeTrue(Golden.isThere(BLOCKS), "the quantised blocks are missing");
        float[] values = Golden.floats(BLOCKS, "synthetic.input");
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }

        for (String name : Golden.names(BLOCKS, "synthetic.")) {
            if (name.endsWith(".f32")) {
                float[] decoded = Golden.floats(BLOCKS, "synthetic." + name);
                assertThat(Golden.largestDifference(decoded, values)).as(name).isLessThan(largest * COARSEST_STEP);
            }
        }
    }

    @Test
    void open_tinyFile_findsTheTypesOfItsTensors() {
        JsonNode types = Golden.json(Golden.root().resolve("gguf/gguf.json")).get("tiny_types");

        try (GgufFile file = GgufFile.open(TINY)) {
            assertThat(file.tensors()).hasSize(types.size());
            file.tensors().forEach((name, tensor) -> assertThat(tensor.type().name())
                    .as(name)
                    .isEqualTo(types.get(name).textValue()));
        }
    }

    @Test
    void weights_tinyFile_areTheReferencesInHuggingFaceOrder() throws IOException {
        try (GgufModel model = GgufModel.open(TINY)) {
            assertThat(model.config().tiedEmbeddings()).isFalse();
            assertWeights(model.weights(), 0);
        }
    }

    @Test
    void read_partsOfATensor_giveTheSameValues() {
        String name = "model.layers.1.self_attn.q_proj.weight";
        float[] whole = Golden.floats(DEQUANTISED, name);

        try (GgufModel model = GgufModel.open(TINY)) {
            for (int from : List.of(0, 1, 63, 64, 1000)) {
                FloatBuffer part = FloatBuffer.allocate(777);
                model.weights().read(name, from, 777, part);

                assertThat(part.array()).containsExactly(java.util.Arrays.copyOfRange(whole, from, from + 777));
            }
        }
    }

    @Test
    void run_tinyFile_writesADirectoryThatIsTheSameModel(@TempDir Path directory) throws IOException {
        Path out = directory.resolve("model");
        JsonNode origin = new ObjectMapper().createObjectNode().put("from", "here");

        GgufImport.run(TINY, out, TensorType.F32, Map.of("origin.json", origin), (done, total) -> {});

        assertThat(Golden.json(out.resolve("origin.json"))).isEqualTo(origin);
        assertThat(Golden.json(out.resolve("config.json")).get("rms_norm_eps").doubleValue())
                .isEqualTo(1e-5);
        try (WeightSource weights = ModelDirectory.open(out).weights()) {
            assertWeights(weights, 0);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(out);
        }
    }

    @Test
    void run_halfPrecision_roundsToThatType(@TempDir Path directory) throws IOException {
        for (TensorType type : List.of(TensorType.F16, TensorType.BF16)) {
            Path out = directory.resolve(type.name());

            GgufImport.run(TINY, out, type, Map.of(), (done, total) -> {});

            assertThat(Golden.json(out.resolve("config.json"))
                            .get("torch_dtype")
                            .textValue())
                    .isEqualTo(type == TensorType.F16 ? "float16" : "bfloat16");
            try (WeightSource weights = ModelDirectory.open(out).weights()) {
                assertWeights(weights, type == TensorType.F16 ? 0x1p-11 : 0x1p-8);
            }
        }
    }

    private static void assertWeights(WeightSource weights, double relative) {
        for (String name : Golden.names(DEQUANTISED, "")) {
            float[] expected = Golden.floats(DEQUANTISED, name);
            FloatBuffer values = FloatBuffer.allocate(expected.length);
            weights.read(name, values);

            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(values.get(i) - expected[i]))
                        .as("%s[%d]", name, i)
                        .isLessThanOrEqualTo((float) (relative * Math.abs(expected[i])));
            }
        }
    }

    @Test
    void tokenizer_tinyFile_givesIdsOffsetsAndTextOfTheModelThatItIsFrom(@TempDir Path directory) throws IOException {
        Path out = directory.resolve("model");
        GgufImport.run(TINY, out, TensorType.BF16, Map.of(), (done, total) -> {});
        JsonNode strings = Golden.json(Golden.root().resolve("text/tokenization.json"))
                .get("llama-a")
                .get("strings");

        try (TextTokenizer tokenizer = TextTokenizer.open(out.resolve("tokenizer.json"))) {
            for (JsonNode string : strings) {
                Golden.assertText(tokenizer, string);
            }
        }
    }
}
