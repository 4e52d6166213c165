package io.safefedllm.strategy.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.Reports;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import io.safefedllm.strategy.gate.Gate;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.ReportRules;
import io.safefedllm.strategy.gate.ReportedSteps;
import io.safefedllm.strategy.gate.StepNeed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EvidenceCollectorTest {
    private static final AdapterLayout KEYS =
            AdapterLayout.of(List.of(Adapters.LAYOUT.tensor(Adapters.name("lora_B"))));
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final LoraUpdate MAIN = update(1f);
    private static final LoraUpdate SHADOW = update(2f);
    private static final StepScores STEP_ONE = new StepScores(TaskKind.SHADOW, 1, List.of(score("v", 0.1, false)));

    @Test
    void collect_reply_isOneRecordOfTheSubmittedUpdate() {
        Evidence evidence = collector(EvidenceSource.REPLY, false, true, false).collect(admitted(Optional.empty()));

        assertThat(evidence.steps()).containsExactly(record(TaskKind.MAIN, 1, MAIN));
        assertThat(evidence.totalSteps()).isEqualTo(1);
        assertThat(evidence.main()).isEmpty();
        assertThat(evidence.isShadow()).isFalse();
    }

    @Test
    void collect_dispatch_isOneRecordOfTheShadowUpdateWithTheMainBeside() {
        Evidence evidence =
                collector(EvidenceSource.DISPATCH, true, true, false).collect(admitted(Optional.of(SHADOW)));

        assertThat(evidence.steps()).containsExactly(record(TaskKind.SHADOW, 1, SHADOW));
        assertThat(evidence.main()).hasValue(record(TaskKind.MAIN, 1, MAIN));
        assertThat(evidence.isShadow()).isTrue();
        assertThat(evidence.last()).hasValue(record(TaskKind.SHADOW, 1, SHADOW));
    }

    @Test
    void collect_withoutAlsoMain_leavesTheSubmittedUpdateOut() {
        assertThat(collector(EvidenceSource.DISPATCH, true, false, false)
                        .collect(admitted(Optional.of(SHADOW)))
                        .main())
                .isEmpty();
    }

    @Test
    void collect_shadowThatNeverCame_isNoRecord() {
        Evidence evidence = collector(EvidenceSource.AUTO, true, true, false).collect(admitted(Optional.empty()));

        assertThat(evidence.steps()).isEmpty();
        assertThat(evidence.isUsable()).isFalse();
    }

    @Test
    void collect_noShadowAskedAtTheEvidenceLevel_takesTheMainRun() {
        Evidence evidence = collector(EvidenceSource.AUTO, true, true, false)
                .collect(admitted(Optional.empty()), false, RunScores.NONE, RunScores.NONE);

        assertThat(evidence.steps()).containsExactly(record(TaskKind.MAIN, 1, MAIN));
        assertThat(evidence.main()).isEmpty();
    }

    @Test
    void collect_otherDeltaBase_scoresTheJudgedUpdate() {
        LoraUpdate judged = update(5f);
        Admission.Admitted admitted = new Admission.Admitted(1, MAIN, judged, Optional.empty(), OptionalLong.of(1), 1);

        assertThat(collector(EvidenceSource.REPLY, false, true, false)
                        .collect(admitted)
                        .steps())
                .containsExactly(record(TaskKind.MAIN, 1, judged));
    }

    @Test
    void collect_report_scoresEveryStepInOrder() {
        EvidenceCollector collector = collector(EvidenceSource.AUTO, false, true, false);
        RunScores scores = collector.score(TaskKind.MAIN, reported());

        Evidence evidence = collector.collect(admitted(Optional.empty()), false, scores, RunScores.NONE);

        assertThat(evidence.totalSteps()).isEqualTo(2);
        assertThat(evidence.steps()).extracting(StepScores::step).containsExactly(1, 2);
        assertThat(evidence.steps().get(1).views().get(0).norm())
                .isEqualTo(LoraUpdate.wrap(KEYS, filled(1f)).norm());
    }

    @Test
    void collect_autoWithoutARecord_fallsBackToOneStep() {
        EvidenceCollector collector = collector(EvidenceSource.AUTO, false, true, false);
        RunScores scores = collector.score(TaskKind.MAIN, bare(false));

        assertThat(scores).isEqualTo(RunScores.NONE);
        assertThat(collector
                        .collect(admitted(Optional.empty()), false, scores, RunScores.NONE)
                        .totalSteps())
                .isEqualTo(1);
    }

    @Test
    void collect_reportWithoutARecord_hasNoSteps() {
        EvidenceCollector collector = collector(EvidenceSource.REPORT, false, true, true);
        RunScores scores = collector.score(TaskKind.MAIN, bare(true));

        Evidence evidence = collector.collect(admitted(Optional.empty()), false, scores, RunScores.NONE);

        assertThat(evidence.steps()).isEmpty();
        assertThat(evidence.last()).isEmpty();
        assertThat(evidence.totalSteps()).isEqualTo(2);
    }

    @Test
    void secondOpinion_thatIsHarmful_makesSuspiciousAndNothingElse() {
        SecondOpinions gram = update -> List.of(score("gram_v", 0.9, true), score("layer_b:7", 0.1, false));
        EvidenceCollector collector =
                new EvidenceCollector(settings(EvidenceSource.REPLY, false, true), Optional.empty(), scorer(), gram);

        Evidence evidence = collector.collect(admitted(Optional.empty()));

        assertThat(evidence.isSuspicious()).isTrue();
        assertThat(evidence.all()).noneMatch(StepScores::isHarmful);
        assertThat(collector.secondOpinions(MAIN)).hasSize(2);
        assertThat(collector.secondOpinions(update(Float.NaN))).isEmpty();
        assertThat(collector(EvidenceSource.REPLY, false, true, false)
                        .collect(admitted(Optional.empty()))
                        .isSuspicious())
                .isFalse();
    }

    @Test
    void evidence_withoutASingleStepInARun_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Evidence(List.of(), 0, Optional.empty()));
        assertThat(new Evidence(List.of(STEP_ONE), 3, Optional.empty()).last()).isEmpty();
    }

    @Test
    void source_keys_areThoseOfTheSettings() {
        assertThat(EvidenceSource.keys()).containsExactly("auto", "dispatch", "reply", "report");
        assertThat(EvidenceSource.named("report")).hasValue(EvidenceSource.REPORT);
        assertThat(EvidenceSource.named("Report")).isEmpty();
    }

    @Test
    void settings_rateOutOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceSettings(true, true, OptionalDouble.of(0)));
    }

    private static ReportedSteps reported() {
        LoraAdapter trained = Adapters.shifted(INITIAL, 1f);
        ClaimedUpdate claim = Reports.claim(
                trained,
                Reports.record(IssuedAdapter.of(INITIAL), TaskKind.MAIN, KEYS, List.of(filled(0.5f), filled(1f)))
                        .build());
        return gate(false).examine(claim, TaskKind.MAIN, IssuedAdapter.of(INITIAL));
    }

    private static ReportedSteps bare(boolean required) {
        ClaimedUpdate claim = ClaimedUpdate.wrap(
                Adapters.LAYOUT, Adapters.shifted(INITIAL, 1f).toArray(), OptionalLong.of(1));
        return gate(required).examine(claim, TaskKind.MAIN, IssuedAdapter.of(INITIAL));
    }

    private static Gate gate(boolean required) {
        return new Gate(new GateSettings(true, 1e-12, 10), INITIAL, List.of(), Optional.of(rules(required)));
    }

    private static ReportRules rules(boolean required) {
        return new ReportRules(2, StepNeed.ALL, StepNeed.ALL, required, KEYS, Reports.PROBE);
    }

    private static EvidenceCollector collector(
            EvidenceSource source, boolean dispatch, boolean alsoMain, boolean required) {
        return new EvidenceCollector(
                settings(source, dispatch, alsoMain), Optional.of(rules(required)), scorer(), SecondOpinions.NONE);
    }

    private static EvidenceSettings settings(EvidenceSource source, boolean dispatch, boolean alsoMain) {
        return new EvidenceSettings(source, dispatch, alsoMain, OptionalDouble.empty());
    }

    /** The norm of what was scored tells which update it was. */
    private static UpdateScorer scorer() {
        return update -> List.of(new ViewScore("first_b", update.norm(), 0, new ProbeScore(0.5), 0.8, false));
    }

    private static StepScores record(TaskKind run, int step, LoraUpdate update) {
        return new StepScores(run, step, scorer().score(update));
    }

    private static ViewScore score(String view, double p, boolean harmful) {
        return new ViewScore(view, 1, 0, new ProbeScore(p), 0.8, harmful);
    }

    private static Admission.Admitted admitted(Optional<LoraUpdate> shadow) {
        return new Admission.Admitted(1, MAIN, MAIN, shadow, OptionalLong.of(1), 1);
    }

    private static LoraUpdate update(float value) {
        float[] values = new float[Adapters.LAYOUT.size()];
        Arrays.fill(values, value);
        return LoraUpdate.wrap(Adapters.LAYOUT, values);
    }

    private static float[] filled(float value) {
        float[] values = new float[KEYS.size()];
        Arrays.fill(values, value);
        return values;
    }
}
