package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The content of train messages, as Flower's own strategies send it: {@code arrays}, then {@code config} with
 * {@code server-round}.
 */
public final class TrainTask {
    /** Flower's key for the round. */
    public static final String SERVER_ROUND = "server-round";

    /** The run's seed, in every train message. */
    public static final String SEED = "safe-fedllm.seed";

    /** Present and true in a shadow task (SF-13.1). */
    public static final String SHADOW = "safe-fedllm.shadow";

    /** The round whose rows a shadow task trains on. */
    public static final String ROUND = "safe-fedllm.round";

    /** The learning rate of a shadow task, where one was set. */
    public static final String LEARNING_RATE = "safe-fedllm.learning-rate";

    /** How strongly the client pulls towards the adapter that it is sent, where it is to do so. */
    public static final String FEDPROX_MU = "safe-fedllm.fedprox-mu";

    /** Where a client may leave files, relative to wherever it runs; FlowerTune's own setting. */
    public static final String SAVE_PATH = "save_path";

    private static final String ARRAYS = "arrays";
    private static final String CONFIG = "config";

    private TrainTask() {}

    /** Returns the arrays of an adapter, in its layout's order, for use in any number of messages. */
    public static ArrayRecord arrays(LoraAdapter adapter) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (TensorSpec tensor : adapter.layout().tensors()) {
            int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
            arrays.put(tensor.name(), Array.ofFloat32(shape, adapter.tensor(tensor.name())));
        }
        return ArrayRecord.of(arrays);
    }

    /** Returns the task to train this round's adapter. */
    public static RecordDict main(ArrayRecord global, ServerRound round, long seed) {
        return main(global, round, seed, Optional.empty());
    }

    /** Returns the task to train this round's adapter, with a request for a record of the steps if there is one. */
    public static RecordDict main(
            ArrayRecord global, ServerRound round, long seed, Optional<EvidenceRequest> evidence) {
        ConfigRecord.Builder config =
                ConfigRecord.builder().put(SERVER_ROUND, round.number()).put(SEED, seed);
        evidence.ifPresent(request -> ask(config, request));
        return content(global, config.build());
    }

    /** Returns the shadow task of {@link #shadow(ArrayRecord, ServerRound, long, OptionalDouble, Optional)} without a request. */
    public static RecordDict shadow(ArrayRecord initial, ServerRound round, long seed, OptionalDouble learningRate) {
        return shadow(initial, round, seed, learningRate, Optional.empty());
    }

    /**
     * Returns the task to train the first adapter on this round's rows (SF-13.1). It says {@code server-round} 1, so that a
     * client with a schedule takes the learning rate of round 1 unless one is given.
     */
    public static RecordDict shadow(
            ArrayRecord initial,
            ServerRound round,
            long seed,
            OptionalDouble learningRate,
            Optional<EvidenceRequest> evidence) {
        ConfigRecord.Builder config = ConfigRecord.builder()
                .put(SERVER_ROUND, ServerRound.first().number())
                .put(SEED, seed)
                .put(SHADOW, true)
                .put(ROUND, round.number());
        learningRate.ifPresent(rate -> config.put(LEARNING_RATE, rate));
        evidence.ifPresent(request -> ask(config, request));
        return content(initial, config.build());
    }

    /**
     * Returns a task that also asks the client to pull towards the adapter in it (FedProx, BL-2).
     *
     * @param mu strength of the pull, not negative
     */
    public static RecordDict withFedProx(RecordDict task, double mu) {
        if (!(mu >= 0 && mu < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("mu must be finite and not negative but was " + mu);
        }
        return withSetting(task, FEDPROX_MU, mu);
    }

    /** Returns a task that also names a folder for what a client leaves on its own disk: FlowerTune's clients want one. */
    public static RecordDict withSavePath(RecordDict task, String path) {
        return withSetting(task, SAVE_PATH, path);
    }

    /** Returns a task that also carries the server's control variate, see {@link ControlExchange#task} (SCAFFOLD, BL-7). */
    public static RecordDict withControl(RecordDict task, ConfigRecord control) {
        return with(task, ControlExchange.RECORD, control);
    }

    private static RecordDict withSetting(RecordDict task, String key, Object value) {
        ConfigRecord config = task.configRecords().get(CONFIG);
        if (config == null) {
            throw new IllegalArgumentException("a task has a record '" + CONFIG + "'");
        }
        Map<String, Object> values = new LinkedHashMap<>(config.values());
        values.put(key, value);
        return with(task, CONFIG, ConfigRecord.of(values));
    }

    private static RecordDict with(RecordDict task, String key, FlowerRecord record) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>(task.records());
        records.put(key, record);
        return RecordDict.of(records);
    }

    private static void ask(ConfigRecord.Builder config, EvidenceRequest request) {
        config.put(EvidenceRequest.ASK, "report")
                .put(EvidenceRequest.KEYS, request.keys())
                .put(EvidenceRequest.PROBE, request.probeSha256());
    }

    private static RecordDict content(ArrayRecord arrays, ConfigRecord config) {
        Map<String, FlowerRecord> records = new LinkedHashMap<>();
        records.put(ARRAYS, arrays);
        records.put(CONFIG, config);
        return RecordDict.of(records);
    }
}
