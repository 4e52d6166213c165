package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Which LoRA B matrices the seed-invariant view multiplies by their own transpose (SF-14.5), in code-point order.
 *
 * @param names tensor names
 * @param rows rows of each, in the same order, at least 1
 */
public record GramKeys(List<String> names, List<Integer> rows) {
    private static final String MATRIX = "v_proj.lora_B.weight";

    /** More elements than these are not worth their place in a probe file: 256 MiB. */
    private static final long MOST_ELEMENTS = 1L << 26;

    /**
     * Checks that the lists belong together.
     *
     * @throws IllegalArgumentException if there is no name, a name appears twice, the lists differ in length, a number of
     *     rows is not positive, or the view had more than 2^26 elements
     */
    public GramKeys {
        names = List.copyOf(names);
        rows = List.copyOf(rows);
        if (names.isEmpty() || new HashSet<>(names).size() != names.size() || names.size() != rows.size()) {
            throw new IllegalArgumentException("the seed-invariant view needs distinct tensor names with one number of"
                    + " rows each but has " + names.size() + " names and " + rows.size() + " numbers");
        }
        long total = 0;
        for (int count : rows) {
            total += triangle(count);
            if (count <= 0 || total > MOST_ELEMENTS) {
                throw new IllegalArgumentException(
                        "the seed-invariant view needs positive numbers of rows with at most " + MOST_ELEMENTS
                                + " elements in all but has a matrix of " + count + " rows");
            }
        }
    }

    /**
     * Returns the value projection of the first layer, or nothing where the adapter has none.
     *
     * @throws IllegalArgumentException if no tensor has a layer index
     */
    public static Optional<GramKeys> of(AdapterLayout layout) {
        int first = FeatureKeys.firstLayer(List.of(layout));
        List<TensorSpec> matrices = layout.tensors().stream()
                .filter(tensor -> tensor.name().endsWith(MATRIX))
                .filter(tensor -> ViewSelector.FIRST_B.selects(tensor.name(), first))
                .sorted(Comparator.comparing(TensorSpec::name))
                .toList();
        if (matrices.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = matrices.stream().map(TensorSpec::name).toList();
        List<Integer> rows = new ArrayList<>();
        matrices.forEach(matrix -> rows.add(matrix.shape().get(0)));
        return Optional.of(new GramKeys(names, rows));
    }

    /** Returns the number of elements: n (n + 1) / 2 for each matrix of n rows. */
    public int dimension() {
        long total = 0;
        for (int count : rows) {
            total += triangle(count);
        }
        return (int) total;
    }

    private static long triangle(int rows) {
        return rows * (rows + 1L) / 2;
    }
}
