package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every policy that scores promises; a policy's test supplies the policy. */
abstract class TrustPolicyContract {

    abstract TrustPolicy policy();

    @Test
    void weigh_noScore_givesNoTrust() {
        for (Evidence evidence : List.of(
                new Evidence(List.of(), Optional.empty()),
                new Evidence(List.of(Testimonies.step(TaskKind.MAIN, 1)), Optional.empty()),
                new Evidence(Testimonies.steps(0.1), Optional.of(Testimonies.step(TaskKind.MAIN, 1))))) {
            assertNoTrust(policy().weigh(Testimonies.ok(evidence), new TrustLedger()));
        }
        Testimony nothing = new Testimony(Testimonies.scored(5, 0.1).round(), 5, ReplyCode.OK, Optional.empty());
        assertNoTrust(policy().weigh(nothing, new TrustLedger()));
    }

    @ParameterizedTest
    @EnumSource(ReplyCode.class)
    void weigh_violation_givesNoTrust(ReplyCode code) {
        if (code.isViolation()) {
            assertNoTrust(policy().weigh(Testimonies.violation(5, code), new TrustLedger()));
        }
    }

    @Test
    void weigh_anyScores_givesAWeightInRange() {
        Random dice = new Random(3);
        TrustLedger ledger = new TrustLedger();
        for (int i = 0; i < 500; i++) {
            Verdict verdict = policy().weigh(Testimonies.scored(dice.nextInt(5), dice.nextDouble()), ledger);

            assertThat(verdict.weight().value()).isBetween(0.0, 1.0);
            assertThat(verdict.levelWeight()).isBetween(0.0, 1.0);
            assertThat(verdict.harmfulShare()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void weigh_sameLedgerAndScores_givesTheSame() {
        TrustLedger first = new TrustLedger();
        TrustLedger second = new TrustLedger();
        for (double score : new double[] {0.1, 0.9, 0.3, 0.79999}) {
            assertThat(policy().weigh(Testimonies.scored(5, score), first))
                    .isEqualTo(policy().weigh(Testimonies.scored(5, score), second));
        }
    }

    @Test
    void weigh_harmfulLastStep_givesNoTrust() {
        assertNoTrust(policy().weigh(Testimonies.scored(5, 0.8), new TrustLedger()));
        assertNoTrust(policy().weigh(Testimonies.scored(5, 0.1, 0.1, 0.1, 0.8), new TrustLedger()));
        assertThat(policy().weigh(Testimonies.scored(5, 0.7999), new TrustLedger())
                        .harmful())
                .isFalse();
    }

    @Test
    void weigh_anyViewHarmful_givesNoTrust() {
        Evidence evidence = new Evidence(List.of(Testimonies.step(TaskKind.MAIN, 1, 0.1, 0.95, 0.1)), Optional.empty());

        assertNoTrust(policy().weigh(Testimonies.ok(evidence), new TrustLedger()));
    }

    @Test
    void weigh_otherClients_areNotTouched() {
        TrustLedger ledger = new TrustLedger();
        policy().weigh(Testimonies.violation(6, ReplyCode.BAD_KEYS), ledger);

        assertThat(policy().weigh(Testimonies.scored(5, 0.2), ledger))
                .isEqualTo(policy().weigh(Testimonies.scored(5, 0.2), new TrustLedger()));
    }

    static void assertNoTrust(Verdict verdict) {
        assertThat(verdict.weight()).isEqualTo(SecurityWeight.NONE);
        assertThat(verdict.harmful()).isTrue();
        assertThat(verdict.levelWeight()).isZero();
    }
}
