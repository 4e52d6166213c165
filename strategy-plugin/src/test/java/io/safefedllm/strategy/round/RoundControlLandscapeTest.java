package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks on the control of the rounds: each works against the paper-faithful mode and not against the hardened one. */
class RoundControlLandscapeTest {
    private static final LoraAdapter INITIAL = Adapters.initial();

    private final Path spool;

    RoundControlLandscapeTest(@TempDir Path spool) {
        this.spool = spool;
    }

    /** SF-7.8: seventeen clients that send rubbish bring the mean weight of twenty below 0.2, round after round. */
    @Test
    void floodOfRubbish_stopsEveryRoundOfThePaper_andNoHardenedOne() {
        RoundReport paper = flood("paper-faithful");
        RoundReport hardened = flood("hardened");

        assertThat(paper.skipped()).hasValue(SkipReason.LOW_TRUST);
        assertThat(paper.adapter()).isEqualTo(INITIAL);
        assertThat(hardened.skipped()).isEmpty();
        assertThat(hardened.mean().counted()).isEqualTo(3);
        assertThat(hardened.adapter().at(8)).isPositive();
    }

    private RoundReport flood(String mode) {
        OpenRound round = open(mode, 20);
        for (long node = 0; node < 20; node++) {
            Map<String, Array> arrays =
                    new LinkedHashMap<>(Replies.arrays(Adapters.shifted(INITIAL, 0.1f + 0.01f * node)));
            if (node >= 3) {
                arrays.remove(Adapters.name("lora_B"));
            }
            round.reply(node, TaskKind.MAIN, message(Replies.reply(arrays, 10)));
        }
        return round.finish(0);
    }

    /** SF-6.5: who claims no examples makes the authors divide zero by zero; the poison is in every tensor. */
    @Test
    void claimsOfNothing_poisonThePapersAdapter_andSkipTheHardenedRound() {
        RoundReport paper = claimNothing("paper-faithful");
        RoundReport hardened = claimNothing("hardened");

        assertThat(paper.skipped()).isEmpty();
        assertThat(paper.adapter().toArray()).containsOnly(Float.NaN);
        assertThat(hardened.skipped()).hasValue(SkipReason.NO_CLIENTS);
        assertThat(hardened.adapter()).isEqualTo(INITIAL);
    }

    private RoundReport claimNothing(String mode) {
        OpenRound round = open(mode, 3);
        for (long node = 0; node < 3; node++) {
            round.reply(
                    node, TaskKind.MAIN, message(Replies.honest(Adapters.shifted(INITIAL, 0.1f + 0.01f * node), 0)));
        }
        return round.finish(0);
    }

    /** SF-6.2: a skipped round leaves lengths, momenta and the adapter as they were; trust goes on. */
    @Test
    void skippedRound_leavesTheServerAsItWas_butNotTheTrust() {
        Map<String, Object> values = Map.of(
                "safe-fedllm.level",
                "client",
                "safe-fedllm.server.optimizer",
                "fedavgm",
                "safe-fedllm.skip-threshold",
                1L);
        StrategySettings settings = StrategySettings.parse(values);
        RunMemory memory = RunMemory.fresh(settings, AuditKey.of(new byte[AuditKey.LENGTH]));
        RoundEngine engine = engine(settings, memory);
        OpenRound round = engine.open(
                ServerRound.first(), INITIAL, LongStream.of(7).boxed().toList(), spool);
        round.reply(7, TaskKind.MAIN, message(Replies.honest(Adapters.shifted(INITIAL, 0.1f), 5)));

        RoundReport report = round.finish(0);

        assertThat(report.skipped()).hasValue(SkipReason.LOW_TRUST);
        assertThat(memory.snapshot().carried().names()).isEmpty();
        assertThat(memory.snapshot().firewall().reference().previous()).isEmpty();
        assertThat(memory.snapshot().firewall().replays()).containsKey(7L);
        assertThat(memory.ledger().client(7).orElseThrow().trust()).isGreaterThan(0.5);
    }

    private OpenRound open(String mode, int nodes) {
        StrategySettings settings =
                StrategySettings.parse(Map.of("safe-fedllm.level", "step", "safe-fedllm.mode", mode));
        RunMemory memory = RunMemory.fresh(settings, AuditKey.of(new byte[AuditKey.LENGTH]));
        return engine(settings, memory)
                .open(
                        ServerRound.first(),
                        INITIAL,
                        LongStream.range(0, nodes).boxed().toList(),
                        spool);
    }

    private static RoundEngine engine(StrategySettings settings, RunMemory memory) {
        return new RoundEngine(settings, INITIAL, EngineParts.of(settings, SignScorer.screening()), memory, () -> 0L);
    }

    private static Message message(RecordDict content) {
        return Message.of(new Metadata(1, "id", 2, 1, "asked", "", 1.0, "train", 1.0), content);
    }
}
