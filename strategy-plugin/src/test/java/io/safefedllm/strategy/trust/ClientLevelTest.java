package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientLevelTest extends TrustPolicyContract {
    @Override
    Level level() {
        return Level.CLIENT;
    }

    @Test
    void weigh_lastStepOnly_isEnough() {
        Evidence evidence = new Evidence(List.of(Testimonies.step(TaskKind.MAIN, 4, 0.1)), 4, Optional.empty());

        assertThat(weigh(policy(), Testimonies.ok(evidence), ledger()).harmful())
                .isFalse();
    }

    @Test
    void weigh_anyViewHarmful_givesNoTrust() {
        Evidence evidence = new Evidence(List.of(Testimonies.step(TaskKind.MAIN, 1, 0.1, 0.95, 0.1)), Optional.empty());

        assertNoTrust(weigh(policy(), Testimonies.ok(evidence), ledger()));
    }

    @Test
    void weigh_scoreAtTheThreshold_isHarmful() {
        assertNoTrust(weigh(policy(), Testimonies.scored(5, 0.8), ledger()));
        assertThat(weigh(policy(), Testimonies.scored(5, 0.7999), ledger()).harmful())
                .isFalse();
    }

    @Test
    void weigh_goodRoundAfterBadOnes_isHeldDownByTheMean() {
        TrustLedger ledger = ledger();
        weigh(policy(), Testimonies.scored(5, 0.99), ledger);

        Verdict verdict = weigh(policy(), Testimonies.scored(5, 0.01), ledger);

        assertThat(verdict.levelWeight()).isLessThan(0.51);
        assertThat(ledger.client(5).orElseThrow().meanCount()).isEqualTo(2);
    }

    @Test
    void weigh_badRoundAfterGoodOnes_isHeldDownByTheRawWeight() {
        TrustLedger ledger = ledger();
        for (int i = 0; i < 20; i++) {
            weigh(policy(), Testimonies.scored(5, 0.01), ledger);
        }

        Verdict verdict = weigh(policy(), Testimonies.scored(5, 0.79), ledger);

        assertThat(verdict.levelWeight()).isEqualTo(LevelCurves.clientRaw(0.79, 10.0));
        assertThat(verdict.weight().value()).isEqualTo(verdict.levelWeight());
    }

    @Test
    void weigh_floorIsSet_liftsCleanRoundsOnly() {
        TrustPolicy lifted = TrustPolicies.of(Level.CLIENT, settings().withMinWeight(0.9));

        Verdict clean = weigh(lifted, Testimonies.scored(5, 0.7), ledger());

        assertThat(clean.weight().value()).isEqualTo(0.9);
        assertThat(clean.levelWeight()).isLessThan(0.9);
        assertThat(clean.reasons()).contains(TrustReason.FLOOR.key());
        assertNoTrust(weigh(lifted, Testimonies.scored(5, 0.8), ledger()));
        assertNoTrust(weigh(lifted, Testimonies.violation(5, ReplyCode.NON_FINITE), ledger()));
    }
}
