package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.Golden;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.exchange.HostileContent;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundEngineTest {
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final Map<String, Object> CLIENT = Map.of("safe-fedllm.level", "client");
    private static final Map<String, Object> SHADOW = Map.of("safe-fedllm.level", "shadow");
    private static final Map<String, Object> NONE = Map.of("safe-fedllm.level", "none");

    private static final AuditKey NO_SECRET = AuditKey.of(new byte[AuditKey.LENGTH]);
    private static final TrustPolicy TRUSTING = (round, ledger) ->
            round.stream().map(any -> Verdict.trusted(SecurityWeight.FULL)).toList();
    private static final ViewScore SUSPICIOUS = new ViewScore("layers", 1, 2, ProbeScore.ofLogit(2), 0.5, true);

    private final Path spool;

    RoundEngineTest(@TempDir Path spool) {
        this.spool = spool;
    }

    @ParameterizedTest
    @ValueSource(strings = {"agg-lora-mean", "agg-lora-mean-one-client", "agg-lora-mean-zero-weight"})
    void finish_goldenClients_agreesWithTheAuthorsMean(String id) {
        Golden golden = Golden.read(id);
        LoraAdapter global = Adapters.fromGolden(golden.inputs().get("global"));
        double[] samples = Golden.numbers(golden.inputs().get("samples"));
        double[] weights = Golden.numbers(golden.inputs().get("weights"));
        TrustPolicy known = (testimonies, ledger) -> testimonies.stream()
                .map(testimony -> Verdict.trusted(new SecurityWeight(weights[(int) testimony.nodeId() - 2])))
                .toList();
        RoundEngine engine = engine(NONE, known);
        OpenRound round = engine.open(ServerRound.first(), global, nodes(samples.length), spool);
        JsonNode clients = golden.inputs().get("clients");
        for (int i = 0; i < samples.length; i++) {
            LoraAdapter client = Adapters.fromGolden(clients.get(i));
            round.reply(i + 2, TaskKind.MAIN, message(Replies.honest(client, (long) samples[i])));
        }

        RoundReport report = round.finish(0);

        golden.assertAgrees(
                report.clients().stream()
                        .mapToDouble(ClientReport::effectiveSamples)
                        .toArray(),
                Golden.numbers(golden.expected().get("effective")));
        LoraAdapter expected = Adapters.fromGolden(golden.expected().get("aggregate"));
        for (TensorSpec tensor : global.layout().tensors()) {
            golden.assertAgrees(
                    doubles(report.adapter().tensor(tensor.name())), doubles(expected.tensor(tensor.name())));
        }
    }

    @Test
    void finish_harmfulClient_hasNoPartInTheAdapter() {
        RoundReport report = play(CLIENT, Map.of(2L, 0.1f, 3L, -0.5f, 4L, 0.2f));

        assertThat(report.clients()).extracting(ClientReport::reason).containsExactly("OK", "HARMFUL", "OK");
        assertThat(report.clients().get(1).weight()).isZero();
        assertThat(report.adapter().at(8)).isBetween(0.1f, 0.2f);
        assertThat(report.skipped()).isEmpty();
    }

    @Test
    void finish_repliesInAnyOrder_givesTheSameBytes() {
        List<Reply> replies = new ArrayList<>();
        for (long node : nodes(9)) {
            replies.add(new Reply(node, TaskKind.MAIN, honest(INITIAL, 0.01f * node, 10 * node)));
            replies.add(new Reply(node, TaskKind.SHADOW, honest(INITIAL, 0.02f * node, 10)));
        }
        RoundReport first = play(SHADOW, nodes(9), replies);
        Collections.shuffle(replies, new Random(5));

        RoundReport second = play(SHADOW, nodes(9), replies);

        assertThat(second.adapter()).isEqualTo(first.adapter());
        assertThat(second.clients()).isEqualTo(first.clients());
    }

    @Test
    void finish_nodeIdsAboveSigned_areVisitedUnsigned() {
        RoundReport report = play(NONE, List.of(-1L, 5L, Long.MIN_VALUE), List.of());

        assertThat(report.clients()).extracting(ClientReport::nodeId).containsExactly(5L, Long.MIN_VALUE, -1L);
    }

    @Test
    void finish_oneOfTwoTasksAnswered_isMissingEvidence() {
        RoundReport report = play(
                SHADOW,
                nodes(4),
                List.of(
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, 0.1f, 5)),
                        new Reply(3, TaskKind.SHADOW, honest(INITIAL, 0.1f, 5)),
                        new Reply(4, TaskKind.MAIN, honest(INITIAL, 0.1f, 5)),
                        new Reply(4, TaskKind.SHADOW, honest(INITIAL, 0.1f, 5))));

        assertThat(report.clients())
                .extracting(ClientReport::code)
                .containsExactly(
                        ReplyCode.MISSING_EVIDENCE, ReplyCode.MISSING_EVIDENCE, ReplyCode.OK, ReplyCode.NO_REPLY);
        assertThat(report.clients().get(3).verdict()).isEmpty();
        assertThat(report.meanWeight()).isEqualTo(0.7);
    }

    @Test
    void finish_shadowCleanButMainHarmful_givesNoWeight() {
        RoundReport report = play(
                SHADOW,
                nodes(1),
                List.of(
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, -0.1f, 5)),
                        new Reply(2, TaskKind.SHADOW, honest(INITIAL, 0.1f, 5))));

        assertThat(report.clients().get(0).reason()).isEqualTo("HARMFUL");
        assertThat(report.skipped()).hasValue(SkipReason.LOW_TRUST);
        assertThat(report.adapter()).isEqualTo(INITIAL);
    }

    @Test
    void finish_alsoMainIsOff_looksAtTheShadowOnly() {
        Map<String, Object> settings = new LinkedHashMap<>(SHADOW);
        settings.put("safe-fedllm.shadow.also-main", false);

        RoundReport report = play(
                settings,
                nodes(1),
                List.of(
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, -0.1f, 5)),
                        new Reply(2, TaskKind.SHADOW, honest(INITIAL, 0.1f, 5))));

        assertThat(report.clients().get(0).reason()).isEqualTo("OK");
    }

    @Test
    void finish_baseline_ignoresAbsurdButWellFormedClaims() {
        RoundReport report = play(
                NONE,
                nodes(2),
                List.of(
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, 1f, 1_000_000)),
                        new Reply(3, TaskKind.MAIN, honest(INITIAL, Float.NaN, 10))));

        assertThat(report.clients()).extracting(ClientReport::weight).containsExactly(1.0, 1.0);
        assertThat(report.adapter().at(8)).isEqualTo(1f);
    }

    @Test
    void finish_baselineWithPoisonOnly_isSkipped() {
        RoundReport report = play(NONE, nodes(1), List.of(new Reply(2, TaskKind.MAIN, honest(INITIAL, Float.NaN, 10))));

        assertThat(report.skipped()).hasValue(SkipReason.NON_FINITE_AGGREGATE);
        assertThat(report.adapter()).isEqualTo(INITIAL);
    }

    @Test
    void finish_rowsTooFewForTheRule_isMarkedDegraded() {
        Map<String, Object> settings = new LinkedHashMap<>(NONE);
        settings.put("safe-fedllm.rule", "multi-krum");
        settings.put("safe-fedllm.rule.byzantine", 3L);

        assertThat(play(settings, Map.of(2L, 0.1f, 3L, 0.2f, 4L, 0.3f)).degraded())
                .isTrue();
    }

    @Test
    void finish_hostileReplies_neverThrowAndNeverMoveTheHonest() {
        Random dice = new Random(17);
        for (int i = 0; i < 100; i++) {
            List<Reply> replies = new ArrayList<>();
            replies.add(new Reply(2, TaskKind.MAIN, honest(INITIAL, 0.1f, 5)));
            replies.add(new Reply(2, TaskKind.SHADOW, honest(INITIAL, 0.1f, 5)));
            for (long node = 3; node < 6; node++) {
                replies.add(new Reply(node, TaskKind.MAIN, HostileContent.random(dice, INITIAL)));
                replies.add(new Reply(node, TaskKind.SHADOW, HostileContent.random(dice, INITIAL)));
            }
            RoundReport report = play(SHADOW, nodes(4), replies);

            assertThat(report.clients().get(0).weight()).isEqualTo(0.7);
            assertThat(report.adapter().isFinite()).isTrue();
        }
    }

    @Test
    void reply_nodeThatWasNotDrawn_isTheCallersMistake() {
        OpenRound round = engine(NONE, null).open(ServerRound.first(), INITIAL, nodes(1), spool);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> round.reply(9, TaskKind.MAIN, message(honest(INITIAL, 1, 1))))
                .withMessage("node 9 was not drawn for round 1");
    }

    @Test
    void reply_secondAnswerToATask_changesNothing() {
        RoundReport report = play(
                NONE,
                nodes(1),
                List.of(
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, 1f, 1)),
                        new Reply(2, TaskKind.MAIN, honest(INITIAL, 9f, 1))));

        assertThat(report.adapter().at(8)).isEqualTo(1f);
    }

    @Test
    void finish_taskThatThePlatformRefused_isAnAbsenceAndNoFault() {
        OpenRound round = engine(SHADOW, null).open(ServerRound.first(), INITIAL, nodes(2), spool);
        round.undelivered(3);
        for (long node : nodes(2)) {
            round.reply(node, TaskKind.MAIN, message(honest(INITIAL, 0.1f * node, 5)));
        }
        round.reply(2, TaskKind.SHADOW, message(honest(INITIAL, 0.1f, 5)));

        RoundReport report = round.finish(0);

        assertThat(report.clients()).extracting(ClientReport::code).containsExactly(ReplyCode.OK, ReplyCode.NO_REPLY);
        assertThat(report.clients().get(1).verdict()).isEmpty();
        assertThat(report.clients().get(1).detail()).isEqualTo("the platform did not take a task for it");
        assertThat(report.adapter().at(8)).isEqualTo(0.2f);
    }

    @Test
    void finish_ruleThatDraws_drawsWithTheSecretOfTheRun() {
        assertThat(noisy(1).adapter()).isEqualTo(noisy(1).adapter()).isNotEqualTo(noisy(2).adapter());
        assertThat(noisy(0).adapter())
                .as("without a secret by the seed of the run")
                .isEqualTo(noisy(0).adapter())
                .isNotEqualTo(noisy(1).adapter());
    }

    /** A round of a rule that adds noise, in a run whose secret is made of one byte. */
    private RoundReport noisy(int secret) {
        byte[] bytes = new byte[AuditKey.LENGTH];
        Arrays.fill(bytes, (byte) secret);
        Map<String, Object> flame = new LinkedHashMap<>(NONE);
        flame.put("safe-fedllm.rule", "flame");
        flame.put("safe-fedllm.rule.flame.noise", 0.1);
        OpenRound round = engine(flame, null, AuditKey.of(bytes)).open(ServerRound.first(), INITIAL, nodes(3), spool);
        for (long node : nodes(3)) {
            round.reply(node, TaskKind.MAIN, message(honest(INITIAL, 0.1f * node, 5)));
        }
        return round.finish(0);
    }

    @Test
    void finish_levelThatAuditsNobody_asksForNoSecondOpinion() {
        for (String level : List.of("client", "step", "shadow")) {
            assertThat(opinions(level)).as(level).isZero();
        }
        assertThat(opinions("adapter")).isPositive();
        assertThat(opinions("evidence")).isPositive();
    }

    private int opinions(String level) {
        AtomicInteger asked = new AtomicInteger();
        OpenRound round = open(level, TRUSTING, update -> {
            asked.incrementAndGet();
            return List.of();
        });
        round.reply(2, TaskKind.MAIN, message(honest(INITIAL, 0.1f, 5)));
        round.finish(0);
        return asked.get();
    }

    @Test
    void reply_suspectOfASecondOpinion_isAskedForOneShadowRun() {
        OpenRound round = open("adapter", TRUSTING, update -> List.of(SUSPICIOUS));

        assertThat(round.reply(2, TaskKind.MAIN, message(honest(INITIAL, 0.1f, 5))))
                .isTrue();
        assertThat(round.reply(2, TaskKind.SHADOW, message(honest(INITIAL, 0.1f, 5))))
                .isFalse();
        RoundReport report = round.finish(0);

        assertThat(report.clients()).singleElement().satisfies(client -> {
            assertThat(client.code()).isEqualTo(ReplyCode.OK);
            assertThat(client.inspection().shadowAsked()).isTrue();
        });
    }

    @Test
    void reply_suspectWithoutAShadowRun_isMissingEvidence() {
        OpenRound round = open("adapter", TRUSTING, update -> List.of(SUSPICIOUS));

        round.reply(2, TaskKind.MAIN, message(honest(INITIAL, 0.1f, 5)));

        assertThat(round.finish(0).clients())
                .extracting(ClientReport::code)
                .containsExactly(ReplyCode.MISSING_EVIDENCE);
    }

    @Test
    void reply_suspectThatIsBanned_isNotAskedForMore() {
        OpenRound round = open("evidence", new Banning(), update -> List.of(SUSPICIOUS));

        assertThat(round.reply(2, TaskKind.MAIN, message(honest(INITIAL, 0.1f, 5))))
                .isFalse();
    }

    private OpenRound open(String level, TrustPolicy policy, SecondOpinions opinions) {
        Screening plain = SignScorer.screening();
        Screening curious = new Screening(plain.scorer(), plain.viewNorms(), opinions, Optional.empty());
        RoundEngine engine = engine(Map.of("safe-fedllm.level", level), curious, policy, NO_SECRET);
        return engine.open(ServerRound.first(), INITIAL, nodes(1), spool);
    }

    /** Weighs all alike and has banned everybody. */
    private static final class Banning implements TrustPolicy {
        @Override
        public List<Verdict> weigh(List<Testimony> round, TrustLedger ledger) {
            return TRUSTING.weigh(round, ledger);
        }

        @Override
        public boolean isBanned(long nodeId, TrustLedger ledger) {
            return true;
        }
    }

    private record Reply(long node, TaskKind task, RecordDict content) {}

    private RoundReport play(Map<String, Object> settings, Map<Long, Float> steps) {
        List<Reply> replies = steps.entrySet().stream()
                .map(entry -> new Reply(entry.getKey(), TaskKind.MAIN, honest(INITIAL, entry.getValue(), 10)))
                .toList();
        return play(settings, List.copyOf(steps.keySet()), replies);
    }

    private RoundReport play(Map<String, Object> settings, List<Long> nodes, List<Reply> replies) {
        OpenRound round = engine(settings, null).open(ServerRound.first(), INITIAL, nodes, spool);
        for (Reply reply : replies) {
            round.reply(reply.node(), reply.task(), message(reply.content()));
        }
        return round.finish(0);
    }

    private static RoundEngine engine(Map<String, Object> values, @Nullable TrustPolicy policy) {
        return engine(values, policy, NO_SECRET);
    }

    private static RoundEngine engine(Map<String, Object> values, @Nullable TrustPolicy policy, AuditKey secret) {
        return engine(values, SignScorer.screening(), policy, secret);
    }

    private static RoundEngine engine(
            Map<String, Object> values, Screening screening, @Nullable TrustPolicy policy, AuditKey secret) {
        StrategySettings settings = StrategySettings.parse(values);
        EngineParts parts = EngineParts.of(
                settings, screening, policy == null ? TrustPolicies.of(settings.level(), settings.trust()) : policy);
        RunMemory memory = RunMemory.fresh(settings, secret);
        return new RoundEngine(settings, INITIAL, parts, memory, () -> 0L);
    }

    private static RecordDict honest(LoraAdapter base, float step, long examples) {
        return Replies.honest(Adapters.shifted(base, step), examples);
    }

    private static Message message(RecordDict content) {
        return Message.of(new Metadata(1, "id", 2, 1, "asked", "", 1.0, "train", 1.0), content);
    }

    private static List<Long> nodes(int count) {
        return LongStream.range(2, 2 + count).boxed().toList();
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
