package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The difference of two adapters as the authors' code takes it when they do not fit each other (SF-1.5). For experiments
 * that reproduce the paper; everything that decides in hardened mode refuses such adapters instead (SF-7.1, codes 2 and 3).
 */
public final class PaperFaithfulDelta {
    private PaperFaithfulDelta() {}

    /**
     * Returns current minus base in binary32 for each tensor of {@code current} that the view selects, the first layer being
     * the smallest of both adapters. A tensor that {@code base} lacks, or has in a shape that cannot be stretched to the
     * current one, is taken as it is; one whose shape can be stretched is stretched.
     *
     * @return nothing if the view selects no tensor of {@code current}; the authors' code then trusts the client
     * @throws IllegalArgumentException if no tensor has a layer index
     */
    public static Optional<LoraUpdate> between(ViewSelector selector, LoraAdapter base, LoraAdapter current) {
        int first = FeatureKeys.firstLayer(List.of(current.layout(), base.layout()));
        List<TensorSpec> selected = current.layout().tensors().stream()
                .filter(tensor -> selector.selects(tensor.name(), first))
                .toList();
        if (selected.isEmpty()) {
            return Optional.empty();
        }
        AdapterLayout layout = AdapterLayout.of(selected);
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : selected) {
            float[] delta = delta(tensor, base, current);
            System.arraycopy(delta, 0, values, layout.offset(tensor.name()), delta.length);
        }
        return Optional.of(LoraUpdate.copyOf(layout, values));
    }

    private static float[] delta(TensorSpec tensor, LoraAdapter base, LoraAdapter current) {
        float[] values = tensorOf(current, tensor);
        if (!base.layout().contains(tensor.name())) {
            return values;
        }
        TensorSpec other = base.layout().tensor(tensor.name());
        if (!stretches(other.shape(), tensor.shape())) {
            return values;
        }
        float[] subtracted = tensorOf(base, other);
        for (int i = 0; i < values.length; i++) {
            values[i] -= subtracted[source(i, other.shape(), tensor.shape())];
        }
        return values;
    }

    private static float[] tensorOf(LoraAdapter adapter, TensorSpec tensor) {
        int from = adapter.layout().offset(tensor.name());
        return Arrays.copyOfRange(adapter.toArray(), from, from + tensor.size());
    }

    /** Returns whether each dimension of {@code from}, counted from the last, is 1 or that of {@code to}. */
    private static boolean stretches(List<Integer> from, List<Integer> to) {
        int missing = to.size() - from.size();
        boolean fits = missing >= 0;
        for (int i = 0; fits && i < from.size(); i++) {
            fits = from.get(i) == 1 || from.get(i).equals(to.get(i + missing));
        }
        return fits;
    }

    /** Returns the position in a tensor of shape {@code from} that lies under position {@code at} of the stretched one. */
    private static int source(int at, List<Integer> from, List<Integer> to) {
        int missing = to.size() - from.size();
        List<Integer> index = new ArrayList<>();
        int rest = at;
        for (int i = to.size() - 1; i >= 0; i--) {
            index.add(0, rest % to.get(i));
            rest /= to.get(i);
        }
        int source = 0;
        for (int i = 0; i < from.size(); i++) {
            source = source * from.get(i) + (from.get(i) == 1 ? 0 : index.get(i + missing));
        }
        return source;
    }
}
