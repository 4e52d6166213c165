package io.safefedllm.client.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names and shapes of all tensors of a model, in the order of modules (LORA-TRAINER 1.3). */
public final class ModelTensors {
    /** Embedding matrix [V, D]. */
    public static final String EMBEDDING = "model.embed_tokens.weight";
    /** Weight of the norm after the last layer [D]. */
    public static final String FINAL_NORM = "model.norm.weight";
    /** Output matrix [V, D] of models with untied embeddings. */
    public static final String HEAD = "lm_head.weight";

    private ModelTensors() {}

    /** Weight of the norm before attention [D]. */
    public static String inputNorm(int layer) {
        return "model.layers." + layer + ".input_layernorm.weight";
    }

    /** Weight of the norm before the MLP [D]. */
    public static String postAttentionNorm(int layer) {
        return "model.layers." + layer + ".post_attention_layernorm.weight";
    }

    /** Weight matrix of a projection, [out, in]. */
    public static String weight(Projection projection, int layer) {
        return projection.moduleName(layer) + ".weight";
    }

    /** Bias vector of a projection, [out]. */
    public static String bias(Projection projection, int layer) {
        return projection.moduleName(layer) + ".bias";
    }

    /**
     * Every tensor that a checkpoint of {@code config} must hold, name to shape. In a layer the matrices come first, in the order of
     * modules, then the biases: written in this order, those with the same input lie side by side, ready to be used as one.
     */
    public static Map<String, List<Integer>> shapes(ModelConfig config) {
        Dimensions sizes = config.dimensions();
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        shapes.put(EMBEDDING, List.of(sizes.vocabulary(), sizes.hidden()));
        for (int layer = 0; layer < sizes.layers(); layer++) {
            for (Projection projection : Projection.values()) {
                shapes.put(
                        weight(projection, layer),
                        List.of(projection.outputWidth(sizes), projection.inputWidth(sizes)));
            }
            for (Projection projection : Projection.values()) {
                if (projection.hasBias(config.biases())) {
                    shapes.put(bias(projection, layer), List.of(projection.outputWidth(sizes)));
                }
            }
            shapes.put(inputNorm(layer), List.of(sizes.hidden()));
            shapes.put(postAttentionNorm(layer), List.of(sizes.hidden()));
        }
        shapes.put(FINAL_NORM, List.of(sizes.hidden()));
        if (!config.tiedEmbeddings()) {
            shapes.put(HEAD, List.of(sizes.vocabulary(), sizes.hidden()));
        }
        return shapes;
    }

    /**
     * Checks that a source has every tensor of {@code config} in its shape, and no other but old buffers and the head of a tied model.
     *
     * @throws CheckpointException if not; the message names the tensor
     */
    public static void requireExactly(ModelConfig config, WeightSource source) {
        Set<String> present = new TreeSet<>(source.names());
        shapes(config).forEach((name, shape) -> {
            if (!present.remove(name)) {
                throw new CheckpointException("tensor '" + name + "' is missing");
            }
            if (!source.shape(name).equals(shape)) {
                throw new CheckpointException("tensor '" + name + "' has shape " + source.shape(name)
                        + " but the configuration asks for " + shape);
            }
        });
        present.removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
        if (config.tiedEmbeddings()) {
            present.remove(HEAD);
        }
        if (!present.isEmpty()) {
            throw new CheckpointException("tensor '" + present.iterator().next() + "' is not part of a "
                    + config.family().modelType() + " model with this configuration");
        }
    }
}
