package io.safefedllm.strategy.trust;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the levels remember of each client between rounds, and the key of the audits. Confined to the thread that plays the
 * rounds; a {@link Snapshot} may go anywhere.
 *
 * <p>A client that is absent from a round keeps its entry as it was. Clients are kept in ascending unsigned node id.
 */
public final class TrustLedger {
    private final AuditKey auditKey;
    private final Map<Long, ClientState> clients = new TreeMap<>(Long::compareUnsigned);

    private TrustLedger(AuditKey auditKey) {
        this.auditKey = auditKey;
    }

    /**
     * Everything a ledger holds, as plain values that can be written to a file and read back (SF-7.11).
     *
     * @param auditKey the key in hexadecimal digits; secret
     * @param clients ascending unsigned
     */
    public record Snapshot(String auditKey, List<Client> clients) {
        /** Copies the list. */
        public Snapshot {
            clients = List.copyOf(clients);
        }

        /** Returns how many clients are known; the key is not shown. */
        @Override
        public String toString() {
            return "Snapshot[" + clients.size() + " clients]";
        }
    }

    /**
     * One client of a snapshot.
     *
     * @param node its id, unsigned decimal
     * @param state what is remembered of it
     */
    public record Client(String node, ClientState state) {}

    /** Returns a ledger that knows nobody. */
    public static TrustLedger fresh(AuditKey auditKey) {
        return new TrustLedger(auditKey);
    }

    /**
     * Returns a ledger as it was when the snapshot was taken.
     *
     * @throws IllegalArgumentException if the key or a node id cannot be read, or a node comes twice
     */
    public static TrustLedger restore(Snapshot snapshot) {
        TrustLedger ledger = new TrustLedger(AuditKey.ofHex(snapshot.auditKey()));
        for (Client client : snapshot.clients()) {
            if (ledger.clients.put(Long.parseUnsignedLong(client.node()), client.state()) != null) {
                throw new IllegalArgumentException("node " + client.node() + " comes twice in the ledger");
            }
        }
        return ledger;
    }

    /** Returns what the ledger holds now; later changes do not show in it. */
    public Snapshot snapshot() {
        return new Snapshot(
                auditKey.toHex(),
                clients.entrySet().stream()
                        .map(entry -> new Client(Long.toUnsignedString(entry.getKey()), entry.getValue()))
                        .toList());
    }

    /** Returns what is remembered of a client; nothing for one never seen. */
    public Optional<ClientState> client(long nodeId) {
        return Optional.ofNullable(clients.get(nodeId));
    }

    /** Returns the secret of the run. */
    public AuditKey auditKey() {
        return auditKey;
    }

    void put(long nodeId, ClientState state) {
        clients.put(nodeId, state);
    }
}
