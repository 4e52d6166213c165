package io.safefedllm.strategy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.gate.RoundGate.Findings;
import io.safefedllm.strategy.gate.RoundGate.Outcome;
import io.safefedllm.strategy.gate.RoundGate.Participant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Codes 12 and 13 of SF-7.1, duplicates (SF-7.6) and the clip (SF-7.7). */
class RoundGateTest {
    private final RoundGate gate = new RoundGate(RoundGateSettings.DEFAULTS);

    @ParameterizedTest
    @CsvSource({"9.99, OK", "10, OK", "10.01, OVERSIZED"})
    void judge_normAroundTenTimesRho_isOversizedAbove(double norm, ReplyCode code) {
        Findings round = gate.judge(List.of(ok(1, 1, "a"), ok(2, 1, "b"), ok(3, norm, "c")));

        assertThat(outcome(round, 3).code()).isEqualTo(code);
        assertThat(round.norms().orElseThrow().rho()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "1, 1", "2, 0.5", "4, 0.25"})
    void judge_normAroundRho_isClippedAbove(double norm, double clip) {
        Findings round = gate.judge(List.of(ok(1, 1, "a"), ok(2, 1, "b"), ok(3, norm, "c")));

        assertThat(outcome(round, 3).clip()).isEqualTo(clip);
    }

    @Test
    void judge_twoClients_clipToTheSmallerOne() {
        Findings round = gate.judge(List.of(ok(1, 1, "a"), ok(2, 4, "b")));

        assertThat(round.norms().orElseThrow().median()).isEqualTo(1);
        assertThat(outcome(round, 2).clip()).isEqualTo(0.25);
    }

    @Test
    void judge_oversizedReply_countsInTheMedianButRefusedOnesDoNot() {
        Findings round = gate.judge(List.of(
                ok(1, 1, "a"), ok(2, 3, "b"), ok(3, 100, "c"), refused(4, ReplyCode.ZERO_UPDATE, "d"), ok(5, 3, "e")));

        assertThat(round.norms().orElseThrow().rho()).isEqualTo(3);
        assertThat(outcome(round, 3).code()).isEqualTo(ReplyCode.OVERSIZED);
        assertThat(outcome(round, 4)).isEqualTo(Outcome.refused(ReplyCode.ZERO_UPDATE));
    }

    @Test
    void settle_skippedRound_keepsRho() {
        play(gate, false, ok(1, 1, "a"));
        play(gate, true, ok(1, 1.5, "b"));

        Findings round = gate.judge(List.of(ok(1, 5, "c")));

        assertThat(round.norms().orElseThrow().rho()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"3, OVERSIZED", "4, OVERSIZED", "5, OUTGROWN", "8, OUTGROWN"})
    void judge_oversizedAgainstTheRoundBefore_isOutgrownForMoreThanHalf(int many, ReplyCode code) {
        play(gate, false, ok(1, 1, "a"));
        List<Participant> round = new ArrayList<>();
        for (int node = 1; node <= 8; node++) {
            round.add(ok(node, node <= many ? 20.01 : 1, "r" + node));
        }

        assertThat(outcome(gate.judge(round), 1).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"true, 20.01, 2", "true, 19.99, 1", "false, 20.01, 2"})
    void settle_outgrownRound_keepsItsRhoEvenIfSkipped(boolean skipped, double norm, double rho) {
        play(gate, false, ok(1, 1, "a"), ok(2, 1, "b"));

        play(gate, skipped, ok(1, norm, "c"), ok(2, norm, "d"));

        assertThat(gate.snapshot().reference().previous()).hasValue(rho);
    }

    @Test
    void settle_outgrownUpdate_isNoParticipationThatReplaysCountBy() {
        play(gate, false, ok(1, 1, "a"));
        play(gate, true, ok(1, 20.01, "b"));

        assertThat(gate.snapshot().replays()).containsEntry(1L, List.of("a"));
    }

    @Test
    void judge_oversizeFactorBelowOne_isNotOutgrown() {
        NormSettings narrow = new NormSettings(true, 1, 2, OptionalDouble.of(0.5));
        RoundGate strict = new RoundGate(new RoundGateSettings(narrow, 3, DuplicatePolicy.SHARE));

        assertThat(outcome(strict.judge(List.of(ok(1, 1, "a"))), 1).code()).isEqualTo(ReplyCode.OVERSIZED);
    }

    /** Only a gate that believes everything lets an update of length 0 so far. */
    @Test
    void settle_roundOfLengthZero_isNothingToMeasureBy() {
        play(gate, false, ok(1, 1, "a"));
        play(gate, false, ok(1, 0, "b"));

        assertThat(gate.snapshot().reference().previous()).hasValue(1);
    }

