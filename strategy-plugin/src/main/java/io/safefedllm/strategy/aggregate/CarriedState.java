package io.safefedllm.strategy.aggregate;

import io.safefedllm.probe.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The arrays that a rule or a server optimiser carries from one applied round to the next, by name: the centre of centred
 * clipping, momenta, SCAFFOLD's control.
 *
 * <p>One state serves all stages of a round: each takes the state before and returns the state after, and whoever runs the
 * round keeps the new one only if the round is applied (SF-6.2). Binary64, one array of the adapter's width a name.
 * Immutable and thread-safe.
 */
public final class CarriedState {
    private static final CarriedState EMPTY = new CarriedState(new TreeMap<>());

    private final SortedMap<String, double[]> arrays;

    private CarriedState(SortedMap<String, double[]> arrays) {
        this.arrays = arrays;
    }

    /** Returns the state before the first applied round. */
    public static CarriedState empty() {
        return EMPTY;
    }

    /** Returns the names of the arrays, in code-point order. */
    public Set<String> names() {
        return new LinkedHashSet<>(arrays.keySet());
    }

    /** Returns a copy of one array, if it is there. */
    public Optional<double[]> get(String name) {
        return Optional.ofNullable(arrays.get(name)).map(double[]::clone);
    }

    /** Returns this state with a copy of one array put in or replaced. */
    public CarriedState with(String name, double[] values) {
        SortedMap<String, double[]> changed = new TreeMap<>(arrays);
        changed.put(name, values.clone());
        return new CarriedState(changed);
    }

    /** Returns the SHA-256 of names and values, to the bit, as 64 hexadecimal digits. */
    public String sha256() {
        MessageDigest digest = Sha256.start();
        ByteBuffer value = ByteBuffer.allocate(Double.BYTES);
        arrays.forEach((name, values) -> {
            digest.update((name + "\0" + values.length + "\0").getBytes(StandardCharsets.UTF_8));
            for (double element : values) {
                digest.update(value.putDouble(0, element).array());
            }
        });
        return Sha256.hex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CarriedState state
                && arrays.keySet().equals(state.arrays.keySet())
                && arrays.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), state.arrays.get(entry.getKey())));
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (Map.Entry<String, double[]> entry : arrays.entrySet()) {
            hash = 31 * hash + entry.getKey().hashCode() + Arrays.hashCode(entry.getValue());
        }
        return hash;
    }

    @Override
    public String toString() {
        return "CarriedState" + arrays.keySet();
    }
}
