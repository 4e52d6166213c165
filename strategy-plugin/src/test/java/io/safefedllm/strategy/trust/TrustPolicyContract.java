package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every policy that scores promises; a policy's test supplies the level. */
abstract class TrustPolicyContract {

    abstract Level level();

    /** The settings that the level needs; the hardened ones unless a test knows better. */
    TrustSettings settings() {
        return TrustSettings.DEFAULTS;
    }

    TrustPolicy policy() {
        return TrustPolicies.of(level(), settings());
    }

    static TrustLedger ledger() {
        return TrustLedger.fresh(AuditKey.of(new byte[AuditKey.LENGTH]));
    }

    static Verdict weigh(TrustPolicy policy, Testimony testimony, TrustLedger ledger) {
        return policy.weigh(List.of(testimony), ledger).get(0);
    }

    /** A testimony that the level takes for harmful or benign. */
    Testimony told(long node, boolean harmful) {
        return Testimonies.scored(node, harmful ? 0.99 : 0.01);
    }

    @Test
    void weigh_noScore_givesNoTrust() {
        for (Evidence evidence : List.of(
                new Evidence(List.of(), Optional.empty()),
                new Evidence(List.of(Testimonies.step(TaskKind.SHADOW, 1)), Optional.empty()),
                new Evidence(Testimonies.steps(0.1), 2, Optional.empty()),
                new Evidence(Testimonies.steps(0.1), Optional.of(Testimonies.step(TaskKind.MAIN, 1))))) {
            assertNoTrust(weigh(policy(), Testimonies.ok(evidence), ledger()));
        }
        assertNoTrust(weigh(policy(), silent(), ledger()));
    }

    private static Testimony silent() {
        return new Testimony(ServerRound.first(), 5, ReplyCode.OK, Testimonies.SAMPLES, true, Optional.empty());
    }

    @Test
    void weigh_noScoreButBelieved_isNoViolation() {
        TrustPolicy believing = TrustPolicies.of(level(), settings().withEvidencePolicy(EvidencePolicy.TRUST));

        Verdict verdict = weigh(believing, silent(), ledger());

        assertThat(verdict.harmful()).isFalse();
        assertThat(verdict.reasons()).contains(TrustReason.NO_RECORD.key());
    }

    @ParameterizedTest
    @EnumSource(ReplyCode.class)
    void weigh_violation_givesNoTrust(ReplyCode code) {
        if (code.isViolation()) {
            assertNoTrust(weigh(policy(), Testimonies.violation(5, code), ledger()));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void weigh_violationWithFloor_givesNoTrust(Mode mode) {
        TrustPolicy lifted = TrustPolicies.of(
                level(),
                TrustSettings.of(mode).withAdapter(settings().adapter()).withMinWeight(0.4));

        assertNoTrust(weigh(lifted, Testimonies.violation(5, ReplyCode.BAD_SHAPE), ledger()));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void weigh_anyScores_givesAWeightInRange(Mode mode) {
        Random dice = new Random(3);
        TrustPolicy policy = TrustPolicies.of(
                level(), TrustSettings.of(mode).withAdapter(settings().adapter()));
        TrustLedger ledger = ledger();
        for (int i = 0; i < 500; i++) {
            Testimony testimony = dice.nextInt(10) == 0
                    ? Testimonies.violation(dice.nextInt(5), ReplyCode.NON_FINITE)
                    : told(dice.nextInt(5), dice.nextBoolean());
            Verdict verdict = weigh(policy, testimony, ledger);

            assertThat(verdict.weight().value()).isBetween(0.0, 1.0);
            assertThat(verdict.levelWeight()).isBetween(0.0, 1.0);
            assertThat(verdict.trust()).isBetween(0.0, 1.0);
            assertThat(verdict.harmfulShare()).isBetween(0.0, 1.0);
        }
    }

    /** A restart from a snapshot at any point changes nothing (SF-7.11). */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void weigh_restoredLedger_goesOnTheSame(Mode mode) {
        Random dice = new Random(4);
        TrustPolicy policy = TrustPolicies.of(
                level(), TrustSettings.of(mode).withAdapter(settings().adapter()));
        TrustLedger kept = ledger();
        TrustLedger restored = ledger();
        for (int i = 0; i < 300; i++) {
            Testimony testimony = told(dice.nextInt(5), dice.nextInt(3) == 0);
            restored = TrustLedger.restore(restored.snapshot());

            assertThat(weigh(policy, testimony, restored)).isEqualTo(weigh(policy, testimony, kept));
            assertThat(restored.snapshot()).isEqualTo(kept.snapshot());
        }
    }

    @Test
    void weigh_harmful_givesNoTrust() {
        assertNoTrust(weigh(policy(), told(5, true), ledger()));
        assertThat(weigh(policy(), told(5, false), ledger()).harmful()).isFalse();
    }

    @Test
    void weigh_otherClients_areNotTouched() {
        TrustLedger ledger = ledger();
        weigh(policy(), Testimonies.violation(6, ReplyCode.BAD_KEYS), ledger);

        assertThat(weigh(policy(), told(5, false), ledger)).isEqualTo(weigh(policy(), told(5, false), ledger()));
    }

    @Test
    void weigh_severalClients_keepsTheirUnsignedOrder() {
        List<Verdict> verdicts = policy().weigh(List.of(told(3, false), told(4, true), told(-1, false)), ledger());

        assertThat(verdicts).extracting(Verdict::harmful).containsExactly(false, true, false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy().weigh(List.of(told(-1, false), told(3, false)), ledger()))
                .withMessage("testimonies must ascend by unsigned node id but 3 follows 18446744073709551615");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy().weigh(List.of(told(3, false), told(3, false)), ledger()));
    }

    @Test
    void weigh_nobody_givesNoVerdict() {
        assertThat(policy().weigh(List.of(), ledger())).isEmpty();
    }

    static void assertNoTrust(Verdict verdict) {
        assertThat(verdict.weight()).isEqualTo(SecurityWeight.NONE);
        assertThat(verdict.harmful()).isTrue();
        assertThat(verdict.levelWeight()).isZero();
    }
}
