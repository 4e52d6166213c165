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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * SCAFFOLD's part of a round (BL-7): sends the server's control variate, keeps the changes of the clients' in the spool, and adds those
 * of the clients that entered the aggregate.
 */
final class Controls {
    private final ControlExchange exchange;
    private final Bytes control;
    private final int allClients;
    private final OptionalDouble oversizeFactor;
    private final Map<Long, Double> lengths = new TreeMap<>(Long::compareUnsigned);

    private Controls(ControlExchange exchange, Bytes control, int allClients, OptionalDouble oversizeFactor) {
        this.exchange = exchange;
        this.control = control;
        this.allClients = allClients;
        this.oversizeFactor = oversizeFactor;
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
        OptionalDouble oversizeFactor =
                engine.settings.firewall().round().norms().oversizeFactor();
        return Optional.of(new Controls(exchange, control, allClients, oversizeFactor));
    }

    ConfigRecord task(int acceptedRound) {
        return exchange.task(control, acceptedRound);
    }

    /** Keeps the change that a reply to the main task brings, if it can be used. */
    void keep(long nodeId, RecordDict reply, OpenRound round) {
        exchange.change(reply, round.round).ifPresent(change -> {
            round.spool.put(rowName(nodeId), change.toArray());
            lengths.put(nodeId, change.norm());
        });
    }

    /**
     * Adds the changes of the clients that were admitted with a weight above 0, and remembers whose they were. A change that
     * is oversized beside the others (code 12 of SF-7.1, with the lower median of their lengths as rho) is left out: the
     * probe does not see it, and one of any length would own the variate.
     */
    void settle(RunMemory memory, List<ClientReport> admitted, OpenRound round) {
        List<ClientReport> usable = admitted.stream()
                .filter(client -> client.weight() > 0 && lengths.containsKey(client.nodeId()))
                .toList();
        double longest = longest(usable);
        List<ClientReport> counted =
                usable.stream().filter(client -> length(client) <= longest).toList();
        double[] weights = counted.stream().mapToDouble(ClientReport::weight).toArray();
        List<String> names =
                counted.stream().map(client -> rowName(client.nodeId())).toList();
        try (AdapterSpool.Rows rows = round.spool.rows(names)) {
            memory.carry(ScaffoldControl.next(memory.carried(), rows, weights, allClients));
        }
        counted.forEach(client -> memory.accept(client.nodeId(), round.round.number()));
    }

    private double longest(List<ClientReport> usable) {
        if (oversizeFactor.isEmpty() || usable.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double[] ascending = usable.stream().mapToDouble(this::length).sorted().toArray();
        return oversizeFactor.getAsDouble() * ascending[(ascending.length + 1) / 2 - 1];
    }

    private double length(ClientReport client) {
        return lengths.getOrDefault(client.nodeId(), 0.0);
    }

    private static String rowName(long nodeId) {
        return Long.toUnsignedString(nodeId) + "-control.f32";
    }
}
