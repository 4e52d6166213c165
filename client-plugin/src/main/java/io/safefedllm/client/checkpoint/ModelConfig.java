package io.safefedllm.client.checkpoint;

import io.safefedllm.probe.store.TensorType;
import java.nio.file.Path;

/**
 * What config.json says about a model, checked. An instance always describes a model that the trainer can compute.
 *
 * @param family architecture
 * @param dimensions sizes
 * @param rmsNormEpsilon added under the root of every norm
 * @param rotary position embedding
 * @param tiedEmbeddings whether the embedding matrix is the output matrix too
 * @param biases which projections carry a bias
 * @param tokens special token ids
 * @param maxPositions longest sequence the model was made for
 */
public record ModelConfig(
        ModelFamily family,
        Dimensions dimensions,
        double rmsNormEpsilon,
        RotarySettings rotary,
        boolean tiedEmbeddings,
        BiasSettings biases,
        SpecialTokens tokens,
        int maxPositions) {
    /** Checks the numbers that the parts do not check themselves. */
    public ModelConfig {
        if (!(rmsNormEpsilon > 0.0 && rmsNormEpsilon < 1.0)) {
            throw new CheckpointException("rms_norm_eps must be in (0, 1) but was " + rmsNormEpsilon);
        }
        boolean possible =
                switch (family) {
                    case LLAMA -> biases.queryKeyValue() == biases.output();
                    case QWEN2 -> biases.equals(BiasSettings.QUERY_KEY_VALUE);
                };
        if (!possible) {
            throw new CheckpointException("a " + family.modelType() + " model cannot have " + biases);
        }
        if (maxPositions <= 0) {
            throw new CheckpointException("max_position_embeddings must be positive but was " + maxPositions);
        }
    }

    /**
     * Reads and checks a config.json of the 4.x or the 5.x form.
     *
     * @throws CheckpointException if the file is missing, is not JSON, or asks for something that is not supported
     */
    public static ModelConfig read(Path configJson) {
        return ModelConfigReader.read(configJson);
    }

    /** Renders a config.json in the 4.x form, which every version of transformers reads. */
    public String toJson() {
        return toJson(TensorType.F32);
    }

    /** As {@link #toJson()}, saying that the weights beside it are of type F32, F16 or BF16. */
    public String toJson(TensorType weights) {
        return ModelConfigWriter.toJson(this, weights);
    }
}
