package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.checkpoint.WeightSource;
import io.safefedllm.client.data.Batch;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A causal language model with frozen weights, held once and shared by all clients of a JVM.
 *
 * <p>Adapters are arguments, not state: the same instance serves any number of them, also from several threads. Arithmetic
 * is float32; weights of other float types are widened on loading. Native memory is held until {@link #close}.
 */
public final class CausalLm implements AutoCloseable {
    private final ModelConfig config;
    private final Decoder decoder;
    private final NDManager manager;
    private final DecoderWeights weights;

    private final EngineDevice device;

    private CausalLm(ModelConfig config, EngineDevice device, NDManager manager, DecoderWeights weights) {
        this.config = config;
        this.device = device;
        this.decoder = new Decoder(config);
        this.manager = manager;
        this.weights = weights;
    }

    /**
     * Loads a model directory.
     *
     * @throws io.safefedllm.client.checkpoint.CheckpointException if tensors are missing or do not fit
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if the device cannot be used
     */
    public static CausalLm load(ModelDirectory directory, EngineDevice device) {
        try (WeightSource source = directory.weights()) {
            return load(directory.config(), source, device);
        }
    }

    /** Loads from an open source, which stays the caller's. */
    public static CausalLm load(ModelConfig config, WeightSource source, EngineDevice device) {
        EngineRuntime.chooseThreadsFor(config.dimensions());
        NDManager manager = EngineRuntime.newManager(device);
        try {
            return new CausalLm(
                    config, device, manager, DecoderWeights.load(config, new WeightLoader(source, manager)));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** Where the model computes. */
    public EngineDevice device() {
        return device;
    }

    /** Where and with what the model computes, and why there, for people. */
    public String describeEngine() {
        return device + " (" + device.reason() + "), " + EngineRuntime.describe();
    }

    /** The configuration. */
    public ModelConfig config() {
        return config;
    }

    /**
     * The loss as a function of an adapter's values, in PEFT's order ({@link LoraTargets#layout}). The caller closes it
     * before this model.
     *
     * @throws IllegalArgumentException if the configuration matches no module
     */
    public Objective objective(LoraConfig lora) {
        return new LoraObjective(this, lora);
    }

    /** The mean loss over all labels of a batch, without dropout. */
    public double loss(Optional<PeftAdapter> adapter, Batch batch) {
        try (NDManager step = manager.newSubManager()) {
            return loss(step, adapters(adapter, step), batch, 0f).getFloat();
        }
    }

    /** Logits [B, T, V] of all positions, row-major, without dropout. For tests and inspection of small models. */
    public float[] logits(Optional<PeftAdapter> adapter, Batch batch) {
        try (NDManager step = manager.newSubManager()) {
            DecoderPass pass = DecoderPass.over(config, step, batch, 0f);
            NDArray hidden = decoder.hidden(weights, adapters(adapter, step), pass, null);
            return decoder.logits(weights, hidden).toFloatArray();
        }
    }

    /**
     * Continues prompts greedily: always the most probable next token, the smaller id on a tie. As every continuation it ends with a
     * {@link io.safefedllm.client.checkpoint.CheckpointException} where the scores are no numbers.
     *
     * @param prompts token ids, each with at least one token; lengths may differ
     * @param maxNewTokens upper bound of new tokens, positive
     * @param endTokens a row ends before the first of these; they are not part of the result
     * @return the new ids of each prompt, in the order of the prompts
     */
    public List<int[]> generate(
            Optional<PeftAdapter> adapter, List<int[]> prompts, int maxNewTokens, Set<Integer> endTokens) {
        return new TokenGenerator(this, maxNewTokens, endTokens, Sampling.GREEDY, (prompt, id) -> {})
                .generate(adapter, prompts);
    }

    /**
     * Continues prompts as {@code sampling} says until the model's own end tokens.
     *
     * @param prompts token ids, each with at least one token; lengths may differ
     * @param maxNewTokens upper bound of new tokens, positive
     * @param listener is told every token at once
     * @return the new ids of each prompt, in the order of the prompts
     */
    public List<int[]> generate(
            Optional<PeftAdapter> adapter,
            List<int[]> prompts,
            int maxNewTokens,
            Sampling sampling,
            TokenListener listener) {
        Set<Integer> ends = Set.copyOf(config.tokens().eos());
        return new TokenGenerator(this, maxNewTokens, ends, sampling, listener).generate(adapter, prompts);
    }

    @Override
    public void close() {
        manager.close();
    }

    NDManager manager() {
        return manager;
    }

    Decoder decoder() {
        return decoder;
    }

    DecoderWeights weights() {
        return weights;
    }

    NDArray loss(NDManager step, AdapterWeights adapters, Batch batch, float dropout) {
        DecoderPass pass = DecoderPass.over(config, step, batch, dropout);
        LabelledRows rows = new LabelledRows(batch, step);
        return decoder.loss(weights, adapters, pass, rows);
    }

    /** Puts an adapter into the step's memory; names and shapes must be exactly those of its configuration. */
    AdapterWeights adapters(Optional<PeftAdapter> adapter, NDManager step) {
        Function<PeftAdapter, AdapterWeights> attach = peft -> {
            LoraTargets targets = LoraTargets.of(config, peft.config());
            float[] values = peft.adapter().arrangedAs(targets.layout()).toArray();
            float[] scales = AdapterWeights.scales(
                    targets.layout(), (float) peft.config().scale());
            Shape shape = new Shape(values.length);
            return AdapterWeights.view(
                    targets, config.dimensions().layers(), step.create(values, shape), step.create(scales, shape));
        };
        return adapter.map(attach)
                .orElseGet(() -> AdapterWeights.none(config.dimensions().layers()));
    }
}
