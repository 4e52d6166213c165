package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.aggregate.Aggregate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregationRulesTest {

    @ParameterizedTest
    @CsvSource({
        "krum, 2, 6, true",
        "krum, 2, 7, false",
        "multi-krum, 1, 4, true",
        "multi-krum, 1, 5, false",
        "multi-krum, 0, 2, true",
        "krum-reference, 3, 9, false",
        "trimmed-mean, 2, 4, true",
        "trimmed-mean, 2, 5, false",
        "trimmed-mean-1, 0, 2, true",
        "trimmed-mean-1, 0, 3, false"
    })
    void combine_tooFewRowsForTheClaim_isMarkedDegraded(String name, int byzantine, int rows, boolean degraded) {
        double[][] values = new double[rows][2];
        for (int i = 0; i < rows; i++) {
            values[i][0] = i * i;
        }
        double[] weights = new double[rows];
        Arrays.fill(weights, 1.0);

        Aggregate result = AggregationRules.named(name, byzantine)
                .combine(Inputs.of(MemoryStore.of(values), weights))
                .aggregate()
                .orElseThrow();

        assertThat(result.degraded()).isEqualTo(degraded);
    }

    @Test
    void named_unknownRule_isRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.named("kurm"))
                .withMessage("unknown aggregation rule 'kurm'; choose one of "
                        + String.join(", ", AggregationRules.names()));
    }

    @Test
    void named_ruleThatNeedsAttackers_isRefusedWithoutThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.named("krum"))
                .withMessage("rule 'krum' needs the assumed number of attackers; give rule.byzantine");
        assertThatIllegalArgumentException().isThrownBy(() -> AggregationRules.named("krum", -1));
    }

    @Test
    void cards_everyRule_hasItsOwnName() {
        for (RuleCard card : AggregationRules.cards()) {
            assertThat(AggregationRules.named(card.name(), 1).name()).isEqualTo(card.name());
        }
    }

    @Test
    void countsSamples_onlyTheMean_takesThem() {
        assertThat(AggregationRules.names())
                .filteredOn(name -> AggregationRules.named(name, 1).countsSamples())
                .containsExactly("mean");
    }
}
