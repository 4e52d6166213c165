package io.safefedllm.client.train;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** Keeps what some tensors changed by after every step, counted from the start of the run. Confined to one thread. */
final class StepRecorder {
    private final AdapterLayout whole;
    private final AdapterLayout chosen;
    private final float[] start;
    private final List<LoraUpdate> steps = new ArrayList<>();

    private StepRecorder(AdapterLayout whole, AdapterLayout chosen, float[] start) {
        this.whole = whole;
        this.chosen = chosen;
        this.start = start;
    }

    /**
     * Records the tensors {@code names} of a run that starts at {@code start}, in the order of {@code whole}.
     *
     * @throws IllegalArgumentException if {@code whole} lacks one of them
     */
    static StepRecorder of(List<String> names, AdapterLayout whole, float[] start) {
        for (String name : names) {
            if (!whole.contains(name)) {
                throw new IllegalArgumentException("the steps of tensor '" + name
                        + "' were to be recorded but the adapter" + " has no such tensor; its first is '"
                        + whole.tensors().get(0).name() + "'");
            }
        }
        AdapterLayout chosen =
                AdapterLayout.of(names.stream().map(whole::tensor).toList());
        return new StepRecorder(whole, chosen, start.clone());
    }

    void record(float[] parameters) {
        float[] change = new float[chosen.size()];
        int to = 0;
        for (TensorSpec tensor : chosen.tensors()) {
            int from = whole.offset(tensor.name());
            for (int i = from; i < from + tensor.size(); i++) {
                change[to++] = parameters[i] - start[i];
            }
        }
        steps.add(LoraUpdate.wrap(chosen, change));
    }

    List<LoraUpdate> steps() {
        return steps;
    }
}
