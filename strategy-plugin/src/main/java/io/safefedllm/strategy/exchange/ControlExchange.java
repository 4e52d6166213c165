package io.safefedllm.strategy.exchange;

import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The control variates of SCAFFOLD on the wire (BL-7): the server's with a task, the change of the client's with a reply.
 *
 * <p>A client keeps its own variate and does not learn from a reply whether the server counts it. Every task therefore says up to which
 * round of that node the changes are in the server's variate, and the client takes up what it made in that round. docs/WIRE.md has the
 * record. Immutable and thread-safe.
 */
public final class ControlExchange {
    /** Name of the record in tasks and replies. */
    public static final String RECORD = "safe-fedllm.scaffold";

    private static final long VERSION = 1;

    private final AdapterLayout layout;
    private final List<String> names;

    /** Exchanges variates in the order of the adapter that is sent. */
    public ControlExchange(AdapterLayout issued) {
        this.layout = issued;
        this.names = issued.tensors().stream().map(TensorSpec::name).toList();
    }

    /**
     * Returns the server's variate as it is sent: float32, in the adapter's order. One serves the tasks of all nodes.
     *
     * @throws IllegalArgumentException if there is not one value for each of the adapter's elements
     */
    public Bytes encode(double[] control) {
        if (control.length != layout.size()) {
            throw new IllegalArgumentException(
                    "a control variate must have " + layout.size() + " values but has " + control.length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(control.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : control) {
            bytes.putFloat((float) value);
        }
        return Bytes.copyOf(bytes.array());
    }

    /**
     * Returns the record of a task.
     *
     * @param control the server's variate, see {@link #encode}
     * @param acceptedRound the last round of this node whose change is in it; 0 for none
     */
    public ConfigRecord task(Bytes control, int acceptedRound) {
        return ConfigRecord.builder()
                .put("version", VERSION)
                .put("keys", names)
                .put("c", control)
                .put("accepted-round", acceptedRound)
                .build();
    }

    /**
     * Reads the change of an untrusted client's variate, in the adapter's order.
     *
     * @return nothing if the reply has no such record, or one of another version, round, set of tensors or size, or one with a NaN or an
     *     infinity: then nothing is added for this client, as if it had been dropped
     */
    public Optional<LoraUpdate> change(RecordDict reply, ServerRound round) {
        ConfigRecord record = reply.configRecords().get(RECORD);
        if (record == null
                || !record.integer("version").equals(OptionalLong.of(VERSION))
                || !record.integer("round").equals(OptionalLong.of(round.number()))) {
            return Optional.empty();
        }
        List<String> keys = record.texts("keys").orElse(List.of());
        if (keys.size() != names.size() || !new HashSet<>(keys).equals(new HashSet<>(names))) {
            return Optional.empty();
        }
        AdapterLayout order = AdapterLayout.of(keys.stream().map(layout::tensor).toList());
        return record.bytes("dc")
                .filter(bytes -> bytes.size() == (long) order.size() * Float.BYTES)
                .map(bytes -> LoraUpdate.wrap(order, floats(bytes)))
                .filter(LoraUpdate::isFinite)
                .map(update -> update.arrangedAs(layout));
    }

    private static float[] floats(Bytes bytes) {
        float[] values = new float[bytes.size() / Float.BYTES];
        ByteBuffer.wrap(bytes.toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
