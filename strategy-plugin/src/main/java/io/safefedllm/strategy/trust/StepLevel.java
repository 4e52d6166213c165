package io.safefedllm.strategy.trust;

/** Every step counts: the expectation of a Beta distribution over benign and harmful samples (SF-4.2). */
final class StepLevel implements LevelRule {
    private final TrustSettings settings;

    StepLevel(TrustSettings settings) {
        this.settings = settings;
    }

    @Override
    public Outcome paper(ClientState state, Participation participation) {
        return beta(state, participation, participation.harmfulSamples(settings.recipe()));
    }

    /** The smaller of this round's benign share and the Beta trust, with h = r n (SF-7.3d). */
    @Override
    public Outcome hardened(ClientState state, Participation participation) {
        double share = participation.stepShare();
        Outcome beta = beta(state, participation, share * participation.samples());
        return new Outcome(beta.state(), Math.min(1.0 - share, beta.weight()));
    }

    private Outcome beta(ClientState state, Participation participation, double harmful) {
        ClientState next = settings.level().learnsIn(participation.round())
                ? learn(state, participation.samples(), harmful)
                : state;
        return new Outcome(next, next.alpha() / (next.alpha() + next.beta()));
    }

    private ClientState learn(ClientState state, double samples, double harmful) {
        double decay = settings.level().timeDecay();
        return state.withBeta(decay * state.alpha() + Math.max(0.0, samples - harmful), decay * state.beta() + harmful);
    }
}
