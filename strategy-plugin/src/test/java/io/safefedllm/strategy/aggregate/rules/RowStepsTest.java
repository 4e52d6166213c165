package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RowStepsTest {

    @Test
    void bucketing_groups_holdEveryRowOnce() {
        RuleInput input = Inputs.of(
                MemoryStore.of(
                        new double[] {1}, new double[] {2}, new double[] {4}, new double[] {8}, new double[] {16}),
                Inputs.ones(5),
                (from, block, length) -> block[0] = 0);

        RowStep.Prepared prepared = step("bucketing", Map.of(), 0).prepare(input);

        assertThat(prepared.origins()).hasSize(3);
        assertThat(prepared.origins().stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(prepared.origins().get(2)).hasSize(1);
        double sum = 0;
        for (int row = 0; row < 3; row++) {
            sum += read(prepared, row) * prepared.origins().get(row).size();
        }
        assertThat(sum).isEqualTo(31);
    }

    @Test
    void normClipping_noBound_takesTheMedianNorm() {
        RuleInput input = Inputs.updates(new double[] {1}, new double[] {3}, new double[] {-50});

        RowStep.Prepared prepared = step("norm-clipping", Map.of(), 0).prepare(input);
        RowStep.Prepared twice =
                step("norm-clipping", Map.of("norm-clipping.kappa", "2"), 0).prepare(input);

        assertThat(read(prepared, 0)).isEqualTo(1);
        assertThat(read(prepared, 2)).isEqualTo(-3);
        assertThat(read(twice, 2)).isEqualTo(-6);
    }

    @Test
    void nnm_tooManyAttackers_isMarkedOrRefused() {
        RuleInput input = Inputs.updates(new double[] {1}, new double[] {3}, new double[] {4});

        Aggregate hardened = AggregationRules.named("nnm+median", 2)
                .combine(input)
                .aggregate()
                .orElseThrow();

        assertThat(hardened.degraded()).isTrue();
        assertThat(AggregationRules.of(new RuleChoice("nnm+median", OptionalInt.of(2), true, Map.of()))
                        .combine(input)
                        .reason())
                .contains(NoAggregate.Reason.TOO_MANY_ATTACKERS);
    }

    @Test
    void combine_stepsAndRule_traceWhatWasUsed() {
        RuleInput input = Inputs.updates(
                new double[] {0}, new double[] {0.1}, new double[] {0.2}, new double[] {0.3}, new double[] {7});

        Aggregate result =
                AggregationRules.named("nnm+krum", 1).combine(input).aggregate().orElseThrow();

        assertThat(result.rows()).containsExactly(0, 1, 2, 3);
        assertThat(result.at(0)).isCloseTo(0.15, within(1e-15));
    }

    @Test
    void combine_stepAlone_isFollowedByTheMeanOfSecurityWeights() {
        RuleInput input = Inputs.of(
                MemoryStore.of(new double[] {1}, new double[] {5}),
                new double[] {1, 3},
                (from, block, length) -> block[0] = 0);

        Aggregate result = AggregationRules.named("norm-clipping")
                .combine(input)
                .aggregate()
                .orElseThrow();

        assertThat(result.at(0)).isEqualTo(4);
        assertThat(AggregationRules.named("norm-clipping").countsSamples()).isFalse();
    }

    private static RowStep step(String name, Map<String, String> parameters, int byzantine) {
        return AggregationRules.step(new RuleChoice(name, OptionalInt.of(byzantine), false, parameters));
    }

    private static double read(RowStep.Prepared prepared, int row) {
        UpdateStore store = prepared.input().store();
        double[] block = new double[1];
        store.read(row, 0, block, 1);
        return block[0];
    }
}
