package io.safefedllm.lab.simulate;

import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
    private static final long MOST_ELEMENTS = 1L << 26;

    private final LongSupplier nanoTicker;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long elements;

    TrainingMemo(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /**
     * What decides a training run.
     *
     * @param client whose rows
     * @param plan what is done with them; a run whose steps are recorded is another one
     * @param baseSha256 the adapter that it starts from
     */
    record Key(int client, TrainingPlan plan, String baseSha256) {}

    /**
     * A training run and what it costs.
     *
     * @param result what came out
     * @param nanos how long it took when it was computed
     * @param reused whether it was computed earlier
     */
    record Entry(TrainingResult result, long nanos, boolean reused) {
        private Entry again() {
            return new Entry(result, nanos, true);
        }

        private int size() {
            int recorded = result.steps().stream()
                    .mapToInt(step -> step.layout().size())
                    .sum();
            return result.adapter().layout().size() + recorded;
        }
    }

    Entry get(Key key, Supplier<TrainingResult> training) {
        Entry known = entries.get(key);
        if (known != null) {
            return known.again();
        }
        long start = nanoTicker.getAsLong();
        TrainingResult result = training.get();
        Entry entry = new Entry(result, nanoTicker.getAsLong() - start, false);
        entries.put(key, entry);
        elements += entry.size();
        Iterator<Entry> oldest = entries.values().iterator();
        while (elements > MOST_ELEMENTS) {
            elements -= oldest.next().size();
            oldest.remove();
        }
        return entry;
    }
}
