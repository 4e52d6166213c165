package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** For each hardened rule of trust an attack, or a mishap, that the authors' rules fall for and ours do not. */
class PaperFaithfulWeaknessTest {
    private static final TrustSettings PAPER = TrustSettings.PAPER_FAITHFUL;
    private static final TrustSettings HARDENED = TrustSettings.DEFAULTS;
    private static final int FREEZE = 20;

    /** SF-4.6 against 7.3d: states that rest after round 20 let a sleeper wake unseen. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"STEP", "CLIENT"})
    void sleeper_wakesAfterTheFreeze_keepsFullWeightOnlyInThePaper(Level level) {
        IntPredicate asleep = k -> k >= FREEZE;

        Career paper = Career.of(level, PAPER, 40, Career.reportingWhen(asleep));
        Career hardened = Career.of(level, HARDENED, 40, Career.reportingWhen(asleep));

        assertThat(paper.mean(FREEZE, 40)).isGreaterThan(0.99);
        assertThat(hardened.mean(FREEZE, 40)).isZero();
        assertThat(hardened.mean(0, FREEZE)).isGreaterThan(0.95);
    }

    /** SF-7.4: a long good name outweighs one bad round in a running mean. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"STEP", "CLIENT"})
    void sleeper_wakesBeforeTheFreeze_livesOnItsGoodName(Level level) {
        Career paper = Career.of(level, PAPER, FREEZE, Career.reportingWhen(k -> k >= 15));
        Career hardened = Career.of(level, HARDENED, FREEZE, Career.reportingWhen(k -> k >= 15));

        assertThat(paper.weight(15)).isGreaterThan(0.9);
        assertThat(hardened.weight(15)).isZero();
    }

    /** SF-4.6: whoever joins late is trusted in full, whatever it sends. */
    @Test
    void newcomer_afterTheFreeze_isBelievedUnseen() {
        Career.Behaviour hostile =
                (round, need) -> Career.shadowed(new ServerRound(round.number() + FREEZE), true, false);

        assertThat(Career.of(Level.CLIENT, PAPER, 1, hostile).weight(0)).isEqualTo(1.0);
        assertThat(Career.of(Level.CLIENT, HARDENED, 1, hostile).weight(0)).isZero();
    }

    /** SF-7.10, 7.3e: who can count is benign when it is audited and hostile in between. */
    @Test
    void auditAwareClient_countsAlong_isNeverCaughtInThePaper() {
        Career.Behaviour counting =
                (round, need) -> need.isNeeded() ? Career.shadowed(round, false, false) : Career.submitted(round, true);

        Career paper = Career.of(Level.EVIDENCE, PAPER, 100, counting);
        Career hardened = Career.of(Level.EVIDENCE, HARDENED, 100, counting);

        assertThat(paper.years().stream().filter(year -> !year.need().isNeeded()))
                .hasSizeGreaterThan(70);
        assertThat(paper.mean(0, 100)).isEqualTo(1.0);
        assertThat(hardened.meanWhere(k -> !hardened.years().get(k).need().isNeeded()))
                .isZero();
    }

    /**
     * SF-7.10: the same with harm that only a shadow run shows. The client trains clean where both tasks come together; an
     * audit that comes after the main update finds the hostile rows. What is left is the limit of audits at one in five.
     */
    @Test
    void auditAwareClient_harmShowsInShadowRunsOnly_isCaughtAgainAndAgain() {
        Career.Behaviour hiding = (round, need) -> switch (need) {
            case NONE -> Career.submitted(round, false);
            case WITH_MAIN -> Career.shadowed(round, false, false);
            case AFTER_MAIN -> Career.shadowed(round, true, false);
        };

        Career paper = Career.of(Level.EVIDENCE, PAPER, 100, hiding);
        Career hardened = Career.of(Level.EVIDENCE, HARDENED, 100, hiding);

        assertThat(paper.years().stream().filter(Career.Year::harmful)).isEmpty();
        assertThat(hardened.years().stream().filter(Career.Year::harmful)).hasSizeGreaterThan(8);
        assertThat(hostileWeight(hardened)).isLessThan(0.7 * hostileWeight(paper));
    }

    /** The weight that counted while the client was hostile. */
    private static double hostileWeight(Career career) {
        return career.years().stream()
                .filter(year -> year.need() != ShadowNeed.WITH_MAIN)
                .mapToDouble(Career.Year::weight)
                .sum();
    }

