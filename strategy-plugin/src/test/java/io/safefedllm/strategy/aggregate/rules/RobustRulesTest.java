package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What single rules do beyond the contract and the golden vectors. */
class RobustRulesTest {

    @Test
    void foolsGold_allAlike_hasNoResult() {
        RuleInput alike = Inputs.updates(new double[] {1, 2}, new double[] {2, 4}, new double[] {0.5, 1});

        assertThat(AggregationRules.named("foolsgold").combine(alike).reason())
                .contains(NoAggregate.Reason.ALL_SIMILAR);
    }

    @Test
    void foolsGold_alikeButForRounding_hasNoResult() {
        RuleInput alike = Inputs.updates(
                new double[] {0.1, 0.2, 0.3}, new double[] {0.7, 1.4, 2.1}, new double[] {0.013, 0.026, 0.039});

        assertThat(AggregationRules.named("foolsgold").combine(alike).reason())
                .contains(NoAggregate.Reason.ALL_SIMILAR);
    }

    @Test
    void foolsGold_oppositeUpdates_bothCount() {
        Random dice = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            double[] update = dice.doubles(40, -1, 1).toArray();
            double size = dice.nextDouble(0.1, 3);
            double[] opposite =
                    Arrays.stream(update).map(value -> -size * value).toArray();

            Aggregate result = AggregationRules.named("foolsgold")
                    .combine(Inputs.updates(update, opposite))
                    .aggregate()
                    .orElseThrow();

            assertThat(result.factors()).containsOnly(Map.entry(0, 1.0), Map.entry(1, 1.0));
        }
    }

    @Test
    void foolsGold_updatesInOneAnothersWay_countAlikeAtAnyScale() {
        double[][] rows = {{1, 0.1, 0.3}, {-1, 0.7, 0.2}, {0.1, -1, -0.9}};

        for (double scale : new double[] {1, 3, 1.0 / 3, 7e5, 1e-7}) {
            double[][] scaled = Arrays.stream(rows)
                    .map(row -> Arrays.stream(row).map(value -> scale * value).toArray())
                    .toArray(double[][]::new);

            assertThat(AggregationRules.named("foolsgold")
                            .combine(Inputs.updates(scaled))
                            .aggregate()
                            .orElseThrow()
                            .factors())
                    .containsOnly(Map.entry(0, 1.0), Map.entry(1, 1.0), Map.entry(2, 1.0));
        }
    }

    @Test
    void geometricMedian_smallestNuAndEqualRows_isFinite() {
        AggregationRule rule = rule("geometric-median", Map.of("geometric-median.nu", "4.9e-324"));
        double[] row = {0.5, -3};

        assertThat(Inputs.values(
                        rule.combine(Inputs.updates(row, row, row)).aggregate().orElseThrow()))
                .containsExactly(row);
        assertThat(Inputs.values(rule.combine(Inputs.updates(row, row, new double[] {2, -2}))
                        .aggregate()
                        .orElseThrow()))
                .containsExactly(new double[] {0.5, -3}, within(1e-6));
    }

    @Test
    void foolsGold_twins_countLessThanTheRest() {
        RuleInput input = Inputs.updates(
                new double[] {1, 0, 0}, new double[] {0, 1, 0}, new double[] {0, 0.01, 1}, new double[] {0, 0.01, 1.0001
                });

        Aggregate result =
                AggregationRules.named("foolsgold").combine(input).aggregate().orElseThrow();

        assertThat(result.rows()).containsExactly(0, 1);
        assertThat(result.factors()).containsEntry(0, 1.0);
    }

    @Test
    void centredClipping_secondRound_startsWhereTheFirstEnded() {
        AggregationRule rule = rule("centred-clipping", Map.of("centred-clipping.tau", "1"));
        RuleInput input = Inputs.updates(new double[] {10, 0}, new double[] {10, 0});

        Aggregate first = rule.combine(input).aggregate().orElseThrow();
        Aggregate second =
                rule.combine(input.withState(first.state())).aggregate().orElseThrow();

        assertThat(first.at(0)).isEqualTo(1);
        assertThat(second.at(0)).isEqualTo(2);
        assertThat(second.state().get("centred-clipping.z").orElseThrow()).containsExactly(2, 0);
    }

    @Test
    void centredClipping_stateOfAnotherAdapter_isRefused() {
        RuleInput input = Inputs.updates(new double[] {10, 0})
                .withState(CarriedState.empty().with("centred-clipping.z", new double[3]));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AggregationRules.named("centred-clipping").combine(input))
                .withMessageContaining("must have 2 elements but has 3");
    }

    @Test
    void flame_noise_isAShareOfTheMedianNorm() {
        double[][] rows = new double[3][4000];
        for (double[] row : rows) {
            row[0] = 8;
        }

        Aggregate result = rule("flame", Map.of("flame.noise", "0.25"))
                .combine(Inputs.updates(rows))
                .aggregate()
                .orElseThrow();

        double squares = 0;
        for (int i = 1; i < 4000; i++) {
            squares += result.at(i) * result.at(i);
        }
        assertThat(result.figures()).containsEntry("clip", 8.0);
        assertThat(Math.sqrt(squares / 3999)).isCloseTo(2.0, within(0.1));
    }

    @Test
    void flame_longUpdateInTheCluster_isClippedToTheMedianNorm() {
        RuleInput input = Inputs.updates(new double[] {1, 0}, new double[] {2, 0}, new double[] {90, 0});

        Aggregate result = rule("flame", Map.of("flame.noise", "0"))
                .combine(input)
                .aggregate()
                .orElseThrow();

        assertThat(result.at(0)).isCloseTo((1 + 2 + 2) / 3.0, within(1e-12));
        assertThat(result.factors().get(2)).isCloseTo(2 / 90.0, within(1e-15));
    }

    @Test
    void lasa_otherTensors_keepTheGlobalValues() {
        AdapterLayout layout =
                AdapterLayout.of(List.of(new TensorSpec("bias", List.of(2)), new TensorSpec("weight", List.of(2, 2))));
        RuleInput input = RuleInput.of(
                MemoryStore.of(new double[] {9, 9, 1, 2, 3, 4}, new double[] {9, 9, 1.1, 2.1, 3.1, 4.1}),
                Inputs.ones(2),
                layout,
                Inputs::global,
                Draws.seeded(1));

        double[] values = Inputs.values(
                AggregationRules.named("lasa").combine(input).aggregate().orElseThrow());

        assertThat(values[0]).isZero();
        assertThat(values[1]).isEqualTo(0.125);
        assertThat(values[5]).isGreaterThan(1);
    }

    @Test
    void dnc_outlierInOneView_isDropped() {
        double[][] rows = new double[7][50];
        for (int i = 0; i < 7; i++) {
            rows[i][i] = 0.1;
        }
        rows[3][10] = 40;

        Aggregate result = rule("dnc", Map.of("dnc.iterations", "3", "dnc.coordinates", "50"), 1)
                .combine(Inputs.updates(rows))
                .aggregate()
                .orElseThrow();

        assertThat(result.rows()).containsExactly(0, 1, 2, 4, 5, 6);
    }

    @Test
    void dnc_everyRowFiltered_hasNoResult() {
        RuleInput input = Inputs.updates(new double[] {1}, new double[] {2}, new double[] {4});

        assertThat(rule("dnc", Map.of("dnc.filter", "3"), 1).combine(input).reason())
                .contains(NoAggregate.Reason.NOTHING_KEPT);
    }

    @Test
    void dnc_views_areDrawn() {
        double[][] rows = new double[9][400];
        for (int i = 0; i < 9; i++) {
            rows[i][i * 40] = 1;
        }
        AggregationRule rule = rule("dnc", Map.of("dnc.coordinates", "40"), 2);
        double[] ones = Inputs.ones(9);
        AdapterLayout layout = Inputs.layout(400);

        assertThat(LongStream.range(0, 20)
                        .mapToObj(seed -> rule.combine(RuleInput.of(
                                        MemoryStore.of(rows), ones, layout, GlobalValues.zero(), Draws.seeded(seed)))
                                .aggregate()
                                .orElseThrow()
                                .rows())
                        .distinct())
                .hasSizeGreaterThan(1);
    }

    @Test
    void multiKrum_keep_setsHowManyAreAveraged() {
        RuleInput input = Inputs.updates(
                new double[] {0}, new double[] {0.1}, new double[] {0.3}, new double[] {5}, new double[] {9});

        assertThat(rule("multi-krum", Map.of("multi-krum.keep", "2"), 1)
                        .combine(input)
                        .aggregate()
                        .orElseThrow()
                        .rows())
                .containsExactly(0, 1);
        assertThat(rule("multi-krum", Map.of("multi-krum.keep", "99"), 1)
                        .combine(input)
                        .aggregate()
                        .orElseThrow()
                        .rows())
                .hasSize(5);
    }

    @Test
    void geometricMedian_outlier_isFarLessThanTheMean() {
        RuleInput input = Inputs.updates(
                new double[] {0, 0}, new double[] {1, 0}, new double[] {0, 1}, new double[] {1, 1}, new double[] {1e6, 0
                });

        Aggregate result = AggregationRules.named("geometric-median")
                .combine(input)
                .aggregate()
                .orElseThrow();

        assertThat(result.at(0)).isBetween(0.0, 1.5);
        assertThat(rule("geometric-median", Map.of("geometric-median.steps", "1"))
                        .combine(input)
                        .aggregate()
                        .orElseThrow()
                        .at(0))
                .isGreaterThan(2);
    }

    @Test
    void residual_twoRows_fallBackToTheMeanAndSaySo() {
        Aggregate result = AggregationRules.named("residual")
                .combine(Inputs.updates(new double[] {1}, new double[] {2}))
                .aggregate()
                .orElseThrow();

        assertThat(result.at(0)).isEqualTo(1.5);
        assertThat(result.degraded()).isTrue();
    }

    private static AggregationRule rule(String name, Map<String, String> parameters) {
        return rule(name, parameters, 0);
    }

    private static AggregationRule rule(String name, Map<String, String> parameters, int byzantine) {
        return AggregationRules.of(new RuleChoice(name, OptionalInt.of(byzantine), false, parameters));
    }
}
