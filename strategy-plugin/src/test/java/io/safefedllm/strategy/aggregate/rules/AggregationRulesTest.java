package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregationRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agg-mean-8x20-outliers",
                "agg-krum-10x30-ties",
                "agg-krum-20x200-outliers",
                "agg-krum-8x20-outliers",
                "agg-krum-reference-20x200-outliers",
                "agg-krum-reference-8x20-outliers",
                "agg-krum-reference-plain-distance-2",
                "agg-krum-reference-plain-distance",
                "agg-multi-krum-10x30-ties",
                "agg-multi-krum-12x50-clusters",
                "agg-multi-krum-5x7-normal",
                "agg-trimmed-20x200-outliers",
                "agg-trimmed-8x20-outliers",
                "agg-trimmed-dust-thirds",
                "agg-trimmed-dust",
                "agg-trimmed-f-10x30-ties",
                "agg-trimmed-f-12x50-clusters",
                "agg-trimmed-f-5x7-normal",
                "agg-weighted-krum-reference",
                "agg-weighted-krum",
                "agg-weighted-mean",
                "agg-weighted-multi-krum",
                "agg-weighted-trimmed-f",
                "agg-zero-absent-krum-reference",
                "agg-zero-absent-krum",
                "agg-zero-absent-mean",
                "agg-zero-absent-multi-krum",
                "agg-zero-absent-trimmed-f",
                "agg-zero-absent-trimmed"
            })
    void combine_goldenRows_agrees(String id) {
        Golden golden = Golden.read(id);
        List<double[]> rows = StreamSupport.stream(golden.inputs().get("rows").spliterator(), false)
                .map(Golden::numbers)
                .toList();

        Aggregate result = rule(golden.inputs())
                .combine(Inputs.of(new MemoryStore(rows), weights(golden.inputs(), rows.size())))
                .aggregate()
                .orElseThrow();

        golden.assertAgrees(
                AggregationRuleContract.values(result),
                Golden.numbers(golden.expected().get("result")));
        assertThat(result.degraded()).isFalse();
    }

    private static AggregationRule rule(JsonNode inputs) {
        int byzantine = inputs.get("params").path("f").asInt(0);
        return switch (inputs.get("rule").asText()) {
            case "trimmed" -> AggregationRules.named("trimmed-mean-1");
            case "trimmed-f" -> AggregationRules.named("trimmed-mean", byzantine);
            default -> AggregationRules.named(inputs.get("rule").asText(), byzantine);
        };
    }

    private static double[] weights(JsonNode inputs, int rows) {
        JsonNode given = inputs.get("weights");
        double[] ones = new double[rows];
        Arrays.fill(ones, 1.0);
        return given.isNull() ? ones : Golden.numbers(given);
    }

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
