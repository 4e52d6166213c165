package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseRowsTest {

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.5, 0.99})
    void read_randomRow_keepsWhatASortWould(double sparsity) {
        int width = 40_001;
        Random dice = new Random(3);
        double[] row = new double[width];
        Arrays.setAll(row, i -> dice.nextGaussian() * Math.pow(10, dice.nextInt(60) - 30));
        double[] sorted = Arrays.stream(row).map(Math::abs).sorted().toArray();
        double threshold = sorted[width - (int) (width * (1 - sparsity))];

        double[] kept = new double[width];
        sparse(row, List.of(1, width), sparsity).read(0, 0, kept);

        for (int i = 0; i < width; i++) {
            assertThat(kept[i]).isEqualTo(Math.abs(row[i]) > threshold ? row[i] : 0.0);
        }
    }

    @Test
    void read_ninetyElements_keepsSixtyOne() {
        double[] row = new double[90];
        Arrays.setAll(row, i -> i + 1.0);

        double[] kept = new double[90];
        sparse(row, List.of(2, 45), 0.3).read(0, 0, kept);

        assertThat(Arrays.stream(kept).filter(value -> value != 0)).hasSize(61);
    }

    @Test
    void read_noSparsity_keepsAllAndOneElement_none() {
        double[] kept = new double[2];
        sparse(new double[] {0, 3}, List.of(1, 2), 0).read(0, 0, kept);
        assertThat(kept).containsExactly(0, 3);

        double[] one = new double[1];
        sparse(new double[] {3}, List.of(1, 1), 0.3).read(0, 0, one);
        assertThat(one).containsExactly(0);
    }

    private static SparseRows sparse(double[] row, List<Integer> shape, double sparsity) {
        AdapterLayout layout = AdapterLayout.of(List.of(new TensorSpec("t", shape)));
        RuleInput input =
                RuleInput.of(MemoryStore.of(row), new double[] {1}, layout, GlobalValues.zero(), Draws.seeded(1));
        return SparseRows.of(LiveRows.of(input).asUpdates(), layout, layout.tensors(), sparsity);
    }
}
