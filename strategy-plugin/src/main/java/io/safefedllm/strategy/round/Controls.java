package io.safefedllm.strategy.round;

import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.exchange.ControlExchange;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.optimize.ScaffoldControl;
import io.safefedllm.strategy.settings.LocalSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * SCAFFOLD's part of a round (BL-7): sends the server's control variate, keeps the changes of the clients' in the spool, and adds those
 * of the clients that entered the aggregate.
 */
final class Controls {
    private final ControlExchange exchange;
    private final Bytes control;
    private final int allClients;
    private final Set<Long> changed = new TreeSet<>(Long::compareUnsigned);

    private Controls(ControlExchange exchange, Bytes control, int allClients) {
        this.exchange = exchange;
        this.control = control;
        this.allClients = allClients;
    }

    /**
     * Returns the controls of a round, if the clients are to train that way.
     *
     * @param allClients N, how many clients the federation has
     */
    static Optional<Controls> of(RoundEngine engine, AdapterLayout layout, int allClients) {
        if (engine.settings.local().algorithm() != LocalSettings.Algorithm.SCAFFOLD) {
            return Optional.empty();
        }
        ControlExchange exchange = new ControlExchange(layout);
        Bytes control = exchange.encode(ScaffoldControl.control(engine.memory.carried(), layout.size()));
        return Optional.of(new Controls(exchange, control, allClients));
    }

    ConfigRecord task(int acceptedRound) {
        return exchange.task(control, acceptedRound);
    }

    /** Keeps the change that a reply to the main task brings, if it can be used. */
    void keep(long nodeId, RecordDict reply, OpenRound round) {
        exchange.change(reply, round.round).ifPresent(change -> {
            round.spool.put(rowName(nodeId), change.toArray());
            changed.add(nodeId);
        });
    }

    /** Adds the changes of the clients that were admitted with a weight above 0, and remembers whose they were. */
    void settle(RunMemory memory, List<ClientReport> admitted, OpenRound round) {
        List<ClientReport> counted = admitted.stream()
                .filter(client -> client.weight() > 0 && changed.contains(client.nodeId()))
                .toList();
        double[] weights = counted.stream().mapToDouble(ClientReport::weight).toArray();
        List<String> names =
                counted.stream().map(client -> rowName(client.nodeId())).toList();
        try (AdapterSpool.Rows rows = round.spool.rows(names)) {
            memory.carry(ScaffoldControl.next(memory.carried(), rows, weights, allClients));
        }
        counted.forEach(client -> memory.accept(client.nodeId(), round.round.number()));
    }

    private static String rowName(long nodeId) {
        return Long.toUnsignedString(nodeId) + "-control.f32";
    }
}
