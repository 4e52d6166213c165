package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StratifiedSplitTest {
    @Test
    void of_anySeed_dividesTheRowsAndKeepsEveryShare() {
        List<String> strata = new ArrayList<>(Collections.nCopies(40, "benign/a"));
        strata.addAll(Collections.nCopies(11, "benign/b"));
        strata.addAll(Collections.nCopies(1, "harmful/c"));
        for (long seed = 0; seed < 50; seed++) {
            StratifiedSplit split = StratifiedSplit.of(strata, 0.1, seed);

            int[] all = IntStream.concat(Arrays.stream(split.heldOut()), Arrays.stream(split.rest()))
                    .sorted()
                    .toArray();
            assertThat(all).isEqualTo(IntStream.range(0, 52).toArray());
            assertThat(count(split.heldOut(), strata, "benign/a")).isEqualTo(4);
            assertThat(count(split.heldOut(), strata, "benign/b")).isEqualTo(2);
            assertThat(count(split.heldOut(), strata, "harmful/c")).isZero();
        }
    }

    @Test
    void folds_anyOrder_dealEveryStratumOutInTurn() {
        assertThat(StratifiedSplit.folds(List.of("a", "b", "a", "a", "b", "a"), 2))
                .isEqualTo(new int[] {0, 0, 1, 0, 1, 1});
    }

    @Test
    void of_sameSeed_isTheSameAndOfAnotherSeedIsNot() {
        List<String> strata = Collections.nCopies(40, "a");

        assertThat(StratifiedSplit.of(strata, 0.5, 1).heldOut())
                .isEqualTo(StratifiedSplit.of(strata, 0.5, 1).heldOut())
                .isNotEqualTo(StratifiedSplit.of(strata, 0.5, 2).heldOut());
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "NaN"})
    void of_shareOutsideItsRange_isRefused(double share) {
        assertThatThrownBy(() -> StratifiedSplit.of(List.of("a"), share, 1))
                .hasMessage("share must be in (0, 1) but was " + share);
    }

    private static long count(int[] rows, List<String> strata, String stratum) {
        return Arrays.stream(rows)
                .filter(row -> strata.get(row).equals(stratum))
                .count();
    }
}
