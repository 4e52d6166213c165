package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a client reports of its local steps: the record {@code safe-fedllm.evidence} of a reply (SF-13.1, {@code report}),
 * as it came. A claim: nothing of it has been checked, and every method answers whatever the client sent.
 *
 * <p>The record holds {@code version} 1, {@code run} (main or shadow), {@code steps} (integers), {@code keys} (tensor
 * names in the order of SF-1.4), {@code step-<t>} for every step (the adapter after step t minus the one of the task,
 * little-endian float32, tensors end to end in the order of the keys), {@code probe-sha256}, {@code base-sha256},
 * {@code lora-a-sha256} and {@code learning-rate}. The bytes stay where the message has them; a step is decoded only on
 * demand. Immutable and thread-safe.
 */
public final class StepEvidence {
    /** Name of the record in a reply. */
    public static final String RECORD = "safe-fedllm.evidence";

    /** The version of the record that is understood. */
    public static final long VERSION = 1;

    private static final String STEP = "step-";

    private final ConfigRecord record;

    private StepEvidence(ConfigRecord record) {
        this.record = record;
    }

    /** Returns the evidence that a reply carries; nothing if it has no config record of that name. */
    public static Optional<StepEvidence> of(RecordDict content) {
        return Optional.ofNullable(content.configRecords().get(RECORD)).map(StepEvidence::new);
    }

    /** Returns whether the record is of the version and for the run that are expected. */
    public boolean isFor(TaskKind run) {
        return record.integer("version").equals(OptionalLong.of(VERSION))
                && record.text("run").equals(Optional.of(run.key()));
    }

    /** Returns the step ids in the order of the record; nothing if there is no list of integers. */
    public Optional<List<Long>> steps() {
        return record.integers("steps");
    }

    /** Returns the tensor names in the order of the record, empty if there is no list of strings. */
    public List<String> keys() {
        return record.texts("keys").orElse(List.of());
    }

    /** Returns the digest of the probe that the evidence was made for, empty if there is none. */
    public String probeSha256() {
        return record.text("probe-sha256").orElse("");
    }

    /** Returns the digest of the adapter that the run started from, empty if there is none. */
    public String baseSha256() {
        return record.text("base-sha256").orElse("");
    }

    /** Returns the digest of the LoRA A matrices that the run started from, empty if there is none. */
    public String loraASha256() {
        return record.text("lora-a-sha256").orElse("");
    }

    /** Returns the learning rate of the run, if there is a number. */
    public OptionalDouble learningRate() {
        return record.number("learning-rate");
    }

    /** Returns how many values the record has under names that begin as those of steps do. */
    public long stepValues() {
        return stepNames().count();
    }

    /** Returns the number of float32 values of a step; negative if there is no such step or its bytes are no whole floats. */
    public int size(long step) {
        return blob(step)
                .filter(bytes -> bytes.size() % Float.BYTES == 0)
                .map(bytes -> bytes.size() / Float.BYTES)
                .orElse(-1);
    }

    /**
     * Returns a copy of the values of a step.
     *
     * @throws IllegalArgumentException if there is no such step of whole floats
     */
    public float[] values(long step) {
        Bytes bytes = blob(step)
                .filter(found -> found.size() % Float.BYTES == 0)
                .orElseThrow(() -> new IllegalArgumentException("there is no readable step " + step));
        float[] values = new float[bytes.size() / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(bytes, i * Float.BYTES);
        }
        return values;
    }

    /** Returns whether no step of whole floats holds a NaN or an infinity. Takes no memory. */
    public boolean isFinite() {
        return stepNames()
                .map(record::bytes)
                .flatMap(Optional::stream)
                .filter(bytes -> bytes.size() % Float.BYTES == 0)
                .allMatch(StepEvidence::isFinite);
    }

    private static boolean isFinite(Bytes bytes) {
        for (int at = 0; at < bytes.size(); at += Float.BYTES) {
            if (!Float.isFinite(value(bytes, at))) {
                return false;
            }
        }
        return true;
    }

    private static float value(Bytes bytes, int at) {
        return Float.intBitsToFloat((bytes.at(at) & 0xff)
                | ((bytes.at(at + 1) & 0xff) << 8)
                | ((bytes.at(at + 2) & 0xff) << 16)
                | (bytes.at(at + 3) << 24));
    }

    private Optional<Bytes> blob(long step) {
        return record.bytes(STEP + step);
    }

    private Stream<String> stepNames() {
        return record.values().keySet().stream().filter(name -> name.startsWith(STEP));
    }
}
