package io.safefedllm.strategy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.Reports;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of local steps: codes 5 and 7 to 10 of SF-7.1. */
class ReportGateTest {
    private static final int STEPS = 3;
    private static final AdapterLayout KEYS =
            AdapterLayout.of(List.of(Adapters.LAYOUT.tensor(Adapters.name("lora_B"))));
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final LoraAdapter GLOBAL = Adapters.shifted(INITIAL, 0.25f);
    private static final IssuedAdapter ISSUED = IssuedAdapter.of(GLOBAL);
    private static final LoraAdapter TRAINED = Adapters.shifted(GLOBAL, 0.5f);

    @Test
    void examine_honestRecord_givesEveryStep() {
        ReportedSteps steps = examine(honest().build());

        assertThat(steps.finding()).isEqualTo(StepFinding.FINE);
        assertThat(steps.carried()).isTrue();
        assertThat(steps.steps()).containsExactly(1, 2, 3);
        assertThat(steps.update(1)).isEqualTo(LoraUpdate.wrap(KEYS, filled(0.1f)));
        assertThat(steps.update(3)).isEqualTo(LoraUpdate.wrap(KEYS, filled(0.5f)));
        assertThatIllegalArgumentException().isThrownBy(() -> steps.update(4));
    }

    @ParameterizedTest
    @CsvSource({
        "probe-sha256, other, FINGERPRINT_MISMATCH",
        "base-sha256, other, FINGERPRINT_MISMATCH",
        "lora-a-sha256, other, FINGERPRINT_MISMATCH",
        "run, shadow, BAD_EVIDENCE",
        "run, '', BAD_EVIDENCE",
        "version, one, BAD_EVIDENCE",
        "steps, '1,2,3', BAD_EVIDENCE",
        "keys, all, BAD_EVIDENCE",
        "learning-rate, fast, BAD_EVIDENCE",
        "step-2, values, BAD_EVIDENCE"
    })
    void examine_textInAField_isRefusedWithItsCode(String field, String text, ReplyCode code) {
        assertThat(code(honest().put(field, text).build())).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version",
                "run",
                "steps",
                "keys",
                "probe-sha256",
                "base-sha256",
                "lora-a-sha256",
                "learning-rate",
                "step-1",
                "step-3"
            })
    void examine_fieldThatIsMissing_isRefused(String field) {
        Map<String, Object> fields = new LinkedHashMap<>(honest().build().values());
        fields.remove(field);

        assertThat(code(ConfigRecord.of(fields)))
                .isIn(ReplyCode.BAD_EVIDENCE, ReplyCode.FINGERPRINT_MISMATCH)
                .isEqualTo(field.endsWith("sha256") ? ReplyCode.FINGERPRINT_MISMATCH : ReplyCode.BAD_EVIDENCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1e-5, Double.NaN, Double.POSITIVE_INFINITY})
    void examine_learningRateOutOfRange_isBadEvidence(double rate) {
        assertThat(code(honest().put("learning-rate", rate).build())).isEqualTo(ReplyCode.BAD_EVIDENCE);
    }

    @ParameterizedTest
    @CsvSource({
        "1 1 2 3, BAD_EVIDENCE",
        "0 1 2 3, BAD_EVIDENCE",
        "1 2 3 4, BAD_EVIDENCE",
        "-1 2 3, BAD_EVIDENCE",
        "9223372036854775807, BAD_EVIDENCE",
        "1 3, MISSING_EVIDENCE",
        "1 2, MISSING_EVIDENCE",
        "3 1 2, OK"
    })
    void examine_listOfSteps_mustBeDistinctInsideTAndComplete(String ids, ReplyCode code) {
        assertThat(code(withSteps(ids))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"3, OK", "1 3, OK", "1 2, MISSING_EVIDENCE", "'', MISSING_EVIDENCE"})
    void examine_levelThatNeedsTheLastStep_isContentWithIt(String ids, ReplyCode code) {
        Gate gate = gate(EvidencePolicy.REJECT, StepNeed.LAST, StepNeed.NONE, true, DeltaBase.AUTO);

        assertThat(gate.examine(claim(withSteps(ids)), TaskKind.MAIN, ISSUED)
                        .finding()
                        .code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20, 23, 25, 28, 4000})
    void examine_stepOfAnotherSize_isBadEvidence(int bytes) {
        assertThat(code(honest().put("step-2", new byte[bytes]).build())).isEqualTo(ReplyCode.BAD_EVIDENCE);
    }

    @Test
    void examine_stepThatIsNotListed_isBadEvidence() {
        assertThat(code(honest().put("step-4", Reports.bytes(filled(1f))).build()))
                .isEqualTo(ReplyCode.BAD_EVIDENCE);
        assertThat(code(honest().put("step-x", "noise").build())).isEqualTo(ReplyCode.BAD_EVIDENCE);
    }

    @Test
    void examine_keysOfOtherTensors_areBadEvidence() {
        assertThat(code(honest().put("keys", List.of(Adapters.name("lora_A"))).build()))
                .isEqualTo(ReplyCode.BAD_EVIDENCE);
        assertThat(code(honest().put("keys", List.of()).build())).isEqualTo(ReplyCode.BAD_EVIDENCE);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void examine_stepThatIsNotFinite_isNonFiniteBeforeAnythingElse(float poison) {
        float[] values = filled(0.1f);
        values[5] = poison;

        assertThat(code(honest().put("step-1", Reports.bytes(values))
                        .put("probe-sha256", "other")
                        .put("version", 7)
                        .build()))
                .isEqualTo(ReplyCode.NON_FINITE);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0009, OK",
        "0.9991, OK",
        "1.0011, EVIDENCE_MISMATCH",
        "0.9989, EVIDENCE_MISMATCH",
        "-1, EVIDENCE_MISMATCH"
    })
    void examine_lastStepAroundTheTolerance_isBoundToTheUpdate(float factor, ReplyCode code) {
        assertThat(code(honest().put("step-3", Reports.bytes(filled(0.5f * factor)))
                        .build()))
                .isEqualTo(code);
    }

    @Test
    void examine_noRecord_isMissingOnlyWhereOneIsRequired() {
        ClaimedUpdate bare = ClaimedUpdate.wrap(Adapters.LAYOUT, TRAINED.toArray(), OptionalLong.of(1));
        Gate auto = gate(EvidencePolicy.REJECT, StepNeed.ALL, StepNeed.NONE, false, DeltaBase.AUTO);

        ReportedSteps required = gate().examine(bare, TaskKind.MAIN, ISSUED);
        ReportedSteps optional = auto.examine(bare, TaskKind.MAIN, ISSUED);

        assertThat(required.finding().code()).isEqualTo(ReplyCode.MISSING_EVIDENCE);
        assertThat(optional.finding()).isEqualTo(StepFinding.FINE);
        assertThat(optional.carried()).isFalse();
    }

    @Test
    void examine_autoWithABrokenRecord_doesNotFallBack() {
        Gate auto = gate(EvidencePolicy.REJECT, StepNeed.ALL, StepNeed.NONE, false, DeltaBase.AUTO);

        ReportedSteps steps =
                auto.examine(claim(honest().put("probe-sha256", "x").build()), TaskKind.MAIN, ISSUED);

        assertThat(steps.finding().code()).isEqualTo(ReplyCode.FINGERPRINT_MISMATCH);
        assertThat(steps.carried()).isTrue();
    }

    @Test
    void examine_runThatTheLevelDoesNotNeed_isIgnored() {
        ReportedSteps steps = gate().examine(claim(honest().put("run", "x").build()), TaskKind.SHADOW, ISSUED);

        assertThat(steps.carried()).isFalse();
        assertThat(steps.finding()).isEqualTo(StepFinding.FINE);
    }

    @Test
    void examine_shadowRun_isBoundToTheShadowAdapterAndTheFirstOne() {
        Gate gate = gate(EvidencePolicy.REJECT, StepNeed.NONE, StepNeed.ALL, true, DeltaBase.AUTO);
        LoraAdapter shadow = Adapters.shifted(INITIAL, 0.5f);
        List<float[]> steps = List.of(filled(0.1f), filled(0.2f), filled(0.5f));
        ConfigRecord right = Reports.record(IssuedAdapter.of(INITIAL), TaskKind.SHADOW, KEYS, steps)
                .build();
        ConfigRecord wrongBase =
                Reports.record(ISSUED, TaskKind.SHADOW, KEYS, steps).build();

        assertThat(gate.examine(Reports.claim(shadow, right), TaskKind.SHADOW, ISSUED)
                        .finding())
                .isEqualTo(StepFinding.FINE);
        assertThat(gate.examine(Reports.claim(shadow, wrongBase), TaskKind.SHADOW, ISSUED)
                        .finding()
                        .code())
                .isEqualTo(ReplyCode.FINGERPRINT_MISMATCH);
    }

    @Test
    void examine_otherDeltaBase_movesTheSteps() {
        Gate initial = gate(EvidencePolicy.REJECT, StepNeed.ALL, StepNeed.ALL, true, DeltaBase.INITIAL);

        LoraUpdate step =
                initial.examine(claim(honest().build()), TaskKind.MAIN, ISSUED).update(3);

        assertThat(step).isEqualTo(LoraUpdate.wrap(KEYS, filled(0.75f)));
    }

    @Test
    void examine_trust_takesWhatCanBeReadAndChecksNothing() {
        Gate gate = gate(EvidencePolicy.TRUST, StepNeed.ALL, StepNeed.NONE, true, DeltaBase.AUTO);
        ConfigRecord forged = honest().put("probe-sha256", "other")
                .put("base-sha256", "other")
                .put("step-2", new byte[3])
                .put("step-3", Reports.bytes(filled(Float.NaN)))
                .build();
        ConfigRecord useless = honest().put("keys", List.of("a")).build();

        ReportedSteps steps = gate.examine(claim(forged), TaskKind.MAIN, ISSUED);

        assertThat(steps.finding()).isEqualTo(StepFinding.FINE);
        assertThat(steps.steps()).containsExactly(1, 3);
        assertThat(gate.examine(claim(useless), TaskKind.MAIN, ISSUED).steps()).isEmpty();
        assertThat(gate.examine(claim(useless), TaskKind.MAIN, ISSUED).carried())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(EvidencePolicy.class)
    void examine_anythingAtAll_neverThrows(EvidencePolicy policy) {
        Random dice = new Random(5);
        Gate gate = gate(policy, StepNeed.ALL, StepNeed.LAST, true, DeltaBase.INITIAL);
        int scored = 0;
        for (int i = 0; i < 3000; i++) {
            TaskKind run = dice.nextBoolean() ? TaskKind.MAIN : TaskKind.SHADOW;
            ReportedSteps steps = gate.examine(claim(hostile(dice)), run, ISSUED);
            for (int step : steps.steps()) {
                assertThat(steps.update(step).layout()).isEqualTo(KEYS);
                scored++;
            }
        }
        assertThat(scored).isPositive();
    }

    private static ConfigRecord hostile(Random dice) {
        Map<String, Object> fields = new LinkedHashMap<>(honest().build().values());
        List<String> names = new ArrayList<>(fields.keySet());
        names.addAll(List.of("step-", "step-0", "step--1", "step-99999999999999999999", "step-01", "\u0000", ""));
        for (int changes = dice.nextInt(4); changes > 0; changes--) {
            String name = names.get(dice.nextInt(names.size()));
            if (dice.nextInt(4) == 0) {
                fields.remove(name);
            } else {
                fields.put(name, junk(dice));
            }
        }
        return ConfigRecord.of(fields);
    }

    private static Object junk(Random dice) {
        byte[] bytes = new byte[dice.nextInt(60)];
        dice.nextBytes(bytes);
        return switch (dice.nextInt(8)) {
            case 0 -> dice.nextLong();
            case 1 -> Double.NaN;
            case 2 -> Bytes.copyOf(bytes);
            case 3 -> List.of();
            case 4 -> List.of(dice.nextLong(), 1L);
            case 5 -> List.of(Bytes.copyOf(bytes));
            case 6 -> List.of("x".repeat(dice.nextInt(50)));
            default -> true;
        };
    }

    @Test
    void binding_ofZeroUpdates_holdsAndOfNan_doesNot() {
        assertThat(EvidenceBinding.matches(new float[2], new float[2])).isTrue();
        assertThat(EvidenceBinding.matches(new float[] {Float.NaN, 0}, new float[] {1, 0}))
                .isFalse();
        assertThat(EvidenceBinding.matches(new float[] {1, 0}, new float[] {Float.NaN, 0}))
                .isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> EvidenceBinding.matches(new float[1], new float[2]));
    }

    @Test
    void rules_withoutAStep_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReportRules(0, StepNeed.ALL, StepNeed.ALL, true, KEYS, Reports.PROBE));
    }

    private static ReplyCode code(ConfigRecord record) {
        return examine(record).finding().code();
    }

    private static ReportedSteps examine(ConfigRecord record) {
        return gate().examine(claim(record), TaskKind.MAIN, ISSUED);
    }

    private static ClaimedUpdate claim(ConfigRecord record) {
        return Reports.claim(TRAINED, record);
    }

    private static ConfigRecord withSteps(String ids) {
        List<Long> steps = ids.isEmpty()
                ? List.of()
                : Arrays.stream(ids.split(" ")).map(Long::valueOf).toList();
        Map<String, Object> fields = new LinkedHashMap<>(honest().build().values());
        fields.keySet().removeIf(name -> name.startsWith("step-"));
        fields.put("steps", steps);
        steps.forEach(step -> fields.put("step-" + step, Bytes.copyOf(Reports.bytes(filled(0.5f)))));
        return ConfigRecord.of(fields);
    }

    private static ConfigRecord.Builder honest() {
        return Reports.record(ISSUED, TaskKind.MAIN, KEYS, List.of(filled(0.1f), filled(0.2f), filled(0.5f)));
    }

    private static float[] filled(float value) {
        float[] values = new float[KEYS.size()];
        Arrays.fill(values, value);
        return values;
    }

    private static Gate gate() {
        return gate(EvidencePolicy.REJECT, StepNeed.ALL, StepNeed.NONE, true, DeltaBase.AUTO);
    }

    private static Gate gate(EvidencePolicy policy, StepNeed main, StepNeed shadow, boolean required, DeltaBase base) {
        return new Gate(
                new GateSettings(true, policy, 1e-12, OptionalLong.empty(), base),
                INITIAL,
                List.of(),
                Optional.of(new ReportRules(STEPS, main, shadow, required, KEYS, Reports.PROBE)));
    }
}
