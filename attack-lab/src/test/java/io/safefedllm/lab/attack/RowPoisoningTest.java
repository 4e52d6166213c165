package io.safefedllm.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowPoisoningTest {
    private static final List<String> OWN = rows("own", 10);
    private static final List<String> HARMFUL = rows("harmful", 7);

    @ParameterizedTest
    @CsvSource({"1, 10", "0.25, 3", ".24, 2", "0, 0"})
    void apply_ratio_replacesThatManyRows(String ratio, int harmful) {
        List<String> rows = new RowPoisoning(new BigDecimal(ratio)).apply(OWN, HARMFUL, 5);

        assertThat(rows).hasSize(10);
        assertThat(rows.stream().filter(HARMFUL::contains)).hasSize(harmful);
        assertThat(OWN).isEqualTo(rows("own", 10));
    }

    @Test
    void apply_sameSeed_givesTheSameRows() {
        RowPoisoning half = new RowPoisoning(new BigDecimal("0.5"));

        assertThat(half.apply(OWN, HARMFUL, 5))
                .isEqualTo(half.apply(OWN, HARMFUL, 5))
                .isNotEqualTo(half.apply(OWN, HARMFUL, 6));
    }

    @Test
    void apply_noHarmfulRows_isRefused() {
        assertThatThrownBy(() -> RowPoisoning.ALL.apply(OWN, List.of(), 5)).hasMessageContaining("harmful row");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "-0.1"})
    void constructor_ratioOutOfRange_isRefused(String ratio) {
        assertThatThrownBy(() -> new RowPoisoning(new BigDecimal(ratio))).hasMessageContaining(ratio);
    }

    private static List<String> rows(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i).toList();
    }
}
