package io.safefedllm.probe.train;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.SourceCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Labels, sources and the common layout of the updates; refuses what no honest probe can be learned from (SF-7.12). */
final class TrainingCensus {
    private static final int MIN_SOURCES = 2;

    private final List<Boolean> labels = new ArrayList<>();
    private final List<String> strata = new ArrayList<>();
    private final Map<String, Integer> benign = new TreeMap<>();
    private final Map<String, Integer> harmful = new TreeMap<>();
    private @Nullable AdapterLayout layout;

    private TrainingCensus() {}

    static TrainingCensus of(Iterable<LabelledUpdate> updates) {
        TrainingCensus census = new TrainingCensus();
        updates.forEach(census::add);
        census.requireSources("benign", census.benign);
        census.requireSources("harmful", census.harmful);
        return census;
    }

    AdapterLayout layout() {
        if (layout == null) {
            throw new IllegalStateException("there is no update");
        }
        return layout;
    }

    /** Returns the label of each update, in order. */
    boolean[] harmful() {
        boolean[] result = new boolean[labels.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = labels.get(i);
        }
        return result;
    }

    /** Returns class and source of each update as one word, in order. */
    List<String> strata() {
        return List.copyOf(strata);
    }

    /** Returns the sources, benign ones first, each in code-point order. */
    List<SourceCount> sources() {
        List<SourceCount> counts = new ArrayList<>();
        benign.forEach((source, updates) -> counts.add(new SourceCount(source, false, updates)));
        harmful.forEach((source, updates) -> counts.add(new SourceCount(source, true, updates)));
        return counts;
    }

    private void add(LabelledUpdate update) {
        int number = labels.size() + 1;
        if (layout == null) {
            layout = update.update().layout();
        } else if (!layout.hasSameTensors(update.update().layout())) {
            throw new ProbeTrainingException("update " + number + " (source '" + update.source()
                    + "') has other tensors than the first one; a probe is trained on adapters of one layout");
        }
        if (!update.update().isFinite()) {
            throw new ProbeTrainingException("update " + number + " (source '" + update.source()
                    + "') holds a value that is not finite; leave it out");
        }
        labels.add(update.harmful());
        strata.add((update.harmful() ? "harmful/" : "benign/") + update.source());
        (update.harmful() ? harmful : benign).merge(update.source(), 1, Integer::sum);
    }

    private void requireSources(String label, Map<String, Integer> sources) {
        if (sources.isEmpty()) {
            throw new ProbeTrainingException("there is no " + label + " update; a probe needs both classes");
        }
        if (sources.size() < MIN_SOURCES) {
            throw new ProbeTrainingException("all " + label + " updates come from source '"
                    + sources.keySet().iterator().next() + "'; a probe needs at least " + MIN_SOURCES
                    + " sources per class, or it learns the source instead of the harm");
        }
    }
}
