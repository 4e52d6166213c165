package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.exchange.ServerRound;
import org.junit.jupiter.api.Test;

class ShadowLevelTest extends TrustPolicyContract {
    @Override
    Level level() {
        return Level.SHADOW;
    }

    @Test
    void weigh_oneOfTwoRunsHarmful_givesNoTrust() {
        assertNoTrust(weigh(policy(), Testimonies.beside(0.1, 0.9), ledger()));
        assertNoTrust(weigh(policy(), Testimonies.beside(0.9, 0.1), ledger()));
        assertThat(weigh(policy(), Testimonies.beside(0.7, 0.7), ledger()).levelWeight())
                .isEqualTo(1.0);
    }

    @Test
    void weigh_halfOfTheStepsHarmful_givesNoTrust() {
        assertNoTrust(weigh(policy(), Testimonies.scored(5, 0.9, 0.9, 0.1, 0.1), ledger()));
        assertThat(weigh(policy(), Testimonies.scored(5, 0.9, 0.1, 0.1, 0.1), ledger())
                        .levelWeight())
                .isEqualTo(Math.pow(0.75, 7));
    }

    @Test
    void weigh_submittedUpdateInPlaceOfTheShadowRun_givesNoTrust() {
        Verdict verdict = weigh(policy(), Testimonies.submitted(ServerRound.first(), 5, 0.1), ledger());

        assertNoTrust(verdict);
        assertThat(verdict.reasons()).containsExactly(TrustReason.NO_EVIDENCE.key());
    }

    @Test
    void shadowNeed_everybody_withTheMainRun() {
        assertThat(policy().shadowNeed(ServerRound.first(), 5, ledger())).isEqualTo(ShadowNeed.WITH_MAIN);
    }

    @Test
    void weigh_cleanRounds_trustGrowsSlowly() {
        TrustLedger ledger = ledger();

        assertThat(weigh(policy(), Testimonies.scored(5, 0.1), ledger).weight().value())
                .isEqualTo(0.7);
        assertThat(weigh(policy(), Testimonies.scored(5, 0.1), ledger).weight().value())
                .isEqualTo(0.82);
    }
}
