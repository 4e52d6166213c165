package io.safefedllm.strategy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.HostileContent;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ReplyReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GateTest {
    private static final GateSettings SCREENING = new GateSettings(true, 1e-12, 48);
    private static final GateSettings FORM_ONLY = new GateSettings(false, 1e-12, 48);
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final LoraAdapter TRAINED = Adapters.shifted(INITIAL, 0.5f);

    private final Gate gate = new Gate(SCREENING, INITIAL, List.of());
    private final Gate lax = new Gate(FORM_ONLY, INITIAL, List.of());

    @Test
    void admit_trainedReply_givesTheUpdateAgainstThisRoundsAdapter() {
        Admission admission = gate.admit(main(claim(TRAINED, 48)), INITIAL);

        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        Admission.Admitted admitted = (Admission.Admitted) admission;
        assertThat(admitted.update()).isEqualTo(LoraUpdate.between(INITIAL, TRAINED));
        assertThat(admitted.shadow()).isEmpty();
    }

    @Test
    void admit_shadowReply_isMeasuredAgainstTheFirstAdapter() {
        LoraAdapter global = Adapters.shifted(INITIAL, 1f);

        Admission admission = gate.admit(both(claim(Adapters.shifted(global, 1f), 1), claim(TRAINED, 1)), global);

        assertThat(((Admission.Admitted) admission).shadow()).hasValue(LoraUpdate.between(INITIAL, TRAINED));
    }

    @ParameterizedTest
    @CsvSource({"47, 47", "48, 48", "49, 48", "1, 1", "9223372036854775807, 48"})
    void admit_claimAroundTheCap_isCutToIt(long claimed, long capped) {
        Admission.Admitted admitted = (Admission.Admitted) gate.admit(main(claim(TRAINED, claimed)), INITIAL);

        assertThat(admitted.cappedExamples()).isEqualTo(capped);
        assertThat(admitted.claimedExamples()).hasValue(claimed);
    }

    @ParameterizedTest
    @CsvSource({"1, OK", "0, BAD_NUM_EXAMPLES", "-1, BAD_NUM_EXAMPLES", "-9223372036854775808, BAD_NUM_EXAMPLES"})
    void admit_claimAroundZero_isRefusedFromZeroDown(long claimed, ReplyCode code) {
        assertThat(gate.admit(main(claim(TRAINED, claimed)), INITIAL).code()).isEqualTo(code);
        assertThat(gate.admit(both(claim(TRAINED, 1), claim(TRAINED, claimed)), INITIAL)
                        .code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"0.9e-12, ZERO_UPDATE", "1e-12, OK", "1.1e-12, OK"})
    void admit_viewNormAroundTheTolerance_isRefusedBelow(double norm, ReplyCode code) {
        Gate measured = new Gate(SCREENING, INITIAL, List.of(update -> 1.0, update -> norm));

        assertThat(measured.admit(main(claim(TRAINED, 1)), INITIAL).code()).isEqualTo(code);
    }

    /** A client that gives the scored view nothing to read, by giving the other base what that view is measured from. */
    @ParameterizedTest
    @CsvSource({
        "AUTO, OK, OK",
        "GLOBAL, OK, ZERO_UPDATE",
        "INITIAL, ZERO_UPDATE, OK",
    })
    void admit_emptyFeatureOfTheScoredBase_isAZeroUpdate(DeltaBase base, ReplyCode main, ReplyCode shadow) {
        LoraAdapter global = Adapters.shifted(INITIAL, 1f);
        Gate measured = gate(base, update -> Math.abs(update.at(8)));
        LoraAdapter elsewhere = Adapters.shifted(global, 0.5f);

        assertThat(measured.admit(main(claim(with(elsewhere, 8, INITIAL.at(8)), 1)), global)
                        .code())
                .isEqualTo(main);
        assertThat(measured.admit(both(claim(elsewhere, 1), claim(with(elsewhere, 8, global.at(8)), 1)), global)
                        .code())
                .isEqualTo(shadow);
    }

    @ParameterizedTest
    @EnumSource(DeltaBase.class)
    void admit_unchangedFeature_isAZeroUpdateWhateverTheBase(DeltaBase base) {
        LoraAdapter global = Adapters.shifted(INITIAL, 1f);
        LoraAdapter lazy = with(Adapters.shifted(global, 0.5f), 8, global.at(8));

        assertThat(gate(base, update -> Math.abs(update.at(8)))
                        .admit(main(claim(lazy, 1)), global)
                        .code())
                .isEqualTo(ReplyCode.ZERO_UPDATE);
    }

    @Test
    void admit_differenceFromTheScoredBaseThatOverflows_isNonFinite() {
        Gate measured = gate(DeltaBase.INITIAL, LoraUpdate::norm);
        LoraAdapter first = with(INITIAL, 3, -Float.MAX_VALUE);
        Gate far = new Gate(settings(DeltaBase.INITIAL), first, List.of());

        assertThat(measured.admit(main(claim(poisoned(Float.MAX_VALUE), 1)), INITIAL)
                        .code())
                .isEqualTo(ReplyCode.OK);
        assertThat(far.admit(main(claim(poisoned(Float.MAX_VALUE), 1)), INITIAL).code())
                .isEqualTo(ReplyCode.NON_FINITE);
    }

    @ParameterizedTest
    @CsvSource({
        "OK, OK, OK",
        "OK, NO_REPLY, MISSING_EVIDENCE",
        "NO_REPLY, OK, MISSING_EVIDENCE",
        "NO_REPLY, NO_REPLY, NO_REPLY",
        "BAD_SHAPE, NO_REPLY, BAD_SHAPE",
        "NO_REPLY, BAD_KEYS, BAD_KEYS",
        "OK, BAD_DTYPE, BAD_DTYPE",
        "BAD_SHAPE, BAD_KEYS, BAD_KEYS"
    })
    void admit_twoTasks_firstCodeCounts(ReplyCode main, ReplyCode shadow, ReplyCode expected) {
        assertThat(gate.admit(both(answer(main), answer(shadow)), INITIAL).code())
                .isEqualTo(expected);
    }

    @Test
    void admit_nanInTheShadowOnly_isNonFinite() {
        assertThat(gate.admit(both(claim(TRAINED, 1), claim(poisoned(Float.NaN), 1)), INITIAL)
                        .code())
                .isEqualTo(ReplyCode.NON_FINITE);
    }

    @Test
    void admit_nanBesideMissingEvidence_isNonFiniteFirst() {
        assertThat(gate.admit(both(claim(poisoned(Float.NaN), 0), Optional.empty()), INITIAL)
                        .code())
                .isEqualTo(ReplyCode.NON_FINITE);
    }

    @Test
    void admit_differenceThatOverflows_isNonFinite() {
        LoraAdapter global = poisoned(Float.MAX_VALUE);

        assertThat(gate.admit(main(claim(poisoned(-Float.MAX_VALUE), 1)), global)
                        .code())
                .isEqualTo(ReplyCode.NON_FINITE);
    }

    @Test
    void admit_withoutScreening_looksAtTheFormOnly() {
        Admission.Admitted poisoned = (Admission.Admitted) lax.admit(main(claim(poisoned(Float.NaN), -3)), INITIAL);
        Admission.Admitted greedy = (Admission.Admitted) lax.admit(main(claim(INITIAL, 1_000_000)), INITIAL);

        assertThat(poisoned.cappedExamples()).isZero();
        assertThat(greedy.cappedExamples()).isEqualTo(1_000_000);
        assertThat(lax.admit(main(answer(ReplyCode.BAD_KEYS)), INITIAL).code()).isEqualTo(ReplyCode.BAD_KEYS);
        assertThat(lax.admit(main(Optional.empty()), INITIAL).code()).isEqualTo(ReplyCode.NO_REPLY);
    }

    @Test
    void admit_refusal_saysWhyInOneLine() {
        Admission.Refused refused = (Admission.Refused) gate.admit(main(claim(TRAINED, -7)), INITIAL);

        assertThat(refused.detail()).isEqualTo("number of examples was -7");
        assertThat(refused.claimedExamples()).hasValue(-7);
    }

    @Test
    void admit_hostileContentInEitherTask_neverThrows() {
        Random dice = new Random(11);
        ReplyReader reader = new ReplyReader(Adapters.LAYOUT);
        for (int i = 0; i < 1000; i++) {
            Optional<DecodeResult> main = Optional.of(reader.read(HostileContent.random(dice, INITIAL)));
            Optional<DecodeResult> shadow = Optional.of(reader.read(HostileContent.random(dice, INITIAL)));

            assertThat(gate.admit(both(main, shadow), INITIAL)).isNotNull();
            assertThat(lax.admit(main(main), INITIAL)).isNotNull();
        }
        assertThat(reader.read(Replies.honest(TRAINED, 1))).isInstanceOf(DecodeResult.Claimed.class);
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GateSettings(true, Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GateSettings(true, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GateSettings(true, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Admission.Refused(1, ReplyCode.OK, "", OptionalLong.empty(), Optional.empty()));
    }

    private static Gate gate(DeltaBase base, ViewNorm view) {
        return new Gate(settings(base), INITIAL, List.of(view));
    }

    private static GateSettings settings(DeltaBase base) {
        return new GateSettings(true, EvidencePolicy.REJECT, 1e-12, OptionalLong.of(48), base);
    }

    private static LoraAdapter poisoned(float value) {
        return with(TRAINED, 3, value);
    }

    private static LoraAdapter with(LoraAdapter adapter, int index, float value) {
        float[] values = adapter.toArray();
        values[index] = value;
        return LoraAdapter.wrap(Adapters.LAYOUT, values);
    }

    private static NodeReplies main(Optional<DecodeResult> main) {
        return new NodeReplies(2, main, Optional.empty(), false);
    }

    private static NodeReplies both(Optional<DecodeResult> main, Optional<DecodeResult> shadow) {
        return new NodeReplies(2, main, shadow, true);
    }

    private static Optional<DecodeResult> answer(ReplyCode code) {
        return code == ReplyCode.OK ? claim(TRAINED, 1) : Optional.of(new DecodeResult.Malformed(code, "a detail"));
    }

    private static Optional<DecodeResult> claim(LoraAdapter adapter, long examples) {
        return Optional.of(new DecodeResult.Claimed(
                ClaimedUpdate.wrap(adapter.layout(), adapter.toArray(), OptionalLong.of(examples))));
    }
}
