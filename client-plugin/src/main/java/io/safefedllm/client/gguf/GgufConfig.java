package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.BiasSettings;
import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelFamily;
import io.safefedllm.client.checkpoint.RotarySettings;
import io.safefedllm.client.checkpoint.SpecialTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads the configuration of a model from the metadata of a GGUF file. What would change the mathematics is refused by name. */
final class GgufConfig {
    private static final int DEFAULT_POSITIONS = 2048;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String architecture;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = metadata.string("general.architecture")
                .orElseThrow(() -> new CheckpointException("'general.architecture' is missing"));
    }

    /**
     * Reads and checks the configuration.
     *
     * @throws CheckpointException if the architecture or something that it asks for is not supported
     */
    static ModelConfig of(GgufFile file) {
        try {
            return new GgufConfig(file).config();
        } catch (CheckpointException e) {
            throw new CheckpointException(file.path() + ": " + e.getMessage(), e);
        }
    }

    private ModelConfig config() {
        ModelFamily family = family();
        refuseUnsupported();
        Dimensions dimensions = dimensions();
        return new ModelConfig(
                family,
                dimensions,
                metadata.decimal(key("attention.layer_norm_rms_epsilon")).orElse(1e-5),
                rotary(dimensions),
                !file.tensors().containsKey("output.weight"),
                biases(family),
                tokens(),
                metadata.integer(key("context_length")).orElse(DEFAULT_POSITIONS));
    }

    private ModelFamily family() {
        return Arrays.stream(ModelFamily.values())
                .filter(family -> family.modelType().equals(architecture))
                .findFirst()
                .orElseThrow(() -> new CheckpointException("general.architecture '" + architecture
                        + "' is not supported; known: "
                        + String.join(
                                ", ",
                                Stream.of(ModelFamily.values())
                                        .map(ModelFamily::modelType)
                                        .toList())));
    }

    private void refuseUnsupported() {
        if (metadata.integer("split.count").orElse(1) > 1) {
            throw new CheckpointException(
                    "is one part of several; join them first, with llama.cpp's gguf-split --merge");
        }
        refusePositive("expert_count", "a mixture of experts");
        refusePositive("attention.sliding_window", "a sliding window");
        String scaling = metadata.string(key("rope.scaling.type")).orElse("none");
        if (!scaling.equals("none")) {
            throw new CheckpointException(
                    key("rope.scaling.type") + " '" + scaling + "' is not supported; known: none");
        }
    }

    private void refusePositive(String name, String what) {
        int value = metadata.integer(key(name)).orElse(0);
        if (value != 0) {
            throw new CheckpointException(key(name) + " " + value + ": " + what + " is not supported");
        }
    }

    private Dimensions dimensions() {
        int hidden = metadata.requireInteger(key("embedding_length"));
        int heads = metadata.requireInteger(key("attention.head_count"));
        Dimensions dimensions = new Dimensions(
                hidden,
                metadata.requireInteger(key("feed_forward_length")),
                metadata.requireInteger(key("block_count")),
                vocabulary(),
                heads,
                metadata.integer(key("attention.head_count_kv")).orElse(heads),
                metadata.integer(key("attention.key_length")).orElse(heads > 0 ? hidden / heads : 0));
        requireHeadWidth("rope.dimension_count", dimensions);
        requireHeadWidth("attention.value_length", dimensions);
        return dimensions;
    }

    /** Rotation of a part of a head, and values of another width than keys, are not known here. */
    private void requireHeadWidth(String name, Dimensions dimensions) {
        int width = metadata.integer(key(name)).orElse(dimensions.headDim());
        if (width != dimensions.headDim()) {
            throw new CheckpointException(key(name) + " " + width + " is not the width of a head, "
                    + dimensions.headDim() + "; that is not supported");
        }
    }

    /** Rows of the embedding, which may be more than the tokenizer has tokens. */
    private int vocabulary() {
        GgufTensor embedding = file.tensors().get(GgufNames.EMBEDDING);
        if (embedding == null) {
            throw new CheckpointException("tensor '" + GgufNames.EMBEDDING + "' is missing");
        }
        return embedding.rows();
    }

    private RotarySettings rotary(Dimensions dimensions) {
        double theta = metadata.decimal(key("rope.freq_base")).orElse(RotarySettings.DEFAULT_THETA);
        RotarySettings plain = RotarySettings.of(theta);
        GgufTensor factors = file.tensors().get(GgufNames.ROTARY_FACTORS);
        if (factors == null) {
            return plain;
        }
        float[] divisors = new float[factors.width()];
        file.readRows(factors, 0, 1, divisors);
        return new RotarySettings(
                theta, Optional.of(RotaryFactors.scaling(plain.inverseFrequencies(dimensions.headDim()), divisors)));
    }

    private BiasSettings biases(ModelFamily family) {
        return switch (family) {
            case LLAMA -> new BiasSettings(has("attn_q.bias"), has("attn_output.bias"), has("ffn_up.bias"));
            case QWEN2 -> BiasSettings.QUERY_KEY_VALUE;
        };
    }

    private boolean has(String leaf) {
        return file.tensors().containsKey("blk.0." + leaf);
    }

    /** A text may end with the end of the text or with the end of a turn. */
    private SpecialTokens tokens() {
        List<Integer> ends = Stream.of("eos_token_id", "eot_token_id")
                .map(this::token)
                .flatMapToInt(OptionalInt::stream)
                .distinct()
                .boxed()
                .toList();
        return new SpecialTokens(token("bos_token_id"), ends, token("padding_token_id"));
    }

    private OptionalInt token(String name) {
        return metadata.integer("tokenizer.ggml." + name);
    }

    private String key(String name) {
        return architecture + "." + name;
    }
}
