package io.safefedllm.client.exchange;

import io.safefedllm.client.train.ControlVariates;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of SCAFFOLD on the wire and between rounds (BL-7; docs/WIRE.md).
 *
 * <p>A server may drop a client's reply, and then the client's variate must stay as it was. A client cannot know this when it
 * answers. It therefore remembers the new variate beside the old one, and the server's next task says up to which round of this
 * node it has added the changes.
 */
final class ScaffoldRecords {
    /** Key of the record in tasks, in replies and in what a client remembers. */
    static final String SCAFFOLD = "safe-fedllm.scaffold";

    private static final Logger LOG = LoggerFactory.getLogger(ScaffoldRecords.class);
    private static final String KEYS = "keys";
    private static final String VERSION = "version";
    private static final String ACCEPTED_ROUND = "accepted-round";
    private static final String OWN = "own";
    private static final String OWN_ROUND = "own-round";
    private static final String PENDING = "pending";
    private static final String PENDING_ROUND = "pending-round";
    private static final long FORMAT = 1;

    private final AdapterLayout layout;
    private final long round;
    private final long ownRound;
    private final float[] own;
    private final float[] drift;

    private ScaffoldRecords(AdapterLayout layout, long round, long ownRound, float[] own, float[] drift) {
        this.layout = layout;
        this.round = round;
        this.ownRound = ownRound;
        this.own = own;
        this.drift = drift;
    }

    /**
     * Reads the server's variate from a task and the client's from what it remembers.
     *
     * @param content the task
     * @param layout the adapter of the task
     * @param round the task's round
     * @param remembered the client's memory; not changed
     * @return empty if the task is not one of SCAFFOLD
     * @throws IllegalArgumentException if the record is not of the form that docs/WIRE.md gives
     */
    static Optional<ScaffoldRecords> read(
            RecordDict content, AdapterLayout layout, OptionalLong round, RecordDict remembered) {
        ConfigRecord task = content.configRecords().get(SCAFFOLD);
        if (task == null) {
            return Optional.empty();
        }
        requireVersion(task);
        if (round.isEmpty() || round.getAsLong() < 1) {
            throw new IllegalArgumentException("a task of SCAFFOLD must have a server-round of at least 1 but had "
                    + (round.isEmpty() ? "none" : round.getAsLong()));
        }
        AdapterLayout order = order(task, layout);
        float[] server = arranged(task, "c", order, layout);
        long accepted = task.integer(ACCEPTED_ROUND)
                .orElseThrow(() -> new IllegalArgumentException(SCAFFOLD + " has no whole number " + ACCEPTED_ROUND));
        float[] own = own(remembered.configRecords().get(SCAFFOLD), accepted, server, layout);
        float[] drift = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            drift[i] = server[i] - own[i];
        }
        return Optional.of(new ScaffoldRecords(layout, round.getAsLong(), accepted, own, drift));
    }

    /** The client's variate of the round that the server added last. */
    private static float[] own(@Nullable ConfigRecord memory, long accepted, float[] server, AdapterLayout layout) {
        if (accepted == 0) {
            return new float[layout.size()];
        }
        if (memory != null) {
            AdapterLayout order = order(memory, layout);
            if (memory.integer(PENDING_ROUND).orElse(0) == accepted) {
                return arranged(memory, PENDING, order, layout);
            }
            if (memory.integer(OWN_ROUND).orElse(0) == accepted) {
                return arranged(memory, OWN, order, layout);
            }
        }
        LOG.warn(
                "the server has added this node's control variate of round {}, which is not remembered here any more;"
                        + " going on with the mean of all nodes",
                accepted);
        return server.clone();
    }

    /** Returns c - c_i. */
    LoraUpdate drift() {
        return LoraUpdate.copyOf(layout, drift);
    }

    /**
     * Returns the records of a finished run: what the server gets, and what the client has to remember.
     *
     * @param from the adapter of the task
     * @param trained the adapter of the reply
     */
    Outcome finish(LoraAdapter from, LoraAdapter trained, TrainingPlan plan) {
        float[] start = from.arrangedAs(layout).toArray();
        float[] end = trained.arrangedAs(layout).toArray();
        double totalRate = plan.totalRate();
        if (!(totalRate > 0)) {
            throw new IllegalArgumentException("SCAFFOLD needs steps with a learning rate above 0 but all "
                    + plan.steps() + " had 0; lower the warm-up");
        }
        float[] renewed = new float[own.length];
        float[] change = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            renewed[i] = (float) ControlVariates.renewed(start[i], end[i], totalRate, drift[i]);
            change[i] = renewed[i] - own[i];
        }
        ConfigRecord reply =
                form().put("dc", FloatBlob.of(change)).put("round", round).build();
        ConfigRecord memory = form().put(OWN, FloatBlob.of(own))
                .put(OWN_ROUND, ownRound)
                .put(PENDING, FloatBlob.of(renewed))
                .put(PENDING_ROUND, round)
                .build();
        return new Outcome(reply, memory);
    }

    private ConfigRecord.Builder form() {
        return ConfigRecord.builder()
                .put(VERSION, FORMAT)
                .put(KEYS, layout.tensors().stream().map(TensorSpec::name).toList());
    }

    private static void requireVersion(ConfigRecord record) {
        if (record.integer(VERSION).orElse(0) != FORMAT) {
            throw new IllegalArgumentException(SCAFFOLD + " must have version " + FORMAT + " but has "
                    + record.values().get(VERSION) + "; use the same release on both sides");
        }
    }

    private static AdapterLayout order(ConfigRecord record, AdapterLayout layout) {
        List<String> keys = record.texts(KEYS).orElse(List.of());
        if (keys.size() != layout.tensors().size() || !keys.stream().allMatch(layout::contains)) {
            throw new IllegalArgumentException(
                    SCAFFOLD + " must name the " + layout.tensors().size() + " tensors of the adapter but names "
                            + keys.size() + (keys.isEmpty() ? "" : ", the first '" + keys.get(0) + "'"));
        }
        return AdapterLayout.of(keys.stream().map(layout::tensor).toList());
    }

    private static float[] arranged(ConfigRecord record, String key, AdapterLayout order, AdapterLayout layout) {
        Bytes blob = record.bytes(key)
                .orElseThrow(() -> new IllegalArgumentException(SCAFFOLD + " has no bytes '" + key + "'"));
        float[] values = FloatBlob.read(blob, order.size(), SCAFFOLD + " '" + key + "'");
        LoraUpdate update = LoraUpdate.wrap(order, values);
        if (!update.isFinite()) {
            throw new IllegalArgumentException(SCAFFOLD + " '" + key + "' holds values that are not finite");
        }
        return update.arrangedAs(layout).toArray();
    }

    /**
     * What follows from a finished run.
     *
     * @param reply for the server
     * @param memory for the client
     */
    record Outcome(ConfigRecord reply, ConfigRecord memory) {
        /** Returns {@code state} with the memory in place of an older one. */
        RecordDict remember(RecordDict state) {
            Map<String, FlowerRecord> records = new LinkedHashMap<>(state.records());
            records.put(SCAFFOLD, memory);
            return RecordDict.of(records);
        }
    }
}
