package io.safefedllm.strategy.trust;

/** The last step counts: a running mean of a curve over its score (SF-4.3). */
final class ClientLevel implements LevelRule {
    private final LevelSettings settings;

    ClientLevel(LevelSettings settings) {
        this.settings = settings;
    }

    @Override
    public Outcome paper(ClientState state, Participation participation) {
        ClientState next = learn(state, participation, raw(participation.last().score()));
        return new Outcome(next, next.mean());
    }

    /** The smaller of this round's raw weight and the running mean, from the scaled score (SF-7.3b, d). */
    @Override
    public Outcome hardened(ClientState state, Participation participation) {
        double raw = raw(participation.last().scaled());
        ClientState next = learn(state, participation, raw);
        return new Outcome(next, Math.min(raw, next.mean()));
    }

    private double raw(double score) {
        return LevelCurves.clientRaw(score, settings.slope());
    }

    private ClientState learn(ClientState state, Participation participation, double raw) {
        return settings.learnsIn(participation.round()) ? state.withRaw(raw) : state;
    }
}
