package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked columns of the specification and the edges of the slack (BL-0.7). */
class WeightedMedianTest {

    @ParameterizedTest
    @CsvSource({
        "0 1 2 10, 1 1 1 1, 1, 1.5",
        "0 1 2 10, 0.1 0.1 0.1 0.1, 1, 1.5",
        "0 2 10, 1 1 1, 2, 2",
        "0 1 2 10, 1 1 1 3, 2, 6",
        "10 2 1 0, 3 1 1 1, 2, 6",
        "5, 0.3, 5, 5",
        "1 2, 1 3, 2, 2",
        "1 2, 3 1, 1, 1",
        "1 2, 1 1.000000001, 2, 2",
        "1 2, 1 1.00000000000001, 1, 1.5",
        "4 4 4 4, 1 2 3 4, 4, 4"
    })
    void of_column_isTheWorkedValue(String values, String weights, double lower, double midpoint) {
        double[] column = numbers(values);
        LiveRows rows = LiveRows.of(Inputs.of(MemoryStore.of(column(column)), numbers(weights)));

        assertThat(WeightedMedian.LOWER.of(column, rows)).isEqualTo(lower);
        assertThat(WeightedMedian.MIDPOINT.of(column, rows)).isEqualTo(midpoint);
    }

    private static double[][] column(double[] values) {
        double[][] rows = new double[values.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {values[i]};
        }
        return rows;
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
