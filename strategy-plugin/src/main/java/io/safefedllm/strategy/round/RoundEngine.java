package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.evidence.EvidenceCollector;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Gate;
import io.safefedllm.strategy.gate.ReportRules;
import io.safefedllm.strategy.gate.StepNeed;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKind;
import io.safefedllm.strategy.trust.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Leads the replies of a round through firewall, evidence, trust and aggregation. Knows nothing of how replies come: feed
 * them to an {@link OpenRound}.
 *
 * <p>The same replies in the same rounds give the same reports, byte for byte, in whatever order they arrive: clients are
 * visited in ascending unsigned node id, sums are binary64, and what rules draw comes from the run's seed and the round.
 * What is carried from round to round is in the {@link RunMemory}. Confined to one thread.
 */
public final class RoundEngine {
    final StrategySettings settings;
    final EngineParts parts;
    final RunMemory memory;
    final Gate gate;
    final EvidenceCollector evidence;
    final Optional<ReportRules> reports;
    final LongSupplier nanoTicker;

    /**
     * Makes an engine.
     *
     * @param initial the run's first adapter, which shadow tasks start from
     * @param memory what is known of the clients; changed by every round
     * @param nanoTicker measures durations only; decisions do not depend on it
     */
    public RoundEngine(
            StrategySettings settings,
            LoraAdapter initial,
            EngineParts parts,
            RunMemory memory,
            LongSupplier nanoTicker) {
        Screening screening = parts.screening();
        this.settings = settings;
        this.parts = parts;
        this.memory = memory;
        this.reports = screening.reported().flatMap(reported -> reports(settings, reported));
        this.gate = new Gate(settings.firewall().reply(), initial, screening.viewNorms(), reports);
        this.evidence = new EvidenceCollector(
                settings.evidence(),
                reports,
                screening.scorer(),
                auditsOnSuspicion(settings) ? screening.secondOpinions() : SecondOpinions.NONE);
        this.nanoTicker = nanoTicker;
    }

    /** Returns whether a second opinion may ask for an audit that the draw did not (SF-14.5). */
    static boolean auditsOnSuspicion(StrategySettings settings) {
        return (settings.level() == Level.EVIDENCE || settings.level() == Level.ADAPTER)
                && settings.trust().evidence().audit() == AuditKind.RANDOM;
    }

    /** What each level needs of reported steps (SF-7.1, code 9); nothing where reports are not read. */
    private static Optional<ReportRules> reports(StrategySettings settings, Screening.Reported reported) {
        EvidenceSource source = settings.evidence().source();
        StepNeed main =
                switch (settings.level()) {
                    case STEP -> StepNeed.ALL;
                    case CLIENT -> StepNeed.LAST;
                    case NONE, SHADOW, EVIDENCE, ADAPTER -> StepNeed.NONE;
                };
        StepNeed shadow = settings.evidence().dispatch() ? StepNeed.ALL : StepNeed.NONE;
        if (!source.readsReports() || (main == StepNeed.NONE && shadow == StepNeed.NONE)) {
            return Optional.empty();
        }
        return Optional.of(new ReportRules(
                settings.local().recipe().steps(),
                main,
                shadow,
                source == EvidenceSource.REPORT,
                reported.keys(),
                reported.probeSha256()));
    }

    /** Returns what a task asks the client to report; clients are asked only where nothing else will do. */
    Optional<EvidenceRequest> request(TaskKind task) {
        return reports.filter(rules -> rules.requires(task)).map(ReportRules::request);
    }

    /**
     * Opens a round.
     *
     * @param global the adapter that the nodes were sent
     * @param nodes the nodes that were drawn; no node twice
     * @param spoolDirectory an existing directory for the adapters of this round; the caller deletes it afterwards
     */
    public OpenRound open(ServerRound round, LoraAdapter global, List<Long> nodes, Path spoolDirectory) {
        return open(round, global, nodes, spoolDirectory, nodes.size());
    }

    /**
     * As {@link #open(ServerRound, LoraAdapter, List, Path)}.
     *
     * @param allClients how many clients the federation has, drawn or not: what SCAFFOLD divides by (BL-7)
     */
    public OpenRound open(
            ServerRound round, LoraAdapter global, List<Long> nodes, Path spoolDirectory, int allClients) {
        AdapterSpool spool = new AdapterSpool(spoolDirectory, global.layout().size());
        return new OpenRound(this, round, global, nodes, spool, allClients);
    }
}
