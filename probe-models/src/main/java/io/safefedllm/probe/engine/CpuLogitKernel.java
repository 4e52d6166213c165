package io.safefedllm.probe.engine;

import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeSet;
import java.util.List;

/** Plain Java: no native library is loaded. A feature of a million elements takes about a millisecond. */
final class CpuLogitKernel implements LogitKernel {
    private final List<LinearProbe> probes;

    CpuLogitKernel(ProbeSet set) {
        this.probes = set.views().stream().map(view -> view.probe()).toList();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public double[] logits(int view, List<FeatureVector> features) {
        LinearProbe probe = probes.get(view);
        return features.stream().mapToDouble(probe::logit).toArray();
    }

    @Override
    public void close() {
        // Nothing is held outside the heap.
    }
}
