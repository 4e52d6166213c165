package io.safefedllm.strategy.round;

import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.TrustLedger;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a run carries from round to round beside the adapter (SF-7.11): trust, lengths and replays, the momenta of
 * rule and server optimiser, and whose change of SCAFFOLD's control was taken.
 *
 * <p>Confined to the thread of the rounds; a {@link Snapshot} may go anywhere.
 */
public final class RunMemory {
    private final TrustLedger ledger;
    private final RoundGate roundGate;
    private final Map<Long, Integer> acceptedRounds = new TreeMap<>(Long::compareUnsigned);
    private CarriedState carried = CarriedState.empty();

    /**
     * All of it.
     *
     * @param trust the ledger
     * @param firewall lengths and replays
     * @param acceptedRounds by node, unsigned: the last round whose change of the control was taken
     * @param carried arrays of rule and optimiser
     */
    public record Snapshot(
            TrustLedger.Snapshot trust,
            RoundGate.Snapshot firewall,
            Map<Long, Integer> acceptedRounds,
            CarriedState carried) {}

    private RunMemory(StrategySettings settings, TrustLedger ledger) {
        this.ledger = ledger;
        this.roundGate = new RoundGate(settings.firewall().round());
    }

    /** Returns the memory of a run that begins. */
    public static RunMemory fresh(StrategySettings settings, AuditKey key) {
        return new RunMemory(settings, TrustLedger.fresh(key));
    }

    /**
     * Returns a memory as it was when the snapshot was taken.
     *
     * @throws IllegalArgumentException if the snapshot is not one of a ledger
     */
    public static RunMemory restore(StrategySettings settings, Snapshot snapshot) {
        RunMemory memory = new RunMemory(settings, TrustLedger.restore(snapshot.trust()));
        memory.roundGate.restore(snapshot.firewall());
        memory.acceptedRounds.putAll(snapshot.acceptedRounds());
        memory.carried = snapshot.carried();
        return memory;
    }

    /** Returns what is remembered now; later changes do not show in it. */
    public Snapshot snapshot() {
        return new Snapshot(ledger.snapshot(), roundGate.snapshot(), new TreeMap<>(acceptedRounds), carried);
    }

    TrustLedger ledger() {
        return ledger;
    }

    RoundGate roundGate() {
        return roundGate;
    }

    CarriedState carried() {
        return carried;
    }

    /** Returns the last round whose change of the control was taken from a node; 0 for none. */
    int acceptedRound(long nodeId) {
        return acceptedRounds.getOrDefault(nodeId, 0);
    }

    void carry(CarriedState after) {
        carried = after;
    }

    void accept(long nodeId, int round) {
        acceptedRounds.put(nodeId, round);
    }
}
