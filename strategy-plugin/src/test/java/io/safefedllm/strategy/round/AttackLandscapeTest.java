package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.Reports;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.ViewNorm;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attacks that the hardened firewall is there for (SF-7.1, 7.2, 7.6, 7.7), each played twice: paper-faithful mode falls
 * for it, hardened mode does not.
 *
 * <p>Adapters have two layers. Stand-ins for probes call an update harmful when the LoRA B elements of their layers have a
 * negative sum; four honest clients send small positive updates. The attacker is node 9.
 */
class AttackLandscapeTest {
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec(name(0, "lora_A"), List.of(1, 2)),
            new TensorSpec(name(0, "lora_B"), List.of(2, 1)),
            new TensorSpec(name(1, "lora_A"), List.of(1, 2)),
            new TensorSpec(name(1, "lora_B"), List.of(2, 1))));
    private static final AdapterLayout KEYS =
            AdapterLayout.of(List.of(LAYOUT.tensor(name(0, "lora_B")), LAYOUT.tensor(name(1, "lora_B"))));
    private static final LoraAdapter GLOBAL = LoraAdapter.wrap(LAYOUT, new float[] {1, 2, 0, 0, 3, 4, 0, 0});
    private static final long ATTACKER = 9;
    private static final long EXAMPLES = 40;
    private static final int STEPS = 2;
    private static final String PAPER = "paper-faithful";
    private static final String HARDENED = "hardened";
    private static final float[] LAYER_0 = {0, 0, 1, 1, 0, 0, 0, 0};
    private static final float[] LAYER_1 = {0, 0, 0, 0, 0, 0, 1, 1};
    private static final float[] EVERYWHERE = {1, 1, 1, 1, 1, 1, 1, 1};

    private final Path spool;

    AttackLandscapeTest(@TempDir Path spool) {
        this.spool = spool;
    }

    @Test
    void nanInjection_inTheAdapter_countsInThePaperAndIsRefusedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, Float.NaN), EXAMPLES);

        assertThat(attacker(play(PAPER, "client", attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(play(HARDENED, "client", attack)).code()).isEqualTo(ReplyCode.NON_FINITE);
        assertThat(attacker(play(HARDENED, "client", attack)).weight()).isZero();
    }

    @Test
    void hugeExampleCount_ownsTheMeanOfThePaperAndIsCutHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, 0.4f), 1_000_000_000_000L);

        assertThat(share(play(PAPER, "client", attack))).isGreaterThan(0.999);
        assertThat(share(play(HARDENED, "client", attack))).isLessThanOrEqualTo(0.45);
        assertThat(attacker(play(HARDENED, "client", attack)).code())
                .as("cut, not punished")
                .isEqualTo(ReplyCode.OK);
    }

    @Test
    void emptyClaim_keepsASeatInTheMeanWeightOfThePaperAndIsRefusedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, 0.1f), -EXAMPLES);

        assertThat(attacker(play(PAPER, "client", attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(play(HARDENED, "client", attack)).code()).isEqualTo(ReplyCode.BAD_NUM_EXAMPLES);
    }

    @Test
    void sybils_sendingOneUpdate_haveHalfThePaperAndOneSeatHardened() {
        List<Reply> replies = new ArrayList<>(honest());
        for (long node = 20; node < 24; node++) {
            replies.add(new Reply(node, TaskKind.MAIN, Replies.honest(moved(EVERYWHERE, 0.1f), EXAMPLES)));
        }

        assertThat(shareFrom(play(PAPER, "client", Map.of(), replies), 20)).isEqualTo(0.5);
        assertThat(shareFrom(play(HARDENED, "client", Map.of(), replies), 20)).isEqualTo(0.2);
    }

    @Test
    void boosting_timesFive_dragsThePaperAndIsClippedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, 0.5f), EXAMPLES);

        assertThat(pull(play(PAPER, "client", attack))).isGreaterThan(0.17);
        RoundReport hardened = play(HARDENED, "client", attack);
        assertThat(pull(hardened)).isLessThan(0.11);
        assertThat(attacker(hardened).clip()).isLessThan(0.25);
    }

    @Test
    void boosting_timesThousand_replacesTheModelOfThePaperAndIsRefusedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, 100f), EXAMPLES);

        assertThat(pull(play(PAPER, "client", attack))).isGreaterThan(19);
        RoundReport hardened = play(HARDENED, "client", attack);
        assertThat(attacker(hardened).code()).isEqualTo(ReplyCode.OVERSIZED);
        assertThat(pull(hardened)).isLessThan(0.11);
    }

    @Test
    void boosting_byAMajorityAtOnce_jumpsInThePaperAndGrowsTwofoldHardened() {
        assertThat(secondPull(PAPER)).isGreaterThan(0.4);
        assertThat(secondPull(HARDENED)).isLessThan(0.21);
    }

    /** How far the second round goes in which three of five clients send updates eight times as long as before. */
    private double secondPull(String mode) {
        RoundEngine engine = engine(mode, "client", Map.of());
        play(engine, 1, replies(0.1f, 0.11f, 0.09f, 0.1001f, 0.1002f));
        return pull(play(engine, 2, replies(0.102f, 0.112f, 0.8f, 0.81f, 0.82f)));
    }

    private static List<Reply> replies(float... lengths) {
        List<Reply> replies = new ArrayList<>();
        for (float length : lengths) {
            replies.add(
                    new Reply(1 + replies.size(), TaskKind.MAIN, Replies.honest(moved(EVERYWHERE, length), EXAMPLES)));
        }
        return replies;
    }

    @Test
    void replay_ofAnOldUpdate_countsAgainInThePaperAndIsRefusedHardened() {
        assertThat(replayed(PAPER).weight()).isGreaterThan(0.9);
        assertThat(replayed(HARDENED).code()).isEqualTo(ReplyCode.REPLAYED);
        assertThat(replayed(HARDENED).weight()).isZero();
    }

    private ClientReport replayed(String mode) {
        RoundEngine engine = engine(mode, "client", Map.of());
        Reply same = new Reply(ATTACKER, TaskKind.MAIN, Replies.honest(moved(EVERYWHERE, 0.1f), EXAMPLES));
        play(engine, 1, List.of(same));
        return attacker(play(engine, 2, List.of(same)));
    }

    @Test
    void forgedEvidence_cleanStepsOverAHarmfulUpdate_foolThePaperAndAreBoundHardened() {
        ConfigRecord clean = evidence(0.05f, 0.1f).build();
        RecordDict attack = Reports.reply(moved(EVERYWHERE, -0.1f), EXAMPLES, clean);

        assertThat(attacker(report(PAPER, attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(report(HARDENED, attack)).code()).isEqualTo(ReplyCode.EVIDENCE_MISMATCH);
    }

    @Test
    void silence_noRecordOfTheSteps_isTrustedInThePaperAndRefusedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, -0.1f), EXAMPLES);

        assertThat(attacker(report(PAPER, attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(report(HARDENED, attack)).code()).isEqualTo(ReplyCode.MISSING_EVIDENCE);
    }

    @Test
    void silence_noAnswerToTheShadowTask_isTrustedInThePaperAndRefusedHardened() {
        RecordDict attack = Replies.honest(moved(EVERYWHERE, -0.1f), EXAMPLES);

        assertThat(attacker(play(PAPER, "shadow", attack)).weight()).isEqualTo(1);
        assertThat(attacker(play(HARDENED, "shadow", attack)).code()).isEqualTo(ReplyCode.MISSING_EVIDENCE);
    }

    @Test
    void staleEvidence_madeFromAnotherAdapter_isTakenInThePaperAndRefusedHardened() {
        ConfigRecord stale =
                evidence(0.05f, 0.1f).put("base-sha256", "0".repeat(64)).build();
        RecordDict attack = Reports.reply(moved(EVERYWHERE, 0.1f), EXAMPLES, stale);

        assertThat(attacker(report(PAPER, attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(report(HARDENED, attack)).code()).isEqualTo(ReplyCode.FINGERPRINT_MISMATCH);
    }

    @Test
    void dilutedEvidence_cleanStepsBeyondTheLast_areTakenInThePaperAndRefusedHardened() {
        ConfigRecord diluted = evidence(0.05f, 0.1f, 0.1f, 0.1f).build();
        RecordDict attack = Reports.reply(moved(EVERYWHERE, 0.1f), EXAMPLES, diluted);

        assertThat(attacker(report(PAPER, attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(report(HARDENED, attack)).code()).isEqualTo(ReplyCode.BAD_EVIDENCE);
    }

    @Test
    void nanEvidence_besideAHarmfulUpdate_blindsThePaperAndIsRefusedHardened() {
        ConfigRecord blind = evidence(Float.NaN, Float.NaN).build();
        RecordDict attack = Reports.reply(moved(EVERYWHERE, -0.1f), EXAMPLES, blind);

        assertThat(attacker(report(PAPER, attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(report(HARDENED, attack)).code()).isEqualTo(ReplyCode.NON_FINITE);
    }

    @Test
    void zeroedFirstLayer_harmAboveIt_isUnseenByThePaperAndRefusedHardened() {
        RecordDict attack = Replies.honest(moved(LAYER_1, -0.1f), EXAMPLES);

        assertThat(attacker(play(PAPER, "client", attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(play(HARDENED, "client", attack)).code()).isEqualTo(ReplyCode.ZERO_UPDATE);
    }

    @Test
    void cleanFirstLayer_harmAboveIt_isUnseenByThePaperAndByOneViewMoreHardened() {
        float[] values = GLOBAL.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.1f * LAYER_0[i] - 0.1f * LAYER_1[i];
        }
        RecordDict attack = Replies.honest(LoraAdapter.wrap(LAYOUT, values), EXAMPLES);

        assertThat(attacker(play(PAPER, "client", attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(play(HARDENED, "client", attack)).reason()).isEqualTo("HARMFUL");
        assertThat(attacker(play(HARDENED, "client", attack)).weight()).isZero();
    }

    @Test
    void freeRider_returningTheAdapterAsItCame_countsInThePaperAndIsRefusedHardened() {
        RecordDict attack = Replies.honest(GLOBAL, EXAMPLES);

        assertThat(attacker(play(PAPER, "client", attack)).weight()).isGreaterThan(0.9);
        assertThat(attacker(play(HARDENED, "client", attack)).code()).isEqualTo(ReplyCode.ZERO_UPDATE);
    }

    @Test
    void honestClients_withReports_areFineInBothModes() {
        for (String mode : List.of(PAPER, HARDENED)) {
            RoundReport report = report(
                    mode,
                    Reports.reply(
                            moved(EVERYWHERE, 0.1f),
                            EXAMPLES,
                            evidence(0.05f, 0.1f).build()));

            assertThat(report.clients()).extracting(ClientReport::code).containsOnly(ReplyCode.OK);
            assertThat(report.skipped()).isEmpty();
            assertThat(attacker(report).scores()).hasSize(STEPS);
        }
    }

    private record Reply(long node, TaskKind task, RecordDict content) {}

    /** Four clients whose updates differ a little, in both runs. */
    private static List<Reply> honest() {
        List<Reply> replies = new ArrayList<>();
        for (long node = 1; node <= 4; node++) {
            float step = 0.1f + 0.001f * node;
            for (TaskKind task : TaskKind.values()) {
                replies.add(new Reply(node, task, Replies.honest(moved(EVERYWHERE, step), EXAMPLES)));
            }
        }
        return replies;
    }

    private static List<Reply> with(RecordDict attack) {
        List<Reply> replies = new ArrayList<>(honest());
        replies.add(new Reply(ATTACKER, TaskKind.MAIN, attack));
        return replies;
    }

    private RoundReport play(String mode, String level, RecordDict attack) {
        return play(mode, level, Map.of(), with(attack));
    }

    private RoundReport play(String mode, String level, Map<String, Object> more, List<Reply> replies) {
        return play(engine(mode, level, more), 1, replies);
    }

    /** A round of the step level in which every client reports its steps. */
    private RoundReport report(String mode, RecordDict attack) {
        List<Reply> replies = new ArrayList<>();
        for (long node = 1; node <= 4; node++) {
            float step = 0.1f + 0.001f * node;
            replies.add(new Reply(
                    node,
                    TaskKind.MAIN,
                    Reports.reply(
                            moved(EVERYWHERE, step),
                            EXAMPLES,
                            evidence(step / 2, step).build())));
        }
        replies.add(new Reply(ATTACKER, TaskKind.MAIN, attack));
        return play(mode, "step", Map.of("safe-fedllm.evidence.source", "report"), replies);
    }

    private RoundReport play(RoundEngine engine, int round, List<Reply> replies) {
        List<Long> nodes = replies.stream().map(Reply::node).distinct().toList();
        OpenRound open = engine.open(new ServerRound(round), GLOBAL, nodes, spool);
        for (Reply reply : replies) {
            open.reply(reply.node(), reply.task(), message(reply.content()));
        }
        return open.finish(0);
    }

    private static RoundEngine engine(String mode, String level, Map<String, Object> more) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("safe-fedllm.mode", mode);
        values.put("safe-fedllm.level", level);
        values.put("safe-fedllm.local.steps", (long) STEPS);
        values.put("safe-fedllm.local.batch-size", EXAMPLES / STEPS);
        values.putAll(more);
        StrategySettings settings = StrategySettings.parse(values);
        return new RoundEngine(
                settings,
                GLOBAL,
                EngineParts.of(settings, screening(mode)),
                RunMemory.fresh(settings, AuditKey.of(new byte[32])),
                () -> 0L);
    }

    /** The paper looks at the first layer only. */
    private static Screening screening(String mode) {
        List<String> views = mode.equals(PAPER) ? List.of("first_b") : List.of("first_b", "rest_b");
        List<ViewNorm> norms = views.stream()
                .<ViewNorm>map(view -> update -> Math.sqrt(squares(update, view)))
                .toList();
        return new Screening(
                update -> views.stream().map(view -> score(update, view)).toList(),
                norms,
                SecondOpinions.NONE,
                Optional.of(new Screening.Reported(KEYS, Reports.PROBE)));
    }

    private static double squares(LoraUpdate update, String view) {
        double squares = 0;
        for (float value : update.tensor(name(layer(view), "lora_B"))) {
            squares += value * value;
        }
        return squares;
    }

    private static ViewScore score(LoraUpdate update, String view) {
        double sum = 0;
        for (float value : update.tensor(name(layer(view), "lora_B"))) {
            sum += value;
        }
        boolean harmful = sum < 0;
        double z = harmful ? 4.6 : -4.6;
        return new ViewScore(
                view, Math.sqrt(squares(update, view)), z, new ProbeScore(harmful ? 0.99 : 0.01), 0.8, harmful);
    }

    private static int layer(String view) {
        return view.equals("first_b") ? 0 : 1;
    }

    private static String name(int layer, String half) {
        return "base_model.model.model.layers." + layer + ".self_attn.q_proj." + half + ".weight";
    }

    private static LoraAdapter moved(float[] direction, float length) {
        float[] values = GLOBAL.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += direction[i] == 0 ? 0 : direction[i] * length;
        }
        return LoraAdapter.wrap(LAYOUT, values);
    }

    /** Steps that an update everywhere of that length would have; step T is taken as the reply's own difference. */
    private static ConfigRecord.Builder evidence(float... lengths) {
        List<float[]> steps = new ArrayList<>();
        for (float length : lengths) {
            float[] step = new float[KEYS.size()];
            Arrays.fill(step, length);
            steps.add(step);
        }
        return Reports.record(IssuedAdapter.of(GLOBAL), TaskKind.MAIN, KEYS, steps);
    }

    private static Message message(RecordDict content) {
        return Message.of(new Metadata(1, "id", 2, 1, "asked", "", 1.0, "train", 1.0), content);
    }

    private static ClientReport attacker(RoundReport report) {
        return report.clients().stream()
                .filter(client -> client.nodeId() == ATTACKER)
                .findFirst()
                .orElseThrow();
    }

    /** The attacker's share of the effective samples. */
    private static double share(RoundReport report) {
        return shareFrom(report, ATTACKER);
    }

    private static double shareFrom(RoundReport report, long node) {
        double all = 0;
        double theirs = 0;
        for (ClientReport client : report.clients()) {
            all += client.effectiveSamples();
            theirs += client.nodeId() >= node ? client.effectiveSamples() : 0;
        }
        return theirs / all;
    }

    /** How far the round moved an element of LoRA B. */
    private static double pull(RoundReport report) {
        assertThat(report.skipped()).isEmpty();
        return report.adapter().at(3) - GLOBAL.at(3);
    }
}
