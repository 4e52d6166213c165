package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoneLevelTest {
    private final TrustPolicy policy = TrustPolicies.of(Level.NONE, TrustSettings.DEFAULTS);

    @Test
    void weigh_anything_givesFullWeightAndKeepsNothing() {
        TrustLedger ledger = TrustPolicyContract.ledger();

        List<Verdict> verdicts =
                policy.weigh(List.of(Testimonies.scored(5, 0.99), Testimonies.scored(6, 0.01)), ledger);

        assertThat(verdicts).extracting(Verdict::weight).containsOnly(SecurityWeight.FULL);
        assertThat(ledger.snapshot().clients()).isEmpty();
    }

    @Test
    void weigh_violation_givesNoTrust() {
        TrustPolicyContract.assertNoTrust(TrustPolicyContract.weigh(
                policy, Testimonies.violation(5, ReplyCode.BAD_SHAPE), TrustPolicyContract.ledger()));
    }

    @Test
    void testimony_absentClient_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Testimonies.violation(5, ReplyCode.NO_REPLY));
    }

    @Test
    void securityWeight_outOfRange_isRefused() {
        for (double value : new double[] {-0.001, 1.001, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new SecurityWeight(value));
        }
    }

    @Test
    void level_names_areListedAlphabetically() {
        assertThat(Level.keys()).containsExactly("adapter", "client", "evidence", "none", "shadow", "step");
        assertThat(Level.named("shadow")).hasValue(Level.SHADOW);
        assertThat(Level.named("SHADOW")).isEmpty();
    }
}
