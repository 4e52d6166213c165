package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds of short updates, by accident or on purpose, and what comes after them: the length that updates are measured by
 * (SF-7.7) falls at once and grows at most twofold a round, and whoever is more than ten times as long is refused.
 *
 * <p>Eight clients, each on noise of its own in every round; the length says how long a step is.
 */
class ShortRoundLandscapeTest {
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final List<Long> NODES = LongStream.range(0, 8).boxed().toList();
    private static final double SHORT = 1e-4;

    private final Path spool;
    private final RunMemory memory;
    private final RoundEngine engine;
    private LoraAdapter global = INITIAL;
    private int round;

    ShortRoundLandscapeTest(@TempDir Path spool) {
        this.spool = spool;
        StrategySettings settings = StrategySettings.parse(Map.of("safe-fedllm.level", "client"));
        this.memory = RunMemory.fresh(settings, AuditKey.of(new byte[AuditKey.LENGTH]));
        this.engine =
                new RoundEngine(settings, INITIAL, EngineParts.of(settings, SignScorer.screening()), memory, () -> 0L);
    }

    @Test
    void warmUp_oneRoundTenThousandTimesShorter_delaysTheRunAndStrikesNobody() {
        play(node -> SHORT);

        List<RoundReport> after = playUntilNobodyIsRefused(node -> 1.0);

        assertThat(after).hasSizeBetween(10, 11);
        for (RoundReport report : after.subList(0, 9)) {
            assertThat(report.skipped()).hasValue(SkipReason.NO_CLIENTS);
            assertThat(report.adapter()).isEqualTo(after.get(0).adapter());
            assertThat(codes(report)).containsOnly(ReplyCode.OUTGROWN);
        }
        for (long node : NODES) {
            assertThat(memory.ledger().client(node).orElseThrow().penalty().window())
                    .as("a harmful round of node %d", node)
                    .doesNotContain(true);
        }
    }

    @Test
    void warmUp_ofClientsThatRepeatThemselves_isNotTakenForReplays() {
        play(node -> SHORT, 1);

        for (int i = 0; i < 9; i++) {
            assertThat(codes(play(node -> 1.0, 2))).containsOnly(ReplyCode.OUTGROWN);
        }

        assertThat(codes(play(node -> 1.0, 2))).contains(ReplyCode.OK).doesNotContain(ReplyCode.REPLAYED);
    }

    @Test
    void shortUpdates_ofHalfTheClientsOnce_delayTheRunAndEndNothing() {
        play(node -> 1.0);
        RoundReport attack = play(node -> node < 4 ? SHORT : 1.0);
        assertThat(codes(attack)).contains(ReplyCode.OVERSIZED);

        List<RoundReport> after = playUntilNobodyIsRefused(node -> 1.0);

        assertThat(after).hasSizeBetween(10, 11);
        assertThat(after.get(after.size() - 1).skipped()).isEmpty();
        for (long node : NODES) {
            assertThat(memory.ledger().client(node).orElseThrow().penalty().window())
                    .as("strikes of node %d", node)
                    .filteredOn(harmful -> harmful)
                    .hasSize(node < 4 ? 0 : 1);
        }
    }

    @Test
    void shortUpdates_ofAMinorityInEveryRoundOfTheRecovery_moveLittle() {
        play(node -> SHORT);

        for (int i = 0; i < 9; i++) {
            RoundReport report = play(node -> node < 3 ? SHORT : 1.0);
            assertThat(report.skipped()).isEmpty();
        }

        float moved = global.at(8) - INITIAL.at(8);
        assertThat(Math.abs(moved)).isLessThan(0.003f);
        play(node -> node < 3 ? SHORT : 1.0);
        assertThat(codes(play(node -> node < 3 ? SHORT : 1.0))).containsOnly(ReplyCode.OK);
    }

    @Test
    void boosting_byAMinority_isStruckAndLeavesTheLengthAlone() {
        play(node -> 1.0);
        double before = rho();

        RoundReport report = play(node -> node < 3 ? 1000.0 : 1.0);

        assertThat(codes(report)).containsExactlyInAnyOrderElementsOf(codes(3, ReplyCode.OVERSIZED, 5));
        assertThat(rho()).isLessThan(1.2 * before);
    }

    @Test
    void boosting_hiddenInARoundThatOutgrewItsLength_isStruckAllTheSame() {
        play(node -> SHORT);

        RoundReport report = play(node -> node == 3 ? 1000.0 : 1.0);

        assertThat(codes(report).get(3)).isEqualTo(ReplyCode.OVERSIZED);
        assertThat(codes(report)).contains(ReplyCode.OUTGROWN).doesNotContain(ReplyCode.OK);
    }

    @Test
    void boosting_byEverybodyForOneRound_raisesTheLengthTwofoldAndMovesNothing() {
        play(node -> 1.0);
        double before = rho();
        LoraAdapter adapter = global;

        RoundReport report = play(node -> 1000.0);

        assertThat(report.skipped()).hasValue(SkipReason.NO_CLIENTS);
        assertThat(report.adapter()).isEqualTo(adapter);
        assertThat(rho()).isEqualTo(2 * before);
    }

    @Test
    void rubbish_inASkippedRound_leavesTheLengthAlone() {
        play(node -> 1.0);
        double before = rho();

        RoundReport report = play(node -> -5.0);

        assertThat(report.skipped()).hasValue(SkipReason.LOW_TRUST);
        assertThat(rho()).isEqualTo(before);
    }

    private static List<ReplyCode> codes(int many, ReplyCode code, int fine) {
        List<ReplyCode> codes = new ArrayList<>();
        for (int i = 0; i < many + fine; i++) {
            codes.add(i < many ? code : ReplyCode.OK);
        }
        return codes;
    }

    private List<RoundReport> playUntilNobodyIsRefused(LongToDoubleFunction lengths) {
        List<RoundReport> played = new ArrayList<>();
        do {
            played.add(play(lengths));
            assertThat(played).as("rounds without an end").hasSizeLessThan(40);
        } while (codes(played.get(played.size() - 1)).stream().anyMatch(code -> code != ReplyCode.OK));
        return played;
    }

    private RoundReport play(LongToDoubleFunction lengths) {
        return play(lengths, 100 + round);
    }

    private RoundReport play(LongToDoubleFunction lengths, int seed) {
        OpenRound open = engine.open(new ServerRound(++round), global, NODES, spool);
        for (long node : NODES) {
            LoraAdapter trained = step(global, 1000L * seed + node, lengths.applyAsDouble(node));
            open.reply(node, TaskKind.MAIN, message(trained));
        }
        RoundReport report = open.finish(0);
        global = report.adapter();
        return report;
    }

    /** Adds values in [0.05, 0.15) times {@code length} to every element; negative ones look harmful. */
    private static LoraAdapter step(LoraAdapter from, long seed, double length) {
        Random noise = new Random(seed);
        float[] values = from.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (length * (0.05 + 0.1 * noise.nextDouble()));
        }
        return LoraAdapter.copyOf(from.layout(), values);
    }

    private static Message message(LoraAdapter adapter) {
        return Message.of(new Metadata(1, "id", 2, 1, "asked", "", 1.0, "train", 1.0), Replies.honest(adapter, 5));
    }

    private double rho() {
        return memory.snapshot().firewall().reference().previous().orElseThrow();
    }

    private static List<ReplyCode> codes(RoundReport report) {
        return report.clients().stream().map(ClientReport::code).toList();
    }
}
