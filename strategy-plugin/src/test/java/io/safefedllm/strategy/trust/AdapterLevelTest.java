package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.Copied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterLevelTest extends TrustPolicyContract {
    private static final double SIGMA0 = 1.0;
    private static final double Q0 = 2.5;

    @Override
    Level level() {
        return Level.ADAPTER;
    }

    @Override
    TrustSettings settings() {
        return settings(AdapterRule.MAD);
    }

    private static TrustSettings settings(AdapterRule rule) {
        return TrustSettings.DEFAULTS.withAdapter(new AdapterLevelSettings(
                        rule, AdapterLevelSettings.DEFAULTS.sigma0(), AdapterLevelSettings.DEFAULTS.q0())
                .calibrated(SIGMA0, Q0));
    }

    @Override
    Testimony told(long node, boolean harmful) {
        return Testimonies.logit(node, harmful ? 9.0 : 0.1);
    }

    private static List<Boolean> harmful(AdapterRule rule, double... logits) {
        return harmful(TrustPolicies.of(Level.ADAPTER, settings(rule)), logits);
    }

    private static List<Boolean> harmful(TrustPolicy policy, double... logits) {
        List<Testimony> round = new ArrayList<>();
        for (double z : logits) {
            round.add(Testimonies.logit(round.size() + 1, z));
        }
        return policy.weigh(round, ledger()).stream().map(Verdict::harmful).toList();
    }

    @Test
    void mad_tightCluster_isFlooredByTheSpreadOfTheCard() {
        assertThat(harmful(AdapterRule.MAD, 1, 1, 1, 1, 2.5)).containsExactly(false, false, false, false, false);
        assertThat(harmful(AdapterRule.MAD, 1, 1, 1, 1, 2.5000001)).containsExactly(false, false, false, false, true);
    }

    @Test
    void mad_evenCount_takesTheMidpoint() {
        assertThat(harmful(AdapterRule.MAD, 0, 0, 2, 2, 5.4, 1))
                .containsExactly(false, false, false, false, false, false);
        assertThat(harmful(AdapterRule.MAD, 0, 0, 2, 2)).doesNotContain(true);
    }

    @Test
    void mad_drift_moves_theCutWithTheRound() {
        assertThat(harmful(AdapterRule.MAD, 40, 40.2, 39.9, 40.1, 44))
                .containsExactly(false, false, false, false, true);
    }

    @Test
    void fewerThanThree_absoluteCut_isTheQuantileOfTheCard() {
        for (AdapterRule rule : List.of(AdapterRule.MAD, AdapterRule.GAP)) {
            assertThat(harmful(rule, 2.5)).containsExactly(false);
            assertThat(harmful(rule, 2.6)).containsExactly(true);
            assertThat(harmful(rule, 40, 2.4)).containsExactly(true, false);
        }
    }

    @Test
    void fewerThanThree_violationsBesideThem_doNotCount() {
        List<Testimony> round = List.of(
                Testimonies.logit(1, 40),
                Testimonies.logit(2, 40),
                Testimonies.violation(3, ReplyCode.NON_FINITE),
                Testimonies.violation(4, ReplyCode.NON_FINITE));

        assertThat(policy().weigh(round, ledger())).extracting(Verdict::harmful).containsOnly(true);
    }

    @Test
    void gap_hostileHalf_splitsWhereTheMedianCannot() {
        double[] half = {0, 0.3, 0.6, 0.9, 9, 9.2, 9.4, 9.6};

        assertThat(harmful(AdapterRule.GAP, half)).containsExactly(false, false, false, false, true, true, true, true);
        assertThat(harmful(AdapterRule.MAD, half)).doesNotContain(true);
    }

    @Test
    void guarded_threeHostileQuarters_areFlaggedWhereTheMedianIsTheirs() {
        double[] mostly = {-0.5, 0, 0.5, 4, 4.2, 4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6};

        assertThat(harmful(AdapterRule.GUARDED, mostly))
                .containsExactly(false, false, false, true, true, true, true, true, true, true, true, true);
        assertThat(harmful(AdapterRule.MAD, mostly)).doesNotContain(true);
    }

    @Test
    void guarded_wideBenignRoundBelowQ0_staysWhole() {
        assertThat(harmful(AdapterRule.GUARDED, -3, -2.5, -2, 2.25, 2.5, 2.4)).doesNotContain(true);
    }

    @Test
    void guarded_roundThatDriftedBeyondQ0_staysWhole() {
        assertThat(harmful(AdapterRule.GUARDED, 6, 6.25, 6.5, 6.75, 7)).doesNotContain(true);
    }

    @Test
    void copiedUpdate_besideABenignLogit_isHarmfulForTheCopyistOnly() {
        for (Copied copied : Copied.values()) {
            List<Testimony> round = List.of(copied(Testimonies.logit(1, 0.1), copied), Testimonies.logit(2, 0.1));

            List<Verdict> verdicts = policy().weigh(round, ledger());

            assertThat(verdicts).extracting(Verdict::harmful).containsExactly(true, false);
            assertThat(verdicts.get(0).weight().value()).isZero();
            assertThat(verdicts.get(0).reasons()).containsExactly(copied == Copied.STEP ? "server-step" : "copy");
        }
    }

    @Test
    void copiedUpdate_withTheAuthorsMemory_weighsNothingInThatRound() {
        TrustSettings paper =
                TrustSettings.PAPER_FAITHFUL.withAdapter(AdapterLevelSettings.DEFAULTS.calibrated(1.0, 2.5));
        List<Testimony> round = List.of(copied(Testimonies.logit(1, 0.1), Copied.REPLY), Testimonies.logit(2, 0.1));

        List<Verdict> verdicts = TrustPolicies.of(Level.ADAPTER, paper).weigh(round, ledger());

        assertThat(verdicts.get(0).weight().value()).isZero();
        assertThat(verdicts.get(1).weight().value()).isPositive();
    }

    @Test
    void copiedUpdate_threeTimes_endsInQuarantine() {
        TrustLedger ledger = ledger();
        TrustPolicy policy = policy();
        for (int i = 0; i < 3; i++) {
            policy.weigh(List.of(copied(Testimonies.logit(1, 0.1), Copied.REPLY)), ledger);
        }

        Verdict verdict =
                policy.weigh(List.of(Testimonies.logit(1, 0.1)), ledger).get(0);

        assertThat(verdict.quarantinedAtStart()).isTrue();
        assertThat(verdict.weight().value()).isZero();
    }

    private static Testimony copied(Testimony plain, Copied copied) {
        return new Testimony(
                plain.round(),
                plain.nodeId(),
                plain.code(),
                plain.numExamples(),
                plain.shadowAsked(),
                plain.evidence(),
                Optional.of(copied));
    }

    @Test
    void gap_fewBelowIt_doesNotSplit() {
        assertThat(harmful(AdapterRule.GAP, 0, 0.1, 5, 5.1, 5.2)).doesNotContain(true);
        assertThat(harmful(AdapterRule.GAP, 0, 0.1, 0.2, 1.7)).containsExactly(false, false, false, true);
        assertThat(harmful(AdapterRule.GAP, 0, 0.1, 0.2, 1.69)).doesNotContain(true);
    }

    @Test
    void gap_severalGaps_splitsAtTheLowest() {
        assertThat(harmful(AdapterRule.GAP, 9, 0, 4, 0.1, 0.2)).containsExactly(true, false, true, false, false);
    }

    @Test
    void canary_cutOfTheRound_isAskedFor() {
        TrustPolicy policy =
                TrustPolicies.of(Level.ADAPTER, settings(AdapterRule.CANARY), round -> 10.0 * round.number());

        assertThat(harmful(policy, 10, 10.1, 80)).containsExactly(false, true, true);
    }

    @Test
    void canary_withoutCanaries_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustPolicies.of(Level.ADAPTER, settings(AdapterRule.CANARY)))
                .withMessageContaining("canary");
    }

    @Test
    void cards_withoutSpread_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustPolicies.of(Level.ADAPTER, TrustSettings.DEFAULTS))
                .withMessageContaining("calibrate the probe again");
    }

    @Test
    void weigh_viewIsMissing_givesNoTrust() {
        Testimony firstLayerOnly = Testimonies.submitted(ServerRound.first(), 5, 0.1);

        Verdict verdict = weigh(policy(), firstLayerOnly, ledger());

        assertNoTrust(verdict);
        assertThat(verdict.reasons()).containsExactly(TrustReason.NO_EVIDENCE.key());
    }

    @Test
    void weigh_auditDemanded_judgesTheShadowRunToo() {
        StepScores main =
                Testimonies.logit(5, 0.1).evidence().orElseThrow().steps().get(0);
        Evidence clean = new Evidence(Testimonies.steps(0.1), Optional.of(main));
        Evidence harmful = new Evidence(Testimonies.steps(0.9), Optional.of(main));
        Evidence none = new Evidence(List.of(main), Optional.empty());

        assertThat(weigh(policy(), Testimonies.ok(clean), ledger()).harmful()).isFalse();
        assertNoTrust(weigh(policy(), Testimonies.ok(harmful), ledger()));
        assertNoTrust(weigh(policy(), Testimonies.ok(none), ledger()));
    }

    @Test
    void shadowNeed_nobody() {
        assertThat(policy().shadowNeed(ServerRound.first(), 5, ledger())).isEqualTo(ShadowNeed.NONE);
    }
}
