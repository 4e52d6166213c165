package io.safefedllm.client.model;

import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.Projection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Checkpoint tensors that are held as one, stacked along their first axis. Projections with the same input form a group,
 * so that one matrix product serves them all.
 *
 * @param names Hugging Face names in stacking order
 * @param shape shape of the stack
 */
record TensorGroup(List<String> names, List<Integer> shape) {
    /** Queries, keys and values read the same input. */
    static final List<Projection> ATTENTION_INPUT = List.of(Projection.QUERY, Projection.KEY, Projection.VALUE);
    /** The attention output stands alone. */
    static final List<Projection> ATTENTION_OUTPUT = List.of(Projection.OUTPUT);
    /** Gate and up read the same input. */
    static final List<Projection> MLP_INPUT = List.of(Projection.GATE, Projection.UP);
    /** The MLP output stands alone. */
    static final List<Projection> MLP_OUTPUT = List.of(Projection.DOWN);

    private static final List<List<Projection>> LAYER =
            List.of(ATTENTION_INPUT, ATTENTION_OUTPUT, MLP_INPUT, MLP_OUTPUT);

    /** The first name stands for the group. */
    String key() {
        return names.get(0);
    }

    /** Number of elements. */
    long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** The shape as the engine has it. */
    Shape arrayShape() {
        return arrayShape(shape.get(0));
    }

    /** The shape of so many rows of the stack. */
    Shape arrayShape(long rows) {
        long[] lengths = shape.stream().mapToLong(Integer::longValue).toArray();
        lengths[0] = rows;
        return new Shape(lengths);
    }

    /** All groups of a model in the order in which a flat parameter vector holds them. */
    static List<TensorGroup> of(ModelConfig config) {
        Map<String, List<Integer>> shapes = ModelTensors.shapes(config);
        List<TensorGroup> groups = new ArrayList<>();
        groups.add(stack(shapes, ModelTensors.EMBEDDING));
        for (int layer = 0; layer < config.dimensions().layers(); layer++) {
            groups.add(stack(shapes, ModelTensors.inputNorm(layer)));
            groups.add(stack(shapes, ModelTensors.postAttentionNorm(layer)));
            for (List<Projection> members : LAYER) {
                int n = layer;
                groups.add(stack(shapes, names(members.stream().map(p -> ModelTensors.weight(p, n)))));
                if (members.get(0).hasBias(config.biases())) {
                    groups.add(stack(shapes, names(members.stream().map(p -> ModelTensors.bias(p, n)))));
                }
            }
        }
        groups.add(stack(shapes, ModelTensors.FINAL_NORM));
        if (!config.tiedEmbeddings()) {
            groups.add(stack(shapes, ModelTensors.HEAD));
        }
        return groups;
    }

    private static String[] names(Stream<String> names) {
        return names.toArray(String[]::new);
    }

    private static TensorGroup stack(Map<String, List<Integer>> shapes, String... names) {
        List<Integer> shape = new ArrayList<>(shape(shapes, names[0]));
        shape.set(
                0,
                Arrays.stream(names)
                        .mapToInt(name -> shape(shapes, name).get(0))
                        .sum());
        return new TensorGroup(List.of(names), List.copyOf(shape));
    }

    private static List<Integer> shape(Map<String, List<Integer>> shapes, String name) {
        return Objects.requireNonNull(shapes.get(name), name);
    }
}
