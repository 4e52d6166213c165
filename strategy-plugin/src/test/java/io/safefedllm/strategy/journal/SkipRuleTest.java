package io.safefedllm.strategy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.journal.SkipRule.Standing;
import io.safefedllm.strategy.settings.SkipScope;
import io.safefedllm.strategy.settings.SkipSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipRuleTest {
    private static final SkipRule COUNTED = rule(SkipScope.COUNTED, 1, true);
    private static final SkipRule SAMPLED = rule(SkipScope.SAMPLED, 1, true);

    @Test
    void decide_withoutADefence_neverSkipsForLowTrust() {
        List<Standing> clients = List.of(admitted(0.1));

        assertThat(COUNTED.decide(clients)).hasValue(SkipReason.LOW_TRUST);
        assertThat(rule(SkipScope.COUNTED, 1, false).decide(clients)).isEmpty();
    }

    @Test
    void decide_meanAtTheThreshold_isNotSkipped() {
        assertThat(COUNTED.decide(List.of(admitted(0.2)))).isEmpty();
        assertThat(COUNTED.decide(List.of(admitted(Math.nextDown(0.2))))).hasValue(SkipReason.LOW_TRUST);
    }

    @Test
    void decide_quorumNotReached_isTooFewReplies() {
        List<Standing> clients = List.of(admitted(1), violation(), admitted(1));

        assertThat(rule(SkipScope.COUNTED, 2, true).decide(clients)).isEmpty();
        assertThat(rule(SkipScope.COUNTED, 3, true).decide(clients)).hasValue(SkipReason.TOO_FEW_REPLIES);
        assertThat(rule(SkipScope.COUNTED, 3, true).decide(List.of())).hasValue(SkipReason.NO_CLIENTS);
    }

    /** Clients that break rules on purpose drag the authors' mean below the threshold and stop every round. */
    @Test
    void decide_floodOfViolations_stopsThePaperButNotTheHardenedRound() {
        List<Standing> clients = new ArrayList<>(List.of(admitted(1), admitted(1), admitted(1)));
        for (int i = 0; i < 17; i++) {
            clients.add(violation());
        }

        assertThat(SAMPLED.decide(clients)).hasValue(SkipReason.LOW_TRUST);
        assertThat(COUNTED.decide(clients)).isEmpty();
        assertThat(COUNTED.mean(clients).value()).isEqualTo(1.0);
    }

    /** Attackers that are known already, and sit in quarantine, must not stop rounds either. */
    @Test
    void decide_quarantinedMajority_stopsThePaperButNotTheHardenedRound() {
        List<Standing> clients = new ArrayList<>(List.of(admitted(0.9)));
        for (int i = 0; i < 9; i++) {
            clients.add(new Standing(true, true, true, 0, 16));
        }

        assertThat(SAMPLED.decide(clients)).hasValue(SkipReason.LOW_TRUST);
        assertThat(COUNTED.decide(clients)).isEmpty();
    }

    @Test
    void decide_onlyQuarantined_isNoClients() {
        assertThat(COUNTED.decide(List.of(new Standing(true, true, true, 0, 16))))
                .hasValue(SkipReason.NO_CLIENTS);
    }

    /** Claims of 0 examples divide the authors' aggregate by zero. */
    @Test
    void decide_noEffectiveSamples_isNoticedByTheHardenedRuleOnly() {
        List<Standing> clients = List.of(new Standing(true, true, false, 1.0, 0));

        assertThat(COUNTED.decide(clients)).hasValue(SkipReason.NO_EFFECTIVE_SAMPLES);
        assertThat(SAMPLED.decide(clients)).isEmpty();
    }

    @Test
    void mean_absentClients_countInNeitherScope() {
        List<Standing> clients = List.of(admitted(0.5), new Standing(false, false, false, 0, 0));

        assertThat(COUNTED.mean(clients).counted()).isEqualTo(1);
        assertThat(SAMPLED.mean(clients).counted()).isEqualTo(1);
        assertThat(SAMPLED.mean(clients).effectiveSamples()).isEqualTo(8.0);
    }

    private static SkipRule rule(SkipScope scope, int minReplies, boolean trusts) {
        return new SkipRule(new SkipSettings(0.2, scope), minReplies, trusts);
    }

    private static Standing admitted(double weight) {
        return new Standing(true, true, false, weight, 16);
    }

    private static Standing violation() {
        return new Standing(true, false, false, 0, 0);
    }
}
