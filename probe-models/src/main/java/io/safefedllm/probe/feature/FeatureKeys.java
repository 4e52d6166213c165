package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which a view's tensors are laid end to end, and how many elements of each (SF-1.4).
 *
 * <p>Made once, when a probe is trained, and stored with it; scoring uses the stored order and never sorts again.
 *
 * @param selector which tensors the view looks at
 * @param firstLayer the smallest layer index of the adapter, 0 or more (SF-1.2); of {@link #ofLayer} that layer
 * @param names tensor names; {@link #of} and {@link #over} put them in code-point order of the whole name
 * @param sizes number of elements of each, in the same order, at least 1
 */
public record FeatureKeys(ViewSelector selector, int firstLayer, List<String> names, List<Integer> sizes) {
    private static final Pattern LAYER = Pattern.compile("layers\\.(\\d{1,9})");

    /**
     * Checks that the lists belong together.
     *
     * @throws IllegalArgumentException if there is no name, a name appears twice or is not selected, the lists differ in
     *     length, a size is not positive, or all sizes together exceed 2^31 - 1
     */
    public FeatureKeys {
        names = List.copyOf(names);
        sizes = List.copyOf(sizes);
        if (firstLayer < 0) {
            throw new IllegalArgumentException("first layer must be 0 or more but was " + firstLayer);
        }
        if (names.isEmpty() || new HashSet<>(names).size() != names.size() || names.size() != sizes.size()) {
            throw new IllegalArgumentException(
                    "view " + selector.key() + " needs distinct tensor names with one size each but has " + names.size()
                            + " names and " + sizes.size() + " sizes");
        }
        for (String name : names) {
            if (!selector.selects(name, firstLayer)) {
                throw new IllegalArgumentException("view " + selector.key() + " does not select tensor '" + name
                        + "' of an adapter with first layer " + firstLayer);
            }
        }
        long total = 0;
        for (int size : sizes) {
            total += size;
            if (size <= 0 || total > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("view " + selector.key()
                        + " needs positive sizes with a sum of at most 2147483647 but has size " + size);
            }
        }
    }

    /**
     * Returns the keys of a view of one adapter.
     *
     * @throws IllegalArgumentException if no tensor has a layer index, or the view selects no tensor
     */
    public static FeatureKeys of(ViewSelector selector, AdapterLayout layout) {
        return over(selector, List.of(layout), false);
    }

    /**
     * Returns the keys of a view over several adapters (SF-1.2 to SF-1.4): the first layer is the smallest index of all of
     * them, the names are their union, the size of a name is the largest one seen.
     *
     * @param intersection take the names that all adapters have instead, unless there is none
     * @throws IllegalArgumentException if no tensor has a layer index, or the view selects no tensor
     */
    public static FeatureKeys over(ViewSelector selector, List<AdapterLayout> layouts, boolean intersection) {
        int firstLayer = firstLayer(layouts);
        SortedMap<String, Integer> sizes = new TreeMap<>();
        Set<String> common = new HashSet<>();
        for (int i = 0; i < layouts.size(); i++) {
            Set<String> selected = new HashSet<>();
            for (TensorSpec tensor : layouts.get(i).tensors()) {
                if (selector.selects(tensor.name(), firstLayer)) {
                    sizes.merge(tensor.name(), tensor.size(), Math::max);
                    selected.add(tensor.name());
                }
            }
            if (i == 0) {
                common.addAll(selected);
            } else {
                common.retainAll(selected);
            }
        }
        if (intersection && !common.isEmpty()) {
            sizes.keySet().retainAll(common);
        }
        if (sizes.isEmpty()) {
            throw new IllegalArgumentException("view " + selector.key() + " selects no tensor of the adapter");
        }
        return new FeatureKeys(selector, firstLayer, List.copyOf(sizes.keySet()), new ArrayList<>(sizes.values()));
    }

    /**
     * Returns the LoRA B matrices of one layer (SF-14.5), as {@link ViewSelector#FIRST_B} of an adapter that starts with it.
     *
     * @throws IllegalArgumentException if the layer has none
     */
    public static FeatureKeys ofLayer(int layer, AdapterLayout layout) {
        SortedMap<String, Integer> sizes = new TreeMap<>();
        for (TensorSpec tensor : layout.tensors()) {
            if (ViewSelector.FIRST_B.selects(tensor.name(), layer)) {
                sizes.put(tensor.name(), tensor.size());
            }
        }
        return new FeatureKeys(
                ViewSelector.FIRST_B, layer, List.copyOf(sizes.keySet()), new ArrayList<>(sizes.values()));
    }

    /** Returns the indices of the layers that have LoRA B matrices, ascending. */
    public static SortedSet<Integer> layers(AdapterLayout layout) {
        SortedSet<Integer> layers = new TreeSet<>();
        for (TensorSpec tensor : layout.tensors()) {
            Matcher match = LAYER.matcher(tensor.name());
            if (match.find() && tensor.isLoraB()) {
                layers.add(Integer.parseInt(match.group(1)));
            }
        }
        return layers;
    }

    /** Returns the length D of the feature: the sum of all sizes. */
    public int dimension() {
        int total = 0;
        for (int size : sizes) {
            total += size;
        }
        return total;
    }

    /** Returns the smallest layer index of all names (SF-1.2). */
    static int firstLayer(List<AdapterLayout> layouts) {
        OptionalInt first = layouts.stream()
                .flatMap(layout -> layout.tensors().stream())
                .map(tensor -> LAYER.matcher(tensor.name()))
                .filter(Matcher::find)
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .min();
        return first.orElseThrow(() -> new IllegalArgumentException(
                "no tensor name has a layer index such as 'layers.0.'; the views need one"));
    }
}
