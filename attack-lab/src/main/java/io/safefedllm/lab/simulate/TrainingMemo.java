package io.safefedllm.lab.simulate;

import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Remembers training runs, so that what is equal in several arms is computed once. Training is deterministic: a run that is taken from
 * here is bit for bit what computing it again would give. Confined to one thread.
 *
 * <p>Keeps adapters up to a bound; the longest unused one goes first.
 */
final class TrainingMemo {
    /** Of the Java heap, the part that is filled with adapters at most. */
    private static final int HEAP_PART = 4;

    private final long mostElements = Runtime.getRuntime().maxMemory() / HEAP_PART / Float.BYTES;
    private final LongSupplier nanoTicker;
    private final Map<Key, Held> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long elements;

    TrainingMemo(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /**
     * What decides the adapter that a training run ends with.
     *
     * @param rowsSha256 the rows
     * @param plan what is done with them, without a record of the steps
     * @param baseSha256 the adapter that it starts from
     */
    private record Key(String rowsSha256, TrainingPlan plan, String baseSha256) {}

    /**
     * A training run and what it costs.
     *
     * @param result what came out
     * @param nanos how long it took when it was computed
     * @param reused whether it was computed earlier
     */
    record Entry(TrainingResult result, long nanos, boolean reused) {}

    /**
     * Returns what {@code training} gives, from memory if it was computed before with the same record of steps or with one where none is asked for.
     *
     * @param rowsSha256 digest of the rows
     * @param baseSha256 digest of the adapter that it starts from
     */
    Entry get(String rowsSha256, TrainingPlan plan, String baseSha256, Supplier<TrainingResult> training) {
        Key key = new Key(rowsSha256, plan.withRecorded(List.of()), baseSha256);
        Held known = entries.get(key);
        if (known != null && (plan.recorded().isEmpty() || plan.recorded().equals(known.recorded()))) {
            return new Entry(known.result(), known.nanos(), true);
        }
        long start = nanoTicker.getAsLong();
        TrainingResult result = training.get();
        Held held = new Held(result, nanoTicker.getAsLong() - start, plan.recorded());
        if (known != null) {
            elements -= known.size();
        }
        entries.put(key, held);
        elements += held.size();
        Iterator<Held> oldest = entries.values().iterator();
        while (elements > mostElements && entries.size() > 1) {
            elements -= oldest.next().size();
            oldest.remove();
        }
        return new Entry(result, held.nanos(), false);
    }

    /** What is kept of a run. */
    private record Held(TrainingResult result, long nanos, List<String> recorded) {
        int size() {
            int steps = result.steps().stream()
                    .mapToInt(step -> step.layout().size())
                    .sum();
            return result.adapter().layout().size() + steps;
        }
    }
}
