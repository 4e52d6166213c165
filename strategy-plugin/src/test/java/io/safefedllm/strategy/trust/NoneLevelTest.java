package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.exchange.ReplyCode;
import org.junit.jupiter.api.Test;

class NoneLevelTest {
    private final TrustPolicy policy = TrustPolicies.of(Level.NONE, TrustSettings.DEFAULTS);

    @Test
    void weigh_goldenRounds_givesEveryoneFullWeight() {
        for (JsonNode round : Golden.read("levels-none").expected().get("rounds")) {
            for (double weight : Golden.numbers(round.get("weights"))) {
                assertThat(policy.weigh(Testimonies.scored(5, 0.99), new TrustLedger())
                                .weight()
                                .value())
                        .isEqualTo(weight);
            }
        }
    }

    @Test
    void weigh_violation_givesNoTrust() {
        TrustPolicyContract.assertNoTrust(
                policy.weigh(Testimonies.violation(5, ReplyCode.BAD_SHAPE), new TrustLedger()));
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
    void settings_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustSettings(0, 7, 0.5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustSettings(10, Double.NaN, 0.5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustSettings(10, 7, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustSettings(10, 7, 0.5, 1.1));
    }

    @Test
    void level_names_areListedAlphabetically() {
        assertThat(Level.keys()).containsExactly("client", "none", "shadow");
        assertThat(Level.named("shadow")).hasValue(Level.SHADOW);
        assertThat(Level.named("SHADOW")).isEmpty();
    }
}