    @Test
    void judge_sameUpdateAgain_isAReplayOfTheSameClientOnly() {
        play(gate, true, ok(1, 1, "a"), ok(2, 1, "b"));

        Findings round = gate.judge(List.of(ok(1, 1, "a"), ok(2, 1, "a")));

        assertThat(outcome(round, 1).code()).isEqualTo(ReplyCode.REPLAYED);
        assertThat(outcome(round, 2).code()).isEqualTo(ReplyCode.OK);
        assertThat(outcome(round, 2).duplicates())
                .as("a replay shares nobody's weight")
                .isEqualTo(1);
    }

    @Test
    void judge_updateThatWasRefusedBefore_isAReplay() {
        play(gate, false, refused(1, ReplyCode.EVIDENCE_MISMATCH, "a"));

        assertThat(outcome(gate.judge(List.of(ok(1, 1, "a"))), 1).code()).isEqualTo(ReplyCode.REPLAYED);
    }

    @Test
    void judge_oversizedReplay_isOversizedFirst() {
        play(gate, false, ok(1, 100, "a"), ok(2, 100, "b"), ok(3, 100, "c"));

        Findings round = gate.judge(List.of(ok(1, 100, "a"), ok(2, 1, "d"), ok(3, 1, "e")));

        assertThat(outcome(round, 1).code()).isEqualTo(ReplyCode.OVERSIZED);
    }

    @ParameterizedTest
    @CsvSource({"2, REPLAYED", "3, OK"})
    void judge_replayWindow_countsParticipations(int between, ReplyCode code) {
        RoundGate small = new RoundGate(new RoundGateSettings(NormSettings.DEFAULTS, 3, DuplicatePolicy.SHARE));
        play(small, false, ok(1, 1, "a"));
        for (int i = 0; i < between; i++) {
            play(small, false, refused(1, ReplyCode.BAD_KEYS, ""));
        }

        assertThat(outcome(small.judge(List.of(ok(1, 1, "a"))), 1).code()).isEqualTo(code);
    }

    @Test
    void judge_equalUpdates_shareOneWeightAmongTheAdmitted() {
        Findings round = gate.judge(
                List.of(ok(1, 1, "a"), ok(2, 1, "a"), ok(3, 1, "b"), refused(4, ReplyCode.EVIDENCE_MISMATCH, "b")));

        assertThat(outcome(round, 1).duplicates()).isEqualTo(2);
        assertThat(outcome(round, 2).duplicates()).isEqualTo(2);
        assertThat(outcome(round, 3).duplicates())
                .as("a refused copy changes nobody's weight")
                .isEqualTo(1);
    }

    @Test
    void judge_equalUpdatesUnderStrike_areCopiesAndStillShare() {
        Findings round = striking().judge(List.of(ok(1, 1, "a"), ok(2, 1, "a"), ok(3, 1, "b")));

        assertThat(outcome(round, 1)).isEqualTo(new Outcome(ReplyCode.OK, 1, 2, Optional.of(Copied.REPLY)));
        assertThat(outcome(round, 2).copied()).contains(Copied.REPLY);
        assertThat(outcome(round, 3).copied()).isEmpty();
    }

