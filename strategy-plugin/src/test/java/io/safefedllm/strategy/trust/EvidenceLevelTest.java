package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceLevelTest extends TrustPolicyContract {
    private static final TrustSettings COUNTED =
            TrustSettings.DEFAULTS.withEvidence(new EvidenceLevelSettings(3, AuditKind.COUNTER, 5, 0.2, false));
    private static final TrustSettings FOR_GOOD =
            TrustSettings.DEFAULTS.withEvidence(new EvidenceLevelSettings(3, AuditKind.RANDOM, 5, 0.2, true));

    @Override
    Level level() {
        return Level.EVIDENCE;
    }

    @Test
    void shadowNeed_notYetSettled_isWithTheMainRun() {
        Career career = Career.of(Level.EVIDENCE, settings(), 4, Career.harmfulWhen(k -> k == 0));

        assertThat(career.years()).extracting(Career.Year::need).containsOnly(ShadowNeed.WITH_MAIN);
    }

    @Test
    void shadowNeed_settled_isDrawnAndComesAfterTheMainRun() {
        Career career = Career.of(Level.EVIDENCE, settings(), 2003, Career.harmfulWhen(k -> false));

        List<ShadowNeed> needs =
                career.years().stream().skip(3).map(Career.Year::need).toList();
        assertThat(needs).containsOnly(ShadowNeed.NONE, ShadowNeed.AFTER_MAIN);
        double share = (double) needs.stream().filter(ShadowNeed::isNeeded).count() / needs.size();
        assertThat(share).isCloseTo(0.2, within(0.03));
    }

    @Test
    void shadowNeed_anotherKey_auditsOtherRounds() {
        TrustLedger one = ledger();
        TrustLedger other = TrustLedger.fresh(AuditKey.ofHex("01".repeat(32)));
        List<ShadowNeed> first = needs(one);

        assertThat(needs(other)).isNotEqualTo(first);
        assertThat(needs(TrustLedger.restore(one.snapshot()))).isNotEmpty();
    }

    private List<ShadowNeed> needs(TrustLedger ledger) {
        return Career.of(policy(), ledger, 60, Career.harmfulWhen(k -> false)).years().stream()
                .map(Career.Year::need)
                .toList();
    }

    @Test
    void shadowNeed_asked_changesNothing() {
        TrustLedger ledger = ledger();
        Career.of(policy(), ledger, 5, Career.harmfulWhen(k -> false));
        TrustLedger.Snapshot before = ledger.snapshot();

        for (int k = 0; k < 10; k++) {
            policy().shadowNeed(new ServerRound(6), Career.NODE, ledger);
            policy().shadowNeed(new ServerRound(6), 99, ledger);
        }

        assertThat(ledger.snapshot()).isEqualTo(before);
    }

    @Test
    void shadowNeed_quarantined_isNeeded() {
        Career career = Career.of(Level.EVIDENCE, settings(), 8, Career.harmfulWhen(k -> k < 3));

        assertThat(career.years().get(4).verdict().quarantinedAtStart()).isTrue();
        assertThat(career.years()).extracting(Career.Year::need).startsWith(ShadowNeed.WITH_MAIN, ShadowNeed.WITH_MAIN);
        assertThat(career.years().get(3).need()).isEqualTo(ShadowNeed.WITH_MAIN);
        assertThat(career.years().get(4).need()).isEqualTo(ShadowNeed.WITH_MAIN);
    }

    @Test
    void shadowNeed_countedAudits_comeEveryFifthTime() {
        Career career = Career.of(Level.EVIDENCE, COUNTED, 20, Career.harmfulWhen(k -> false));

        assertThat(career.years().stream().map(year -> year.need().isNeeded()))
                .containsExactly(
                        true, true, true, false, false, false, false, true, false, false, false, false, true, false,
                        false, false, false, true, false, false);
    }

    @Test
    void weigh_secondOpinionDemandsAShadowRun_needsOneAndJudgesIt() {
        TrustLedger ledger = ledger();
        Career.of(policy(), ledger, 5, Career.harmfulWhen(k -> false));
        ServerRound round = new ServerRound(6);
        Testimony submitted = Career.submitted(round, false);
        Testimony demanded = Career.testimony(round, true, submitted.evidence().orElseThrow());

        assertNoTrust(weigh(policy(), demanded, TrustLedger.restore(ledger.snapshot())));
        assertNoTrust(weigh(policy(), Career.shadowed(round, true, false), TrustLedger.restore(ledger.snapshot())));
        assertThat(weigh(policy(), submitted, ledger).harmful()).isFalse();
    }

    @Test
    void weigh_settledClientWithoutShadowRun_isJudgedByItsSubmittedUpdate() {
        Career career = Career.of(Level.EVIDENCE, COUNTED, 6, Career.harmfulWhen(k -> k == 5));

        assertThat(career.years().get(5).need()).isEqualTo(ShadowNeed.NONE);
        assertThat(career.weight(5)).isZero();
    }

    @Test
    void isBanned_permanentFreezeWithTrustMemory_fromTheRoundThatSettlesItOn() {
        TrustPolicy policy = TrustPolicies.of(Level.EVIDENCE, FOR_GOOD);
        TrustLedger ledger = ledger();
        List<Boolean> banned = new ArrayList<>();
        for (int k = 1; k <= 4; k++) {
            banned.add(policy.isBanned(Career.NODE, ledger));
            policy.weigh(List.of(Career.shadowed(new ServerRound(k), true, true)), ledger);
        }
        TrustLedger.Snapshot before = ledger.snapshot();

        assertThat(banned).containsExactly(false, false, false, true);
        assertThat(policy.isBanned(Career.NODE, TrustLedger.restore(before))).isTrue();
        assertThat(policy.isBanned(99, ledger)).isFalse();
        assertThat(ledger.snapshot()).isEqualTo(before);
    }

    @Test
    void isBanned_boundedFreeze_neverEvenInQuarantine() {
        TrustLedger ledger = ledger();
        Career career = Career.of(policy(), ledger, 5, Career.harmfulWhen(k -> true));

        assertThat(career.years().get(4).verdict().quarantinedAtStart()).isTrue();
        assertThat(policy().isBanned(Career.NODE, ledger)).isFalse();
    }

    @Test
    void isBanned_paperMemory_neverThoughTheEvidenceBars() {
        TrustPolicy paper = TrustPolicies.of(Level.EVIDENCE, TrustSettings.PAPER_FAITHFUL);
        TrustLedger ledger = ledger();
        Career.of(paper, ledger, 4, Career.harmfulWhen(k -> true));

        assertThat(ledger.client(Career.NODE).orElseThrow().evidence().status()).isEqualTo(EvidenceStatus.MALICIOUS);
        assertThat(paper.isBanned(Career.NODE, ledger)).isFalse();
    }

    @Test
    void weigh_permanentFreezeWithTrustMemory_barsForGood() {
        Career career = Career.of(Level.EVIDENCE, FOR_GOOD, 60, Career.harmfulWhen(k -> k >= 5 && k < 8));

        assertThat(career.weight(4)).isGreaterThan(0.9);
        assertThat(career.mean(5, 60)).isZero();
        assertThat(career.years().get(59).verdict().reasons()).contains(TrustReason.BANNED.key());
        assertThat(career.years().get(59).verdict().quarantinedAtStart()).isTrue();
        assertThat(career.years().get(59).need()).isEqualTo(ShadowNeed.NONE);
    }

    @Test
    void weigh_paperMemoryWithoutPermanentFreeze_neverBarsForGood() {
        TrustSettings bounded = TrustSettings.PAPER_FAITHFUL.withEvidence(
                new EvidenceLevelSettings(3, AuditKind.COUNTER, 5, 0.2, false));

        Career career = Career.of(Level.EVIDENCE, bounded, 10, Career.harmfulWhen(k -> k < 6));

        assertThat(career.mean(0, 6)).isZero();
        assertThat(career.weight(6)).isEqualTo(1.0);
    }

    @Test
    void weigh_paperMemoryWithRandomAudits_auditsWhereAsked() {
        TrustSettings random =
                TrustSettings.PAPER_FAITHFUL.withEvidence(new EvidenceLevelSettings(3, AuditKind.RANDOM, 5, 0.2, true));

        Career career = Career.of(
                Level.EVIDENCE,
                random,
                60,
                (round, need) -> need == ShadowNeed.AFTER_MAIN
                        ? Career.shadowed(round, true, false)
                        : need.isNeeded() ? Career.shadowed(round, false, false) : Career.submitted(round, true));

        List<Career.Year> audits = career.years().stream()
                .filter(year -> year.need() == ShadowNeed.AFTER_MAIN)
                .toList();
        assertThat(audits).isNotEmpty();
        assertThat(audits).extracting(Career.Year::weight).containsOnly(0.0);
    }
}
