package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.data.Batch;
import io.safefedllm.probe.store.NamedTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The loss of a model as a function of all its parameters, for pre-training. Tied embeddings count once. */
public final class FullObjective implements Objective {
    private final ModelConfig config;
    private final Decoder decoder;
    private final NDManager manager;
    private final FlatLeaf leaf;
    private final int size;

    /** Opens an objective on a device; the caller closes it. */
    public FullObjective(ModelConfig config, EngineDevice device) {
        this.config = config;
        this.decoder = new Decoder(config);
        this.size = Math.toIntExact(
                TensorGroup.of(config).stream().mapToLong(TensorGroup::size).sum());
        this.leaf = new FlatLeaf(size);
        EngineRuntime.chooseThreadsFor(config.dimensions());
        this.manager = EngineRuntime.newManager(device);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public double lossAndGradient(float[] parameters, Batch batch, float[] gradient) {
        return leaf.differentiate(manager, parameters, gradient, (step, flat) -> loss(step, flat, batch));
    }

    private NDArray loss(NDManager step, NDArray flat, Batch batch) {
        DecoderWeights weights = DecoderWeights.view(config, flat);
        AdapterWeights none = AdapterWeights.none(config.dimensions().layers());
        DecoderPass pass = DecoderPass.over(config, step, batch, 0f);
        LabelledRows rows = new LabelledRows(batch, step);
        return decoder.loss(weights, none, pass, rows);
    }

    /** Cuts a parameter vector into the tensors of a checkpoint, Hugging Face names, in the vector's order. */
    public List<NamedTensor> tensors(float[] parameters) {
        Map<String, List<Integer>> shapes = ModelTensors.shapes(config);
        List<NamedTensor> tensors = new ArrayList<>();
        int from = 0;
        for (TensorGroup group : TensorGroup.of(config)) {
            for (String name : group.names()) {
                List<Integer> shape = Objects.requireNonNull(shapes.get(name));
                int length = shape.stream().reduce(1, Math::multiplyExact);
                tensors.add(new NamedTensor(name, shape, FloatBuffer.wrap(parameters, from, length)));
                from += length;
            }
        }
        return tensors;
    }

    @Override
    public void close() {
        manager.close();
    }
}
