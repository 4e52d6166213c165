package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
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
        "trimmed-mean-1, 0, 3, false",
        "multi-krum-byzfl, 1, 4, true",
        "krum-byzfl, 1, 5, false",
        "dnc, 2, 4, true",
        "dnc, 2, 5, false",
        "nnm, 2, 4, true",
        "nnm, 2, 5, false",
        "bucketing+trimmed-mean, 1, 4, true",
        "bucketing+trimmed-mean, 1, 5, false"
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

    @ParameterizedTest
    @CsvSource({
        "krum, 2, 6",
        "multi-krum, 1, 4",
        "krum-byzfl, 1, 4",
        "multi-krum-byzfl, 1, 4",
        "krum-reference, 4, 9",
        "trimmed-mean, 2, 4",
        "trimmed-mean-1, 0, 2",
        "dnc, 2, 4",
        "nnm, 2, 4"
    })
    void combine_tooManyAttackersPaperFaithful_isAnError(String name, int byzantine, int rows) {
        AggregationRule rule = AggregationRules.of(new RuleChoice(name, OptionalInt.of(byzantine), true, Map.of()));

        assertThat(rule.combine(Inputs.updates(new double[rows][2])).reason())
                .contains(NoAggregate.Reason.TOO_MANY_ATTACKERS);
        assertThat(rule.combine(Inputs.updates(new double[2 * byzantine + 3][2]))
                        .reason())
                .isEmpty();
    }

    @Test
    void median_ofAnEvenNumber_followsTheModeAndTheParameter() {
        assertThat(median(false, Map.of())).isEqualTo(1.5);
        assertThat(median(true, Map.of())).isEqualTo(1);
        assertThat(median(false, Map.of("median.kind", "lower"))).isEqualTo(1);
        assertThat(median(true, Map.of("median.kind", "midpoint"))).isEqualTo(1.5);
    }

    private static double median(boolean paperFaithful, Map<String, String> parameters) {
        return AggregationRules.of(new RuleChoice("median", OptionalInt.empty(), paperFaithful, parameters))
                .combine(Inputs.updates(new double[] {0}, new double[] {1}, new double[] {2}, new double[] {10}))
                .aggregate()
                .orElseThrow()
                .at(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flame.noise           | -1   | rule.flame.noise must be a number of at least 0 but was '-1'",
                "flame.noise           | NaN  | rule.flame.noise must be a number of at least 0 but was 'NaN'",
                "bucketing.size        | 1.5  | rule.bucketing.size must be a whole number of at least 1 but was '1.5'",
                "bucketing.size        | 0    | rule.bucketing.size must be a whole number of at least 1 but was '0'",
                "lasa.sparsity         | 1    | must be a number of at least 0 and below 1 but was '1'",
                "dnc.filter            | x    | rule.dnc.filter must be a number above 0 but was 'x'",
                "median.kind           | high | rule.median.kind must be one of lower, midpoint but was 'high'",
                "flame.nois            | 1    | unknown parameter 'rule.flame.nois'; known are, each after 'rule.': median.kind"
            })
    void of_badParameter_isRefusedWithWhatIs(String key, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        AggregationRules.of(new RuleChoice("mean", OptionalInt.empty(), false, Map.of(key, value))))
                .withMessageContaining(message);
    }

    @Test
    void parameters_everyOne_belongsToItsRuleAndAllowsItsDefault() {
        for (RuleCard card : AggregationRules.cards()) {
            for (RuleParameter parameter : card.parameters()) {
                assertThat(parameter.key()).startsWith(card.name() + ".");
                parameter.fallback().ifPresent(parameter::check);
            }
        }
    }

    @Test
    void parts_composedName_areInTheOrderOfWork() {
        assertThat(AggregationRules.parts("norm-clipping+nnm+krum"))
                .extracting(RuleCard::name)
                .containsExactly("norm-clipping", "nnm", "krum");
        assertThat(AggregationRules.named("norm-clipping+nnm+krum", 1).name()).isEqualTo("norm-clipping+nnm+krum");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.parts("krum+nnm"))
                .withMessage("only a step can stand before another rule but 'krum+nnm' has 'krum' there; steps are"
                        + " bucketing, nnm, norm-clipping");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.parts("nnm+"))
                .withMessageStartingWith("unknown aggregation rule ''");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.named("nnm+median"))
                .withMessageContaining("rule 'nnm' needs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.step(RuleChoice.of("mean", OptionalInt.empty())))
                .withMessage("'mean' is not the name of one step");
    }

    @Test
    void needsGlobal_rulesThatStartAtIt_sayIt() {
        assertThat(AggregationRules.names())
                .filteredOn(name -> AggregationRules.named(name, 1).needsGlobal())
                .containsExactly("foolsgold", "flame", "lasa", "centred-clipping", "norm-clipping");
        assertThat(AggregationRules.named("norm-clipping+median").needsGlobal()).isTrue();
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
