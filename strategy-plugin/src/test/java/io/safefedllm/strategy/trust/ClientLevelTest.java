package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.exchange.ReplyCode;
import org.junit.jupiter.api.Test;

class ClientLevelTest extends TrustPolicyContract {
    private static final double STATE_TOLERANCE = 1e-12;

    @Override
    TrustPolicy policy() {
        return TrustPolicies.of(Level.CLIENT, TrustSettings.DEFAULTS);
    }

    /** The golden weights are the running means; hardened takes the smaller of mean and raw weight, and 0 when harmful. */
    @Test
    void weigh_goldenRounds_keepsTheGoldenMeans() {
        Golden golden = Golden.read("levels-client-one-step");
        TrustLedger ledger = new TrustLedger();
        int compared = 0;
        for (int k = 0; k < golden.inputs().get("rounds").size(); k++) {
            JsonNode replies = golden.inputs().get("rounds").get(k).get("replies");
            JsonNode means = golden.expected().get("rounds").get(k).get("weights");
            for (int i = 0; i < replies.size(); i++) {
                long client = replies.get(i).get("client").asLong();
                JsonNode score = replies.get(i).get("p_last");
                Verdict verdict = policy().weigh(
                                score.isNull()
                                        ? Testimonies.violation(client, ReplyCode.MISSING_EVIDENCE)
                                        : Testimonies.scored(client, score.asDouble()),
                                ledger);
                double mean = means.get(i).asDouble();

                assertThat(ledger.mean(client).value()).isCloseTo(mean, within(STATE_TOLERANCE));
                boolean harmful = score.isNull() || score.asDouble() >= 0.8;
                double raw = LevelCurves.clientRaw(score.asDouble(), 10.0);
                assertThat(verdict.weight().value())
                        .isCloseTo(harmful ? 0.0 : Math.min(raw, mean), within(STATE_TOLERANCE));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(292);
    }

    @Test
    void weigh_goodRoundAfterBadOnes_isHeldDownByTheMean() {
        TrustLedger ledger = new TrustLedger();
        policy().weigh(Testimonies.scored(5, 0.99), ledger);

        double weight =
                policy().weigh(Testimonies.scored(5, 0.01), ledger).weight().value();

        assertThat(weight).isLessThan(0.51);
        assertThat(ledger.mean(5).count()).isEqualTo(2);
    }

    @Test
    void weigh_badRoundAfterGoodOnes_isHeldDownByTheRawWeight() {
        TrustLedger ledger = new TrustLedger();
        for (int i = 0; i < 20; i++) {
            policy().weigh(Testimonies.scored(5, 0.01), ledger);
        }

        Verdict verdict = policy().weigh(Testimonies.scored(5, 0.79), ledger);

        assertThat(verdict.weight().value()).isEqualTo(LevelCurves.clientRaw(0.79, 10.0));
    }

    @Test
    void weigh_floorIsSet_liftsCleanRoundsOnly() {
        TrustPolicy lifted = TrustPolicies.of(Level.CLIENT, new TrustSettings(10, 7, 0.5, 0.9));

        assertThat(lifted.weigh(Testimonies.scored(5, 0.7), new TrustLedger())
                        .weight()
                        .value())
                .isEqualTo(0.9);
        assertThat(lifted.weigh(Testimonies.scored(5, 0.7), new TrustLedger()).levelWeight())
                .isLessThan(0.9);
        assertNoTrust(lifted.weigh(Testimonies.scored(5, 0.8), new TrustLedger()));
        assertNoTrust(lifted.weigh(Testimonies.violation(5, ReplyCode.NON_FINITE), new TrustLedger()));
    }
}
