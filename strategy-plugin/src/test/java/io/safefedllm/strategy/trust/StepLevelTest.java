package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepLevelTest extends TrustPolicyContract {
    @Override
    Level level() {
        return Level.STEP;
    }

    @Test
    void weigh_oneHarmfulStepOfFour_countsItsShare() {
        Verdict verdict = weigh(policy(), Testimonies.scored(5, 0.9, 0.1, 0.1, 0.1), ledger());

        assertThat(verdict.levelWeight()).isEqualTo((0.95 + 120) / (0.95 + 120 + 0.95 + 40));
        assertThat(verdict.harmful()).isFalse();
    }

    @Test
    void weigh_halfOfTheStepsHarmful_givesNoTrust() {
        assertNoTrust(weigh(policy(), Testimonies.scored(5, 0.9, 0.9, 0.1, 0.1), ledger()));
    }
}
