package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;

/** The share of harmful steps of the shadow run counts, without a memory of its own (SF-4.4). */
final class ShadowLevel implements LevelRule {
    private final TrustSettings settings;

    ShadowLevel(TrustSettings settings) {
        this.settings = settings;
    }

    @Override
    public Outcome paper(ClientState state, Participation participation) {
        return new Outcome(state, suppressed(participation.sampleShare(settings.recipe())));
    }

    @Override
    public Outcome hardened(ClientState state, Participation participation) {
        return new Outcome(state, suppressed(participation.stepShare()));
    }

    private double suppressed(double share) {
        return LevelCurves.shadow(share, settings.level().eta());
    }

    @Override
    public ShadowNeed shadowNeed(ServerRound round, long nodeId, ClientState state, AuditKey key) {
        return ShadowNeed.WITH_MAIN;
    }
}
