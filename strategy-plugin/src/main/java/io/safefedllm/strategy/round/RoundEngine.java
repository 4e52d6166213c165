package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.evidence.EvidenceCollector;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.Gate;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Leads the replies of a round through gate, evidence, trust and aggregation. Knows nothing of how replies come: feed them
 * to an {@link OpenRound}.
 *
 * <p>The same replies in the same rounds give the same reports, byte for byte, in whatever order they arrive: clients are
 * visited in ascending unsigned node id, sums are binary64, and nothing is drawn. The trust ledger lives as long as the
 * engine. Confined to one thread.
 */
public final class RoundEngine {
    final StrategySettings settings;
    final Gate gate;
    final EvidenceCollector evidence;
    final TrustPolicy policy;
    final AggregationRule rule;
    final TrustLedger ledger = TrustLedger.fresh(AuditKey.of(new byte[AuditKey.LENGTH])); // nothing is drawn with it
    final LongSupplier nanoTicker;

    /**
     * Makes an engine.
     *
     * @param initial the run's first adapter, which shadow tasks start from
     * @param screening the probe's part; {@link Screening#none()} at level none
     * @param nanoTicker measures durations only; decisions do not depend on it
     */
    public RoundEngine(
            StrategySettings settings,
            LoraAdapter initial,
            Screening screening,
            TrustPolicy policy,
            AggregationRule rule,
            LongSupplier nanoTicker) {
        this.settings = settings;
        this.gate = new Gate(settings.gate(), initial, screening.viewNorms());
        this.evidence = new EvidenceCollector(settings.evidence(), screening.scorer());
        this.policy = policy;
        this.rule = rule;
        this.nanoTicker = nanoTicker;
    }

    /**
     * Opens a round.
     *
     * @param global the adapter that the nodes were sent
     * @param nodes the nodes that were drawn; no node twice
     * @param spoolDirectory an existing directory for the adapters of this round; the caller deletes it afterwards
     */
    public OpenRound open(ServerRound round, LoraAdapter global, List<Long> nodes, Path spoolDirectory) {
        AdapterSpool spool = new AdapterSpool(spoolDirectory, global.layout().size());
        return new OpenRound(this, round, global, nodes, spool);
    }
}