    /** SF-7.1, code 9: what is not shown is not seen. */
    @ParameterizedTest
    @CsvSource({"STEP,0.99", "SHADOW,1", "EVIDENCE,1"})
    void missingEvidence_clientShowsNothing_isTrustedInThePaper(Level level, double trusted) {
        Career paper = Career.of(level, PAPER, 5, (round, need) -> Career.silent(round));
        Career hardened = Career.of(level, HARDENED, 5, (round, need) -> Career.silent(round));

        assertThat(paper.mean(0, 5)).isGreaterThanOrEqualTo(trusted);
        assertThat(hardened.mean(0, 5)).isZero();
    }

    /** SF-7.1, code 9: half of the records, the harmless half. */
    @Test
    void missingEvidence_harmfulStepsLeftOut_areNotMissedInThePaper() {
        Career.Behaviour selective = (round, need) ->
                Career.testimony(round, true, new Evidence(Testimonies.steps(0.1, 0.1), 10, Optional.empty()));

        assertThat(Career.of(Level.SHADOW, PAPER, 1, selective).weight(0)).isEqualTo(1.0);
        assertThat(Career.of(Level.SHADOW, HARDENED, 1, selective).weight(0)).isZero();
    }

    /** SF-7.5: three false alarms at the start are a life sentence. */
    @Test
    void flaggedFirstThree_benignClient_isBannedForLifeInThePaper() {
        Career paper = Career.of(Level.EVIDENCE, PAPER, 40, Career.harmfulWhen(k -> k < 3));
        Career hardened = Career.of(Level.EVIDENCE, HARDENED, 40, Career.harmfulWhen(k -> k < 3));

        assertThat(paper.mean(3, 40)).isZero();
        assertThat(hardened.firstAtLeast(0.5, 3)).isEqualTo(6);
        assertThat(hardened.weight(39)).isGreaterThan(0.99);
    }

    /** SF-7.4, 7.5: a clean round buys back everything at once. */
    @ParameterizedTest
    @CsvSource({"SHADOW,2", "SHADOW,4", "EVIDENCE,4"})
    void intermittentPoisoning_everyFewRounds_isForgivenAtOnceInThePaper(Level level, int period) {
        IntPredicate harmful = k -> k % period == period - 1;

        Career paper = Career.of(level, PAPER, 40, Career.harmfulWhen(harmful));
        Career hardened = Career.of(level, HARDENED, 40, Career.harmfulWhen(harmful));

        assertThat(paper.meanWhere(harmful.negate())).isGreaterThan(0.99);
        assertThat(hardened.meanWhere(harmful.negate())).isLessThan(0.35);
        assertThat(hardened.meanWhere(harmful)).isZero();
    }

    /** SF-7.4: with levels that average, an attacker keeps half its weight in the very rounds in which it poisons. */
    @ParameterizedTest
    @CsvSource({"STEP,0.4", "CLIENT,0.4"})
    void intermittentPoisoning_everySecondRound_countsInItsHarmfulRoundsInThePaper(Level level, double least) {
        IntPredicate harmful = k -> k % 2 == 1;

        assertThat(Career.of(level, PAPER, 40, Career.reportingWhen(harmful)).meanWhere(harmful))
                .isGreaterThan(least);
        assertThat(Career.of(level, HARDENED, 40, Career.reportingWhen(harmful)).meanWhere(harmful))
                .isZero();
    }

    /** SF-7.3c: harm in the last step alone drowns in the clean ones. */
    @ParameterizedTest
    @CsvSource({"STEP,0.85", "SHADOW,0.45", "EVIDENCE,0.45"})
    void lastStepPoisoning_cleanStepsBefore_diluteItInThePaper(Level level, double least) {
        double[] scores = new double[10];
        Arrays.fill(scores, 0.05);
        scores[9] = 0.99;
        Career.Behaviour last = (round, need) -> Career.shadowOnly(round, scores);

        assertThat(Career.of(level, PAPER, 1, last).weight(0)).isGreaterThan(least);
        assertThat(Career.of(level, HARDENED, 1, last).weight(0)).isZero();
    }

