package io.safefedllm.probe.train;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.SourceCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Labels, sources and layouts of the updates; refuses what no honest probe can be learned from (SF-7.12). */
final class TrainingCensus {
    private static final int MIN_SOURCES = 2;

    /** One to learn from and one to be held out, without which the check of sources would have nothing to look at. */
    private static final int MIN_UPDATES = 2;

    private final TrainingMode mode;
    private final List<Boolean> labels = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final Map<String, Integer> benign = new TreeMap<>();
    private final Map<String, Integer> harmful = new TreeMap<>();
    private final Set<AdapterLayout> layouts = new LinkedHashSet<>();

    private TrainingCensus(TrainingMode mode) {
        this.mode = mode;
    }

    static TrainingCensus of(Iterable<LabelledUpdate> updates, TrainingMode mode) {
        TrainingCensus census = new TrainingCensus(mode);
        updates.forEach(census::add);
        if (census.layouts.isEmpty()) {
            throw new ProbeTrainingException("there is no update to learn from");
        }
        if (mode == TrainingMode.HARDENED) {
            census.requireSources("benign", census.benign);
            census.requireSources("harmful", census.harmful);
        }
        return census;
    }

    TrainingMode mode() {
        return mode;
    }

    /** Returns the different layouts of the updates, in order of appearance; in hardened mode they have the same tensors. */
    List<AdapterLayout> layouts() {
        return List.copyOf(layouts);
    }

    /** Returns all tensors of all updates, each in the largest shape seen. */
    AdapterLayout layout() {
        Map<String, TensorSpec> largest = new LinkedHashMap<>();
        layouts.stream()
                .flatMap(layout -> layout.tensors().stream())
                .forEach(tensor ->
                        largest.merge(tensor.name(), tensor, (one, other) -> other.size() > one.size() ? other : one));
        return AdapterLayout.of(List.copyOf(largest.values()));
    }

    /** Returns the label of each update, in order. */
    boolean[] harmful() {
        boolean[] result = new boolean[labels.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = labels.get(i);
        }
        return result;
    }

    /** Returns the source of each update, in order. */
    List<String> sourceOfEach() {
        return List.copyOf(sources);
    }

    /** Returns the names of the sources of a class, in code-point order. */
    Set<String> sourcesOf(boolean harmful) {
        return harmful ? this.harmful.keySet() : benign.keySet();
    }

    /** Returns class and source of each update as one word, in order; in paper-faithful mode one word for all. */
    List<String> strata() {
        List<String> strata = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            boolean one = mode == TrainingMode.PAPER_FAITHFUL;
            strata.add(one ? "all" : (labels.get(i) ? "harmful/" : "benign/") + sources.get(i));
        }
        return strata;
    }

    /** Returns the sources, benign ones first, each in code-point order. */
    List<SourceCount> sources() {
        List<SourceCount> counts = new ArrayList<>();
        benign.forEach((source, updates) -> counts.add(new SourceCount(source, false, updates)));
        harmful.forEach((source, updates) -> counts.add(new SourceCount(source, true, updates)));
        return counts;
    }

    private void add(LabelledUpdate update) {
        if (mode == TrainingMode.HARDENED) {
            requireSound(update, labels.size() + 1);
        }
        layouts.add(update.update().layout());
        labels.add(update.harmful());
        sources.add(update.source());
        (update.harmful() ? harmful : benign).merge(update.source(), 1, Integer::sum);
    }

    private void requireSound(LabelledUpdate update, int number) {
        AdapterLayout layout = update.update().layout();
        if (!layouts.isEmpty() && !layouts.iterator().next().hasSameTensors(layout)) {
            throw new ProbeTrainingException("update " + number + " (source '" + update.source()
                    + "') has other tensors than the first one; a probe is trained on adapters of one layout");
        }
        if (!update.update().isFinite()) {
            throw new ProbeTrainingException("update " + number + " (source '" + update.source()
                    + "') holds a value that is not finite; leave it out");
        }
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
        sources.forEach((source, updates) -> {
            if (updates < MIN_UPDATES) {
                throw new ProbeTrainingException(
                        label + " source '" + source + "' has 1 update, so none can be held out"
                                + " to see whether the probe learns the source instead of the harm; add updates of it or leave it out");
            }
        });
    }
}
