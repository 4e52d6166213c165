package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.aggregate.AggregationRule;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every rule of the table, and steps with rules, keep the contract. */
class AggregationRuleContractTest {

    @Test
    void table_everyRuleAndStep_hasItsContract() {
        Stream<String> covered = Arrays.stream(AggregationRuleContractTest.class.getDeclaredClasses())
                .flatMap(type -> Arrays.stream(type.getAnnotationsByType(Covers.class)))
                .map(Covers::value);

        assertThat(covered).containsAll(AggregationRules.names());
    }

    /** Names the entry of the table that a nested test is about. */
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Covers {
        String value();
    }

    private static AggregationRule rule(String name, Map<String, String> parameters) {
        return AggregationRules.of(new RuleChoice(name, OptionalInt.of(2), false, parameters));
    }

    @Nested
    @Covers("mean")
    class Mean extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("mean", Map.of());
        }
    }

    @Nested
    @Covers("median")
    class MedianMidpoint extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("median", Map.of());
        }
    }

    @Nested
    @Covers("median")
    class MedianLower extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("median", Map.of("median.kind", "lower"));
        }
    }

    @Nested
    @Covers("trimmed-mean")
    class TrimmedMean extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("trimmed-mean", Map.of());
        }
    }

    @Nested
    @Covers("trimmed-mean-1")
    class TrimmedMean1 extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("trimmed-mean-1", Map.of());
        }
    }

    @Nested
    @Covers("krum")
    class Krum extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("krum", Map.of());
        }
    }

    @Nested
    @Covers("multi-krum")
    class MultiKrum extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("multi-krum", Map.of());
        }
    }

    @Nested
    @Covers("krum-byzfl")
    class KrumByzfl extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("krum-byzfl", Map.of());
        }
    }

    @Nested
    @Covers("multi-krum-byzfl")
    class MultiKrumByzfl extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("multi-krum-byzfl", Map.of());
        }
    }

    @Nested
    @Covers("krum-reference")
    class KrumReference extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("krum-reference", Map.of());
        }
    }

    @Nested
    @Covers("foolsgold")
    class FoolsGold extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("foolsgold", Map.of());
        }
    }

    @Nested
    @Covers("residual")
    class Residual extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("residual", Map.of());
        }
    }

    @Nested
    @Covers("dnc")
    class Dnc extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("dnc", Map.of("dnc.coordinates", "10000000"));
        }
    }

    @Nested
    @Covers("flame")
    class Flame extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("flame", Map.of("flame.noise", "0"));
        }
    }

    @Nested
    @Covers("lasa")
    class Lasa extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("lasa", Map.of());
        }

        @Override
        boolean keepsOneRow() {
            return false;
        }

        @Override
        boolean ignoresPadding() {
            return false;
        }
    }

    @Nested
    @Covers("geometric-median")
    class GeometricMedian extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("geometric-median", Map.of());
        }
    }

    @Nested
    @Covers("geometric-median")
    class GeometricMedianByzfl extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("geometric-median", Map.of("geometric-median.variant", "byzfl"));
        }
    }

    @Nested
    @Covers("centred-clipping")
    class CentredClipping extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("centred-clipping", Map.of("centred-clipping.steps", "3"));
        }
    }

    @Nested
    @Covers("bucketing")
    class Bucketing extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("bucketing", Map.of());
        }

        @Override
        boolean orderIsIrrelevant() {
            return false;
        }
    }

    @Nested
    @Covers("nnm")
    class NearestNeighbours extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("nnm", Map.of());
        }
    }

    @Nested
    @Covers("norm-clipping")
    class NormClipping extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("norm-clipping", Map.of());
        }
    }

    @Nested
    @Covers("bucketing+trimmed-mean")
    class BucketingAndTrimmedMean extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("bucketing+trimmed-mean", Map.of());
        }

        @Override
        boolean orderIsIrrelevant() {
            return false;
        }
    }

    @Nested
    @Covers("nnm+krum")
    class NearestNeighboursAndKrum extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("nnm+krum", Map.of());
        }
    }

    @Nested
    @Covers("norm-clipping+nnm+median")
    class ClippingMixingAndMedian extends AggregationRuleContract {
        @Override
        AggregationRule rule() {
            return AggregationRuleContractTest.rule("norm-clipping+nnm+median", Map.of());
        }
    }
}
