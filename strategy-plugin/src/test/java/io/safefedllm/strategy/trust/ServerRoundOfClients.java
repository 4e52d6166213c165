package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.ArrayList;
import java.util.List;

/** Gathers the testimonies of several clients in one round. */
final class ServerRoundOfClients {
    private static final double FAR_ABOVE = 20.0;

    private final TrustPolicy policy;
    private final TrustLedger ledger;
    private final ServerRound round;
    private final List<Testimony> testimonies = new ArrayList<>();

    ServerRoundOfClients(TrustPolicy policy, TrustLedger ledger, int k) {
        this.policy = policy;
        this.ledger = ledger;
        this.round = new ServerRound(k + 1);
    }

    void add(long node, boolean byLogit, boolean harmful, double noise) {
        if (byLogit) {
            testimonies.add(Testimonies.logit(node, harmful ? FAR_ABOVE : noise));
            return;
        }
        ShadowNeed need = policy.shadowNeed(round, node, ledger);
        testimonies.add(
                need.isNeeded()
                        ? Testimonies.scored(round, node, harmful ? 0.99 : 0.05)
                        : Testimonies.submitted(round, node, harmful ? 0.99 : 0.05));
    }

    double[] weigh() {
        return policy.weigh(testimonies, ledger).stream()
                .mapToDouble(verdict -> verdict.weight().value())
                .toArray();
    }
}