    /** SF-7.3a: a claimed number of samples that is large enough makes any share of harmful samples small. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"STEP", "SHADOW", "EVIDENCE"})
    void hugeExampleCount_everyStepHarmful_washesItselfCleanInThePaper(Level level) {
        double[] scores = new double[10];
        Arrays.fill(scores, 0.99);
        Career.Behaviour huge = (round, need) -> new Testimony(
                round,
                Career.NODE,
                ReplyCode.OK,
                1_000_000_000_000L,
                true,
                Optional.of(new Evidence(Testimonies.steps(scores), Optional.empty())));

        assertThat(Career.of(level, PAPER, 1, huge).weight(0)).isGreaterThan(0.999);
        assertThat(Career.of(level, HARDENED, 1, huge).weight(0)).isZero();
    }

    /** SF-7.3: only the first layer is looked at, so the harm goes into the others. */
    @Test
    void twoFace_harmBeyondTheFirstLayer_isNotLookedAtInThePaper() {
        Evidence firstLayer = new Evidence(List.of(Testimonies.step(TaskKind.SHADOW, 1, 0.05)), Optional.empty());
        Evidence bothViews = new Evidence(List.of(Testimonies.step(TaskKind.SHADOW, 1, 0.05, 0.99)), Optional.empty());

        assertThat(weight(PAPER, firstLayer)).isEqualTo(1.0);
        assertThat(weight(HARDENED, bothViews)).isZero();
    }

    /** SF-7.3e: the shadow run on clean data, the submitted update on others. */
    @Test
    void forgedShadow_cleanSecondRun_hidesTheMainUpdateInThePaper() {
        Evidence shadowOnly = new Evidence(Testimonies.steps(0.05), Optional.empty());
        Evidence alsoMain =
                new Evidence(Testimonies.steps(0.05), Optional.of(Testimonies.step(TaskKind.MAIN, 1, 0.99)));

        assertThat(weight(PAPER, shadowOnly)).isEqualTo(1.0);
        assertThat(weight(HARDENED, alsoMain)).isZero();
    }

    private static double weight(TrustSettings settings, Evidence evidence) {
        Career.Behaviour once = (round, need) -> Career.testimony(round, true, evidence);
        return Career.of(Level.SHADOW, settings, 1, once).weight(0);
    }

    /** SF-7.3b: the client level's literals do not know the calibrated threshold. */
    @Test
    void lowThreshold_scoreBetweenItAndTheLiterals_isHalfTrustedInThePaper() {
        double score = 0.45;
        Evidence evidence = new Evidence(List.of(Thresholds.step(score, 0.4)), Optional.empty());
        Career.Behaviour once = (round, need) -> Career.testimony(round, false, evidence);

        assertThat(Career.of(Level.CLIENT, PAPER, 1, once).weight(0)).isGreaterThan(0.6);
        assertThat(Career.of(Level.CLIENT, HARDENED, 1, once).weight(0)).isZero();
    }

    /** SF-7.1, 7.4: a floor meant for doubtful clients lifts the barred ones as well. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"SHADOW", "EVIDENCE"})
    void floor_certainHarm_isLiftedInThePaper(Level level) {
        IntPredicate always = k -> true;

        assertThat(Career.of(level, PAPER.withMinWeight(0.1), 10, Career.harmfulWhen(always))
                        .mean(0, 10))
                .isCloseTo(0.1, within(1e-12));
        assertThat(Career.of(level, HARDENED.withMinWeight(0.1), 10, Career.harmfulWhen(always))
                        .mean(0, 10))
                .isZero();
    }

    /** SF-7.5: level states start anew after a quarantine, so that an old mean does not block the way back. */
    @Test
    void reformedClient_afterManyBadRounds_findsNoWayBackInThePaper() {
        IntPredicate young = k -> k < 15;

        Career paper = Career.of(Level.CLIENT, PAPER, 60, Career.reportingWhen(young));
        Career hardened = Career.of(Level.CLIENT, HARDENED, 60, Career.reportingWhen(young));

        assertThat(paper.weight(59)).isLessThan(0.3);
        assertThat(hardened.firstAtLeast(0.9, 15)).isBetween(15, 40);
    }

    /** SF-4.5: a client that is believed may do as it pleases until the next audit. */
    @Test
    void believedClient_betweenAudits_isNotLookedAtInThePaper() {
        IntPredicate betrayal = k -> k == 4;

        Career paper = Career.of(Level.EVIDENCE, PAPER, 5, Career.harmfulWhen(betrayal));
        Career hardened = Career.of(Level.EVIDENCE, HARDENED, 5, Career.harmfulWhen(betrayal));

        assertThat(paper.years().get(4).need()).isEqualTo(ShadowNeed.NONE);
        assertThat(paper.weight(4)).isEqualTo(1.0);
        assertThat(hardened.weight(4)).isZero();
    }
}
