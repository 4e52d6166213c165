package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShadowLevelTest extends TrustPolicyContract {
    private static final double STATE_TOLERANCE = 1e-12;

    @Override
    TrustPolicy policy() {
        return TrustPolicies.of(Level.SHADOW, TrustSettings.DEFAULTS);
    }

    /** Hardened differs from the golden weights where a round is harmful or has no record: weight 0. */
    @Test
    void weigh_goldenRounds_agreesWhereNothingIsHarmful() {
        Golden golden = Golden.read("levels-shadow");
        int steps = golden.inputs().get("steps").asInt();
        for (int k = 0; k < golden.inputs().get("rounds").size(); k++) {
            JsonNode replies = golden.inputs().get("rounds").get(k).get("replies");
            JsonNode weights = golden.expected().get("rounds").get(k).get("weights");
            for (int i = 0; i < replies.size(); i++) {
                int harmfulSteps = replies.get(i).get("harmful_steps").asInt();
                JsonNode last = replies.get(i).get("p_last");
                boolean bad = last.isNull() || last.asDouble() >= 0.8 || 2 * harmfulSteps >= steps;

                Verdict verdict = policy().weigh(
                                last.isNull()
                                        ? Testimonies.violation(i, ReplyCode.MISSING_EVIDENCE)
                                        : Testimonies.scored(i, scores(steps, harmfulSteps, last.asDouble())),
                                new TrustLedger());

                assertThat(verdict.weight().value())
                        .isCloseTo(bad ? 0.0 : weights.get(i).asDouble(), within(STATE_TOLERANCE));
            }
        }
    }

    private static double[] scores(int steps, int harmfulSteps, double last) {
        double[] scores = new double[steps];
        int earlier = last >= 0.8 ? Math.max(0, harmfulSteps - 1) : harmfulSteps;
        Arrays.fill(scores, 0, Math.min(earlier, steps - 1), 0.99);
        scores[steps - 1] = last;
        return scores;
    }

    @Test
    void weigh_oneOfTwoRunsHarmful_givesNoTrust() {
        assertNoTrust(policy().weigh(Testimonies.beside(0.1, 0.9), new TrustLedger()));
        assertNoTrust(policy().weigh(Testimonies.beside(0.9, 0.1), new TrustLedger()));
        assertThat(policy().weigh(Testimonies.beside(0.7, 0.7), new TrustLedger())
                        .weight())
                .isEqualTo(SecurityWeight.FULL);
    }

    @Test
    void weigh_halfOfTheStepsHarmful_givesNoTrust() {
        assertNoTrust(policy().weigh(Testimonies.scored(5, 0.9, 0.9, 0.1, 0.1), new TrustLedger()));
        assertThat(policy().weigh(Testimonies.scored(5, 0.9, 0.1, 0.1, 0.1), new TrustLedger())
                        .weight()
                        .value())
                .isEqualTo(Math.pow(0.75, 7));
    }
}