    @Test
    void judge_equalUpdatesUnderShare_areNobodysFault() {
        Findings round = gate.judge(List.of(ok(1, 1, "a"), ok(2, 1, "a")));

        assertThat(outcome(round, 1).copied()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.0199, STEP", "0.02, STEP", "0.0201, REPLY"})
    void judge_likenessUnderStrike_countsTheStepFirst(double distance, Copied copied) {
        Likeness likeness = new Likeness(Optional.of("2"), OptionalDouble.of(distance));

        Findings round = striking().judge(List.of(ok(1, 1, "a", likeness), ok(2, 1, "b")));

        assertThat(outcome(round, 1).copied()).contains(copied);
        assertThat(outcome(round, 1).duplicates()).as("only equal bytes share").isEqualTo(1);
    }

    @Test
    void likenesses_stepUnderStrikeWithoutReplayWindow_isKnown() {
        RoundGate open = new RoundGate(new RoundGateSettings(NormSettings.DEFAULTS, 0, DuplicatePolicy.STRIKE));
        UpdateSketch step = UpdateSketch.of(Collections.nCopies(UpdateSketch.SIZE, 1.0));

        open.remember(step, 2);

        assertThat(open.likenesses(Map.of(1L, step)).values())
                .extracting(Likeness::isStep)
                .containsExactly(true);
    }

    private static RoundGate striking() {
        return new RoundGate(new RoundGateSettings(NormSettings.DEFAULTS, 3, DuplicatePolicy.STRIKE));
    }

    @Test
    void judge_paperFaithful_changesNothing() {
        RoundGate off = new RoundGate(RoundGateSettings.OFF);
        play(off, false, ok(1, 1, "a"), ok(2, 1, "a"), ok(3, 1000, "c"));

        Findings round = off.judge(List.of(ok(1, 1, "a"), ok(2, 1, "a"), ok(3, 1e30, "c")));

        assertThat(round.outcomes().values()).containsOnly(Outcome.refused(ReplyCode.OK));
        assertThat(off.snapshot().replays()).isEmpty();
    }

    @Test
    void judge_normThatIsNaN_isNeitherClippedNorRemembered() {
        RoundGate off = new RoundGate(RoundGateSettings.OFF);

        Findings round = play(off, false, ok(1, Double.NaN, "a"));

        assertThat(outcome(round, 1)).isEqualTo(Outcome.refused(ReplyCode.OK));
        assertThat(off.snapshot().reference()).isEqualTo(NormReference.FRESH);
    }

    @Test
    void judge_nobodyAdmitted_hasNoNorms() {
        assertThat(gate.judge(List.of()).norms()).isEmpty();
        assertThat(gate.judge(List.of(refused(1, ReplyCode.BAD_KEYS, ""))).norms())
                .isEmpty();
    }

    @Test
    void restore_snapshot_goesOnAsIfNothingHadHappened() {
        play(gate, false, ok(1, 1, "a"), ok(-2, 1.5, "b"), refused(3, ReplyCode.BAD_KEYS, ""));
        RoundGate other = new RoundGate(RoundGateSettings.DEFAULTS);
        other.restore(gate.snapshot());

        List<Participant> next = List.of(ok(1, 1, "a"), ok(-2, 9, "c"), ok(3, 8, "d"));

        assertThat(other.snapshot()).isEqualTo(gate.snapshot());
        assertThat(other.judge(next)).isEqualTo(gate.judge(next));
        assertThat(other.snapshot().replays()).containsEntry(3L, List.of(""));
        assertThat(other.snapshot().reference().previous().orElseThrow()).isCloseTo(1.0, within(0.0));
    }

    @Test
    void judge_changesNothing() {
        play(gate, false, ok(1, 1, "a"));
        RoundGate.Snapshot before = gate.snapshot();

        gate.judge(List.of(ok(1, 7, "b")));

        assertThat(gate.snapshot()).isEqualTo(before);
    }

    @Test
    void restore_moreDigestsThanTheWindow_keepsTheNewest() {
        ReplayMemory memory = new ReplayMemory(2);

        memory.restore(Map.of(1L, List.of("a", "b", "c")));

        assertThat(memory.snapshot()).isEqualTo(Map.of(1L, List.of("b", "c")));
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplayMemory(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RoundGateSettings(NormSettings.DEFAULTS, -1, DuplicatePolicy.SHARE));
        assertThatIllegalArgumentException().isThrownBy(() -> new NormSettings(true, 0, 2, OptionalDouble.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new NormSettings(true, 1, 0.5, OptionalDouble.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NormSettings(true, 1, 2, OptionalDouble.of(Double.NaN)));
        assertThatIllegalArgumentException().isThrownBy(() -> new NormReference(OptionalDouble.of(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormReference.FRESH.measure(NormSettings.DEFAULTS, new double[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Participant(
                        1, ReplyCode.NO_REPLY, OptionalDouble.empty(), Optional.empty(), Likeness.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Participant(1, ReplyCode.OK, OptionalDouble.of(1), Optional.empty(), Likeness.NONE));
    }

    private static Outcome outcome(Findings round, long node) {
        return Objects.requireNonNull(round.outcomes().get(node));
    }

    private static Findings play(RoundGate gate, boolean skipped, Participant... participants) {
        Findings round = gate.judge(List.of(participants));
        gate.settle(round, skipped);
        return round;
    }

    private static Participant ok(long node, double norm, String digest) {
        return ok(node, norm, digest, Likeness.NONE);
    }

    private static Participant ok(long node, double norm, String digest, Likeness likeness) {
        return new Participant(node, ReplyCode.OK, OptionalDouble.of(norm), Optional.of(digest), likeness);
    }

    private static Participant refused(long node, ReplyCode code, String digest) {
        return new Participant(
                node,
                code,
                OptionalDouble.empty(),
                digest.isEmpty() ? Optional.empty() : Optional.of(digest),
                Likeness.NONE);
    }
}
